package io.millrace.jms;

import io.millrace.jms.message.MillraceMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the simplified API: properties and headers that are put on each message that it
 * sends.
 */
final class MillraceJmsProducer implements JMSProducer {

    private final MillraceSession session;
    private final MillraceProducer producer;

    /**
     * A message that keeps properties and headers, with all the checks and conversions of a real
     * one.
     */
    private final MillraceMessage template = new MillraceMessage();

    private @Nullable CompletionListener listener;
    private boolean correlationIsBytes;

    MillraceJmsProducer(MillraceSession session, MillraceProducer producer) {
        this.session = session;
        this.producer = producer;
    }

    @Override
    public JMSProducer send(Destination destination, Message message) {
        if (message == null) {
            throw new MessageFormatRuntimeException("Expected a message, but it is null");
        }
        return change(
                () -> {
                    for (Enumeration<String> names = template.getPropertyNames();
                            names.hasMoreElements(); ) {
                        String name = names.nextElement();
                        message.setObjectProperty(name, template.getObjectProperty(name));
                    }
                    byte[] correlation = template.getJMSCorrelationIDAsBytes();
                    if (correlation != null && correlationIsBytes) {
                        message.setJMSCorrelationIDAsBytes(correlation);
                    } else if (correlation != null) {
                        message.setJMSCorrelationID(template.getJMSCorrelationID());
                    }
                    if (template.getJMSReplyTo() != null) {
                        message.setJMSReplyTo(template.getJMSReplyTo());
                    }
                    if (template.getJMSType() != null) {
                        message.setJMSType(template.getJMSType());
                    }
                    int mode = producer.getDeliveryMode();
                    CompletionListener async = listener;
                    if (async == null) {
                        producer.send(
                                destination,
                                message,
                                mode,
                                producer.getPriority(),
                                producer.getTimeToLive());
                    } else {
                        producer.send(
                                destination,
                                message,
                                mode,
                                producer.getPriority(),
                                producer.getTimeToLive(),
                                async);
                    }
                });
    }

    private JMSProducer change(MillraceContext.Action action) {
        MillraceContext.unchecked(action);
        return this;
    }

    @Override
    public JMSProducer send(Destination destination, @Nullable String body) {
        TextMessage message = MillraceContext.unchecked(() -> session.createTextMessage(body));
        return send(destination, message);
    }

    @Override
    public JMSProducer send(Destination destination, @Nullable Map<String, Object> body) {
        MapMessage message = MillraceContext.unchecked(session::createMapMessage);
        if (body != null) {
            for (Map.Entry<String, Object> entry : body.entrySet()) {
                change(() -> message.setObject(entry.getKey(), entry.getValue()));
            }
        }
        return send(destination, message);
    }

    @Override
    public JMSProducer send(Destination destination, byte @Nullable [] body) {
        BytesMessage message = MillraceContext.unchecked(session::createBytesMessage);
        if (body != null) {
            change(() -> message.writeBytes(body));
        }
        return send(destination, message);
    }

    @Override
    public JMSProducer send(Destination destination, @Nullable Serializable body) {
        Message message = MillraceContext.unchecked(() -> session.createObjectMessage(body));
        return send(destination, message);
    }

    @Override
    public JMSProducer setDisableMessageID(boolean value) {
        return change(() -> producer.setDisableMessageID(value));
    }

    @Override
    public boolean getDisableMessageID() {
        return MillraceContext.unchecked(producer::getDisableMessageID);
    }

    @Override
    public JMSProducer setDisableMessageTimestamp(boolean value) {
        return change(() -> producer.setDisableMessageTimestamp(value));
    }

    @Override
    public boolean getDisableMessageTimestamp() {
        return MillraceContext.unchecked(producer::getDisableMessageTimestamp);
    }

