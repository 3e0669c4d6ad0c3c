/** Tests of the loop that joins machine and log, and of the form of events in the log. */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;
