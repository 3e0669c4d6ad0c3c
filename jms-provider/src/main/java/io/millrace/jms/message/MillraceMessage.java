package io.millrace.jms.message;

import io.millrace.wire.Id128;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import org.jspecify.annotations.Nullable;

/**
 * A message without a body, and what all others have in common (Jakarta Messaging 3.1, chapter 3).
 *
 * <p>A received one keeps the bytes that it came in. Optional headers, properties and body are each
 * read when first asked for; a part that nobody asked for is copied as it is if the message is sent
 * on. A part that cannot be read is a JMSException at the getter.
 *
 * <p>Not thread-safe: belongs to the thread of its session, or to the one that made it.
 */
public sealed class MillraceMessage extends PropertyAccess
        permits MillraceTextMessage,
                MillraceBytesMessage,
                MillraceMapMessage,
                MillraceStreamMessage,
                MillraceObjectMessage {

    private boolean bodyReadOnly;

    /** Where the body is if it was received and not read yet. */
    private @Nullable EncodedRecord unreadBody;

    private @Nullable Acknowledger acknowledger;

    // ---- what a body is; each kind of message has its own ----

    /** Number of the kind of body in the message head. */
    int bodyType() {
        return MessageCodec.PLAIN;
    }

    void writeBody(WireOutput to) {
        // A plain message has no body.
    }

    void readBody(WireInput from) {
        // A plain message has no body.
    }

    void emptyBody() {
        // A plain message has no body.
    }

    boolean hasBody() {
        return false;
    }

    /** Whether a body, if there is one, can be had as this type (see Message.getBody). */
    boolean isBodyA(Class<?> type) {
        return false;
    }

    /** A copy of the body. Asked for only if there is one. */
    @Nullable Object copyOfBody() throws JMSException {
        return null;
    }

    // ---- what the provider does ----

    /**
     * What a received object may be made of. Means nothing to other messages.
     *
     * @param loader asked for classes that the thread's context class loader does not know; null
     *     for the provider's
     */
    public void readObjectsWith(TrustedClasses classes, @Nullable ClassLoader loader) {
        // Only an object message has objects.
    }

    /** What {@link #acknowledge} does; without one it does nothing. */
    public void acknowledger(Acknowledger newAcknowledger) {
        acknowledger = newAcknowledger;
    }

    /**
     * The body for receiveBody (8.6).
     *
     * @throws MessageFormatException if there is none, or it is of another type
     */
    public <T> T receivedBody(Class<T> type) throws JMSException {
        T body = getBody(type);
        if (body == null) {
            throw new MessageFormatException(
                    "Expected a message with a body of " + type.getName() + ", but it has none");
        }
        return body;
    }

    /** Takes over a record that was received. */
    final void decodeFrom(
            EncodedRecord record, long baseTimeMillis, Id128 producer, long sequence) {
        headersFrom(record, baseTimeMillis, producer, sequence);
        propertiesFrom(record);
        unreadBody = record;
        bodyReadOnly = true;
    }

    /** The record that still has the body as it is. */
    final @Nullable EncodedRecord unreadBody() {
        return unreadBody;
    }

    /** Makes sure that {@link #readBody} was called if the message was received. */
    final void needBody() throws JMSException {
        EncodedRecord record = unreadBody;
        if (record != null) {
            try {
                readBody(record.body());
            } catch (WireFormatException e) {
                throw malformed("body", e);
            }
            unreadBody = null;
        }
    }

    final boolean isBodyReadOnly() {
        return bodyReadOnly;
    }

    /** The body was written to its end and is read from now on: see reset of two kinds of body. */
    final void makeBodyReadOnly() {
        bodyReadOnly = true;
    }

    final void requireWritableBody() throws JMSException {
        if (bodyReadOnly) {
            throw new MessageNotWriteableException(
                    "Expected a body that can be written, but it was received or reset;"
                            + " call clearBody first");
        }
    }

    @Override
    public void clearBody() {
        unreadBody = null;
        bodyReadOnly = false;
        emptyBody();
    }

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        needBody();
        if (!hasBody()) {
            return null;
        }
        if (!isBodyA(type)) {
            throw new MessageFormatException(
                    "Expected a body of "
                            + type.getName()
                            + ", but this is a "
                            + getClass().getSimpleName());
        }
        return type.cast(copyOfBody());
    }

    @Override
    @SuppressWarnings("rawtypes") // The interface declares it raw.
    public boolean isBodyAssignableTo(Class type) throws JMSException {
        needBody();
        return !hasBody() || isBodyA(type);
    }

    @Override
    public void acknowledge() throws JMSException {
        Acknowledger to = acknowledger;
        if (to != null) {
            to.acknowledge();
        }
    }

    /** Kind and id, never the content. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + getJMSMessageID() + "]";
    }
}
