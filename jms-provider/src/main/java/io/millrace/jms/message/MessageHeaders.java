package io.millrace.jms.message;

import io.millrace.wire.Id128;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireFormatException;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a message (Jakarta Messaging 3.1, 3.4). Those of the application are read when
 * first asked for.
 */
abstract class MessageHeaders implements Message {

    // Headers of the provider: set by send or by delivery.
    private @Nullable Destination destination;
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private long timestamp;
    private long expiration;
    private long deliveryTime;
    private boolean redelivered;
    private @Nullable String messageId;
    private @Nullable Id128 producerId;
    private long producerSequence;
    private boolean messageIdDisabled;
    private boolean timestampDisabled;

    /** Headers of the application; null if it set none. */
    private @Nullable ClientHeaders headers;

    /** Where they are if they were received and not read yet. */
    private @Nullable EncodedRecord unreadHeaders;

    /** What the producer asked to leave out (3.4.3, 3.4.4). Called before each send. */
    public void hints(boolean withoutMessageId, boolean withoutTimestamp) {
        messageIdDisabled = withoutMessageId;
        timestampDisabled = withoutTimestamp;
    }

    /** The message was sent, and its id is known now: null if it was disabled. */
    public void sent(@Nullable Id128 producer, long sequence) {
        producerId = producer;
        producerSequence = sequence;
        messageId = null;
    }

    /** Takes over a record that was received. */
    final void headersFrom(
            EncodedRecord record, long baseTimeMillis, Id128 producer, long sequence) {
        byte[] array = record.array();
        int at = record.at();
        int flags = record.flags();
        boolean persistent = (flags & MessageHead.PERSISTENT) != 0;
        deliveryMode = persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
        priority = MessageHead.priority(array, at);
        expiration = MessageHead.expiration(array, at);
        long sentAt = baseTimeMillis + MessageHead.timestampDelta(array, at);
        timestamp = (flags & MessageHead.NO_TIMESTAMP) != 0 ? 0 : sentAt;
        long explicit = MessageHead.deliveryTime(array, at);
        deliveryTime = explicit == 0 ? sentAt : explicit;
        producerId = (flags & MessageHead.NO_MESSAGE_ID) != 0 ? null : producer;
        producerSequence = sequence;
        unreadHeaders = (flags & ClientHeaders.FLAGS) != 0 ? record : null;
    }

    final boolean isMessageIdDisabled() {
        return messageIdDisabled;
    }

    final boolean isTimestampDisabled() {
        return timestampDisabled;
    }

    /** The record that still has all headers of the application as they are. */
    final @Nullable EncodedRecord unreadHeaders() {
        return unreadHeaders;
    }

    /** The headers of the application unless unread; null if it set none. */
    final @Nullable ClientHeaders currentHeaders() {
        return headers;
    }

    final @Nullable ClientHeaders readHeaders() throws JMSException {
        EncodedRecord record = unreadHeaders;
        if (record != null) {
            try {
                headers = ClientHeaders.read(record.flags(), record.headers());
            } catch (WireFormatException e) {
                throw malformed("headers", e);
            }
            unreadHeaders = null;
        }
        return headers;
    }

    private ClientHeaders changeableHeaders() throws JMSException {
        ClientHeaders current = readHeaders();
        if (current == null) {
            current = new ClientHeaders();
            headers = current;
        }
        return current;
    }

    final JMSException malformed(String part, WireFormatException e) {
        JMSException error =
                new JMSException(
                        "Expected message "
                                + getJMSMessageID()
                                + " to have well-formed "
                                + part
                                + ", but its sender wrote it otherwise: "
                                + e.getMessage(),
                        "MALFORMED_MESSAGE");
        error.setLinkedException(e);
        error.initCause(e);
        return error;
    }

    @Override
    public @Nullable String getJMSMessageID() {
        if (messageId == null && producerId != null) {
            messageId = "ID:" + producerId + ":" + producerSequence;
        }
        return messageId;
    }

    @Override
    public void setJMSMessageID(@Nullable String id) {
        messageId = id;
        producerId = null;
    }

    @Override
    public long getJMSTimestamp() {
        return timestamp;
    }

    @Override
    public void setJMSTimestamp(long millis) {
        timestamp = millis;
    }

    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() throws JMSException {
        ClientHeaders current = readHeaders();
        return current == null ? null : current.correlationBytes();
    }

    @Override
    public void setJMSCorrelationIDAsBytes(byte @Nullable [] id) throws JMSException {
        changeableHeaders().correlationBytes(id);
    }

    @Override
    public @Nullable String getJMSCorrelationID() throws JMSException {
        ClientHeaders current = readHeaders();
        return current == null ? null : current.correlationId();
    }

    @Override
    public void setJMSCorrelationID(@Nullable String id) throws JMSException {
        changeableHeaders().correlationId(id);
    }

    @Override
    public @Nullable Destination getJMSReplyTo() throws JMSException {
        ClientHeaders current = readHeaders();
        return current == null ? null : current.replyTo;
    }

    @Override
    public void setJMSReplyTo(@Nullable Destination to) throws JMSException {
        changeableHeaders().replyTo = to == null ? null : ForeignMessages.ownDestination(to);
    }

    @Override
    public @Nullable Destination getJMSDestination() {
        return destination;
    }

    @Override
    public void setJMSDestination(@Nullable Destination to) {
        destination = to;
    }

    @Override
    public int getJMSDeliveryMode() {
        return deliveryMode;
    }

    @Override
    public void setJMSDeliveryMode(int mode) {
        deliveryMode = mode;
    }

    @Override
    public boolean getJMSRedelivered() {
        return redelivered;
    }

    @Override
    public void setJMSRedelivered(boolean value) {
        redelivered = value;
    }

    @Override
    public @Nullable String getJMSType() throws JMSException {
        ClientHeaders current = readHeaders();
        return current == null ? null : current.type;
    }

    @Override
    public void setJMSType(@Nullable String type) throws JMSException {
        changeableHeaders().type = type;
    }

    @Override
    public long getJMSExpiration() {
        return expiration;
    }

    @Override
    public void setJMSExpiration(long millis) {
        expiration = millis;
    }

    @Override
    public long getJMSDeliveryTime() {
        return deliveryTime;
    }

    @Override
    public void setJMSDeliveryTime(long millis) {
        deliveryTime = millis;
    }

    @Override
    public int getJMSPriority() {
        return priority;
    }

    @Override
    public void setJMSPriority(int value) {
        priority = value;
    }
}
