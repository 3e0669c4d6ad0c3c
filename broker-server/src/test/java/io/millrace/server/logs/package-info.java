/** Tests of the tools for logs. */
@NullMarked
package io.millrace.server.logs;

import org.jspecify.annotations.NullMarked;
