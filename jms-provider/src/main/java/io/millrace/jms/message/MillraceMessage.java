package io.millrace.jms.message;

import io.millrace.wire.BodyReference;
import io.millrace.wire.Id128;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.io.IOException;
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

    /** The body, if the record refers to it and it was fetched. */
    private @Nullable LargeBody fetched;

    /** Where to fetch it from. */
    private @Nullable BodySource source;

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

    /** About how many bytes the body takes, and not fewer than are certain. */
    long leastBodyBytes() {
        return 0;
    }

    /** No body of its kind takes more bytes. */
    long mostBodyBytes() {
        return leastBodyBytes();
    }

    /** Takes over a body that may be too large for the memory. */
    void readLargeBody(LargeBody body) throws IOException {
        readBody(new WireInput(body.bytes(), 0, body.length()));
    }

    /** The body as it is to be sent, if it is large. */
    LargeBody writeLargeBody() throws JMSException {
        WireOutput written = new WireOutput((int) Math.min(leastBodyBytes(), Integer.MAX_VALUE));
        writeBody(written);
        return LargeBody.inMemory(written.array(), 0, written.size());
    }

    // ---- what the provider does ----

    /** Fetches a body that is not in the record. */
    public interface BodySource {
        LargeBody fetch(BodyReference reference) throws JMSException;
    }

    /** Where a body is fetched from that is not in the record. */
    public void fetchBodyFrom(BodySource newSource) {
        source = newSource;
    }

    /**
     * Fetches a body that is not in the record, unless it is here.
     *
     * @throws JMSException if it cannot be had
     */
    public void fetchBody() throws JMSException {
        EncodedRecord record = unreadBody;
        if (record != null && record.isBodyElsewhere() && fetched == null) {
            BodySource from = source;
            if (from == null) {
                throw new JMSException(
                        "Expected a message whose body can be fetched, but there is no connection");
            }
            fetched = from.fetch(record.bodyReference());
        }
    }

    /** Takes in what the application gives as a stream. Called before it is sent. */
    public void takeIn(long maxBytes) throws JMSException {
        // Most bodies are no streams.
    }

    /**
     * The body, if it is too large to be sent in the message; else null.
     *
     * @param from bytes from which on it is
     */
    public @Nullable LargeBody largeBody(long from) throws JMSException {
        EncodedRecord record = unreadBody;
        if (record != null && record.isBodyElsewhere()) {
            fetchBody();
            return fetched;
        }
        long most = record == null ? mostBodyBytes() : record.body().remaining();
        if (most < from) {
            return null;
        }
        needBody();
        LargeBody written = writeLargeBody();
        return written.length() < from ? null : written;
    }

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
                fetchBody();
                LargeBody large = fetched;
                if (large == null) {
                    readBody(record.body());
                } else {
                    readLargeBody(large);
                    fetched = null;
                }
            } catch (IOException e) {
                throw unreadable(e);
            } catch (WireFormatException e) {
                throw malformed("body", e);
            }
            unreadBody = null;
        }
    }

    /** The temporary file of a large body cannot be read or written. */
    static JMSException unreadable(IOException e) {
        JMSException error =
                new JMSException(
                        "Expected to read and write a large body, but " + e.getMessage(),
                        "UNREADABLE");
        error.setLinkedException(e);
        error.initCause(e);
        return error;
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
        fetched = null;
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
