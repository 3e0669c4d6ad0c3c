package io.millrace.jms.message;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message without a body, and the headers and properties of all others (Jakarta Messaging 3.1,
 * chapter 3).
 *
 * <p>A received one keeps the bytes that it came in and reads optional headers, properties and body
 * when first asked for.
 */
public class MillraceMessage extends PropertyAccess {

    private static final String DELIVERY_COUNT = "JMSXDeliveryCount";
    private static final String USER_ID = "JMSXUserID";
    private static final String GROUP_ID = "JMSXGroupID";

    private @Nullable Destination destination;
    private @Nullable Destination replyTo;
    private @Nullable Object correlationId;
    private @Nullable String type;
    private @Nullable String messageId;
    private @Nullable Id128 producerId;
    private long producerSequence;
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private long timestamp;
    private long expiration;
    private long deliveryTime;
    private boolean redelivered;
    private boolean propertiesReadOnly;
    private boolean bodyReadOnly;
    private boolean messageIdDisabled;
    private boolean timestampDisabled;
    private Properties properties = new Properties();
    private @Nullable Acknowledger acknowledger;

    /**
     * The encoded form that headers, properties and body are still to be read from; null once
     * nothing is.
     */
    private @Nullable Encoded undecodedHeaders;

    private @Nullable Encoded undecodedProperties;
    private @Nullable Encoded undecodedBody;

    /** Where an encoded message lies. */
    record Encoded(byte[] array, int at) {

        WireInput slice(int from, int to) {
            return new WireInput(array, at + from, to - from);
        }
    }

    int bodyType() {
        return MessageCodec.PLAIN;
    }

    void writeBody(WireOutput to) throws JMSException {
        // No body.
    }

    void readBody(WireInput from) {
        // No body.
    }

    void resetBody() {
        // No body.
    }

    /** The body, or a MessageFormatException if it is not of the type. */
    <T> @Nullable T body(Class<T> bodyClass) throws JMSException {
        throw new MessageFormatException("Expected a message with a body, but this one has none");
    }

    boolean hasBodyOf(Class<?> bodyClass) {
        return true;
    }

    // ---- what the provider sets ----

    /** What the producer asked to leave out (7.11, 7.12). */
    public void hints(boolean withoutMessageId, boolean withoutTimestamp) {
        messageIdDisabled = withoutMessageId;
        timestampDisabled = withoutTimestamp;
    }

    /** The message was sent: its id is known now. */
    public void sent(@Nullable Id128 producer, long sequence) {
        producerId = producer;
        producerSequence = sequence;
        messageId = null;
    }

    /** The message was delivered: how often now, and who sent it. */
    public void received(int deliveryCount, @Nullable String user) throws JMSException {
        redelivered = deliveryCount > 1;
        receivedCount = deliveryCount;
        receivedUser = user;
    }

    private int receivedCount;
    private @Nullable String receivedUser;

    /** What {@link #acknowledge} does. */
    public void acknowledger(Acknowledger newAcknowledger) {
        acknowledger = newAcknowledger;
    }

    /** The body for receiveBody (8.6). */
    public <T> @Nullable T receivedBody(Class<T> bodyClass) throws JMSException {
        decodeBody();
        if (bodyType() == MessageCodec.PLAIN || !hasBodyOf(bodyClass)) {
            throw new MessageFormatException(
                    "Expected a message with a body of "
                            + bodyClass.getName()
                            + ", but it is a "
                            + getClass().getSimpleName());
        }
        return body(bodyClass);
    }

    void decodeFrom(byte[] array, int at, long baseTimeMillis, Id128 producer, long sequence) {
        Encoded encoded = new Encoded(array, at);
        int flags = MessageHead.flags(array, at);
        deliveryMode =
                (flags & MessageHead.PERSISTENT) != 0
                        ? jakarta.jms.DeliveryMode.PERSISTENT
                        : jakarta.jms.DeliveryMode.NON_PERSISTENT;
        priority = MessageHead.priority(array, at);
        expiration = MessageHead.expiration(array, at);
        timestamp =
                (flags & MessageHead.NO_TIMESTAMP) != 0
                        ? 0
                        : baseTimeMillis + MessageHead.timestampDelta(array, at);
        long stored = MessageHead.deliveryTime(array, at);
        deliveryTime =
                stored == 0 ? baseTimeMillis + MessageHead.timestampDelta(array, at) : stored;
        producerId = (flags & MessageHead.NO_MESSAGE_ID) != 0 ? null : producer;
        producerSequence = sequence;
        undecodedHeaders = (flags & MessageCodec.HEADER_FLAGS) != 0 ? encoded : null;
        undecodedProperties = (flags & MessageHead.HAS_PROPERTIES) != 0 ? encoded : null;
        undecodedBody = encoded;
        propertiesReadOnly = true;
        bodyReadOnly = true;
    }

    private void decodeHeaders() {
        Encoded encoded = undecodedHeaders;
        if (encoded != null) {
            undecodedHeaders = null;
            MessageCodec.readHeaders(
                    MessageHead.flags(encoded.array, encoded.at),
                    encoded.slice(
                            MessageHead.BYTES, MessageHead.propertiesAt(encoded.array, encoded.at)),
                    this);
        }
    }