    @Override
    public JMSProducer setDeliveryMode(int mode) {
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw new JMSRuntimeException(
                    "Expected delivery mode PERSISTENT or NON_PERSISTENT, but it is " + mode);
        }
        return change(() -> producer.setDeliveryMode(mode));
    }

    @Override
    public int getDeliveryMode() {
        return MillraceContext.unchecked(producer::getDeliveryMode);
    }

    @Override
    public JMSProducer setPriority(int priority) {
        return change(() -> producer.setPriority(priority));
    }

    @Override
    public int getPriority() {
        return MillraceContext.unchecked(producer::getPriority);
    }

    @Override
    public JMSProducer setTimeToLive(long millis) {
        return change(() -> producer.setTimeToLive(millis));
    }

    @Override
    public long getTimeToLive() {
        return MillraceContext.unchecked(producer::getTimeToLive);
    }

    @Override
    public JMSProducer setDeliveryDelay(long millis) {
        return change(() -> producer.setDeliveryDelay(millis));
    }

    @Override
    public long getDeliveryDelay() {
        return MillraceContext.unchecked(producer::getDeliveryDelay);
    }

    @Override
    public JMSProducer setAsync(@Nullable CompletionListener completionListener) {
        listener = completionListener;
        return this;
    }

    @Override
    public @Nullable CompletionListener getAsync() {
        return listener;
    }

    @Override
    public JMSProducer setProperty(String name, boolean value) {
        return change(() -> template.setBooleanProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, byte value) {
        return change(() -> template.setByteProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, short value) {
        return change(() -> template.setShortProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, int value) {
        return change(() -> template.setIntProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, long value) {
        return change(() -> template.setLongProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, float value) {
        return change(() -> template.setFloatProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, double value) {
        return change(() -> template.setDoubleProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable String value) {
        return change(() -> template.setStringProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable Object value) {
        return change(() -> template.setObjectProperty(name, value));
    }

    @Override
    public JMSProducer clearProperties() {
        return change(template::clearProperties);
    }

    @Override
    public boolean propertyExists(String name) {
        return MillraceContext.unchecked(() -> template.propertyExists(name));
    }

    @Override
    public boolean getBooleanProperty(String name) {
        return MillraceContext.unchecked(() -> template.getBooleanProperty(name));
    }

    @Override
    public byte getByteProperty(String name) {
        return MillraceContext.unchecked(() -> template.getByteProperty(name));
    }

    @Override
    public short getShortProperty(String name) {
        return MillraceContext.unchecked(() -> template.getShortProperty(name));
    }

    @Override
    public int getIntProperty(String name) {
        return MillraceContext.unchecked(() -> template.getIntProperty(name));
    }

    @Override
    public long getLongProperty(String name) {
        return MillraceContext.unchecked(() -> template.getLongProperty(name));
    }

    @Override
    public float getFloatProperty(String name) {
        return MillraceContext.unchecked(() -> template.getFloatProperty(name));
    }

    @Override
    public double getDoubleProperty(String name) {
        return MillraceContext.unchecked(() -> template.getDoubleProperty(name));
    }

    @Override
    public @Nullable String getStringProperty(String name) {
        return MillraceContext.uncheckedOrNull(() -> template.getStringProperty(name));
    }

    @Override
    public @Nullable Object getObjectProperty(String name) {
        return MillraceContext.uncheckedOrNull(() -> template.getObjectProperty(name));
    }

    @Override
    public Set<String> getPropertyNames() {
        return Collections.unmodifiableSet(
                new LinkedHashSet<>(
                        Collections.list(MillraceContext.unchecked(template::getPropertyNames))));
    }

    @Override
    public JMSProducer setJMSCorrelationIDAsBytes(byte[] correlationId) {
        correlationIsBytes = true;
        return change(() -> template.setJMSCorrelationIDAsBytes(correlationId));
    }

    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        return MillraceContext.uncheckedOrNull(template::getJMSCorrelationIDAsBytes);
    }

    @Override
    public JMSProducer setJMSCorrelationID(@Nullable String correlationId) {
        correlationIsBytes = false;
        return change(() -> template.setJMSCorrelationID(correlationId));
    }

    @Override
    public @Nullable String getJMSCorrelationID() {
        return MillraceContext.uncheckedOrNull(template::getJMSCorrelationID);
    }

    @Override
    public JMSProducer setJMSType(@Nullable String type) {
        return change(() -> template.setJMSType(type));
    }

    @Override
    public @Nullable String getJMSType() {
        return MillraceContext.uncheckedOrNull(template::getJMSType);
    }

    @Override
    public JMSProducer setJMSReplyTo(@Nullable Destination replyTo) {
        return change(() -> template.setJMSReplyTo(replyTo));
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        return MillraceContext.uncheckedOrNull(template::getJMSReplyTo);
    }
}
