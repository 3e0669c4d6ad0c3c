/**
 * Messages as the application sees them (Jakarta Messaging 3.1, chapter 3), and their encoded form.
 *
 * <p>Start reading at {@link io.millrace.jms.message.MillraceMessage}. {@link
 * io.millrace.jms.message.MessageCodec} writes and reads a record; {@code docs/PROTOCOL.md} draws
 * it. A message belongs to one thread at a time.
 */
@NullMarked
package io.millrace.jms.message;

import org.jspecify.annotations.NullMarked;
