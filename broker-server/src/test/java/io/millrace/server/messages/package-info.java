/** Tests of the messages that a broker stores. */
@NullMarked
package io.millrace.server.messages;

import org.jspecify.annotations.NullMarked;
