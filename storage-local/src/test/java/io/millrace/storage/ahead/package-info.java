/** Tests of work that is done ahead. */
@NullMarked
package io.millrace.storage.ahead;

import org.jspecify.annotations.NullMarked;
