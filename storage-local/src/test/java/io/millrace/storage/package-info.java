/** What every log of this module must pass: {@link io.millrace.storage.PartitionLogContract}. */
@NullMarked
package io.millrace.storage;

import org.jspecify.annotations.NullMarked;
