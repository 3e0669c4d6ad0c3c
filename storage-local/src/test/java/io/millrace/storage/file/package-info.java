/** Tests of the machine's own disk behind the file port. */
@NullMarked
package io.millrace.storage.file;

import org.jspecify.annotations.NullMarked;
