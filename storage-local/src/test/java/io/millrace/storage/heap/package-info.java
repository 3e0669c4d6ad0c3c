/** Tests of the log in memory. */
@NullMarked
package io.millrace.storage.heap;

import org.jspecify.annotations.NullMarked;