    Properties properties() {
        Encoded encoded = undecodedProperties;
        if (encoded != null) {
            undecodedProperties = null;
            Properties read =
                    Properties.read(
                            encoded.slice(
                                    MessageHead.propertiesAt(encoded.array, encoded.at),
                                    MessageHead.bodyAt(encoded.array, encoded.at)));
            for (String name : properties.names()) {
                Object early = properties.get(name);
                MessageCodec.put(read, name, early);
            }
            properties = read;
        }
        decodeHeaders();
        return properties;
    }

    void decodeBody() {
        Encoded encoded = undecodedBody;
        if (encoded != null) {
            undecodedBody = null;
            readBody(
                    encoded.slice(
                            MessageHead.bodyAt(encoded.array, encoded.at),
                            MessageHead.length(encoded.array, encoded.at)));
        }
    }

    boolean isMessageIdDisabled() {
        return messageIdDisabled;
    }

    boolean isTimestampDisabled() {
        return timestampDisabled;
    }

    @Nullable Object correlation() {
        decodeHeaders();
        return correlationId;
    }

    void correlation(@Nullable Object id) {
        correlationId = id;
    }

    @Nullable String groupId() {
        // Without anything decoded or set there is no group.
        Object group = properties().get(GROUP_ID);
        return group instanceof String ? (String) group : null;
    }

    void requireWritableBody() throws JMSException {
        if (bodyReadOnly) {
            throw new MessageNotWriteableException(
                    "Expected a message whose body can be written, but it was received; call clearBody first");
        }
    }

    boolean isBodyReadOnly() {
        return bodyReadOnly;
    }

    void bodyReadOnly(boolean value) {
        bodyReadOnly = value;
    }

    // ---- headers ----

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
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        Object id = correlation();
        if (id instanceof byte[] bytes) {
            return bytes.clone();
        }
        return id == null ? null : ((String) id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void setJMSCorrelationIDAsBytes(byte @Nullable [] id) {
        decodeHeaders();
        correlationId = id == null ? null : id.clone();
    }

    @Override
    public void setJMSCorrelationID(@Nullable String id) {
        decodeHeaders();
        correlationId = id;
    }

    @Override
    public @Nullable String getJMSCorrelationID() {
        Object id = correlation();
        return id instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : (String) id;
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        decodeHeaders();
        return replyTo;
    }

    @Override
    public void setJMSReplyTo(@Nullable Destination to) throws JMSException {
        decodeHeaders();
        replyTo = to == null ? null : MessageCodec.ownDestination(to);
    }

    void replyTo(MillraceDestination to) {
        replyTo = to;
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
    public @Nullable String getJMSType() {
        decodeHeaders();
        return type;
    }

    @Override
    public void setJMSType(@Nullable String newType) {
        decodeHeaders();
        type = newType;
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

    // ---- properties ----

    @Override
    @Nullable Object property(String name) {
        if (name.equals(DELIVERY_COUNT) && receivedCount > 0) {
            return receivedCount;
        }
        if (name.equals(USER_ID) && receivedUser != null) {
            return receivedUser;
        }
        return properties().get(name);
    }

    @Override
    void set(String name, @Nullable Object value) throws JMSException {
        if (propertiesReadOnly) {
            throw new MessageNotWriteableException(
                    "Expected a message whose properties can be written, but it was received; call clearProperties first");
        }
        properties().set(name, value);
    }

    @Override
    public void clearProperties() {
        decodeHeaders();
        undecodedProperties = null;
        properties = new Properties();
        propertiesReadOnly = false;
    }

    @Override
    public Enumeration<String> getPropertyNames() {
        Set<String> names = new LinkedHashSet<>(properties().names());
        if (receivedCount > 0) {
            names.add(DELIVERY_COUNT);
        }
        if (receivedUser != null) {
            names.add(USER_ID);
        }
        return Collections.enumeration(names);
    }

    // ---- the rest ----

    @Override
    public void acknowledge() throws JMSException {
        Acknowledger to = acknowledger;
        if (to != null) {
            to.acknowledge();
        }
    }

    @Override
    public void clearBody() throws JMSException {
        undecodedBody = null;
        bodyReadOnly = false;
        resetBody();
    }

    @Override
    public <T> @Nullable T getBody(Class<T> bodyClass) throws JMSException {
        decodeBody();
        if (bodyType() == MessageCodec.PLAIN) {
            return null;
        }
        if (!hasBodyOf(bodyClass)) {
            throw new MessageFormatException(
                    "Expected a body of "
                            + bodyClass.getName()
                            + ", but this is a "
                            + getClass().getSimpleName());
        }
        return body(bodyClass);
    }

    @Override
    @SuppressWarnings("rawtypes") // The interface declares it raw.
    public boolean isBodyAssignableTo(Class bodyClass) throws JMSException {
        decodeBody();
        return hasBodyOf(bodyClass);
    }
}
