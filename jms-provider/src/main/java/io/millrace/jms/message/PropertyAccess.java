package io.millrace.jms.message;

import io.millrace.wire.MessageHead;
import io.millrace.wire.WireFormatException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message (Jakarta Messaging 3.1, 3.5): those that the application set, which
 * are read when first asked for, and those that came with the delivery.
 */
abstract class PropertyAccess extends MessageHeaders {

    /** Properties of the application; null if it set none. */
    private @Nullable MessageProperties properties;

    /** Where they are if they were received and not read yet. */
    private @Nullable EncodedRecord unreadProperties;

    private boolean propertiesReadOnly;

    // What came with a delivery.
    private int deliveryCount;
    private @Nullable String user;
    private boolean replay;

    /**
     * The message was delivered: how often now (3.5.11), who sent it, and whether it had been
     * acknowledged and comes again because somebody went back in time.
     */
    public void received(int deliveryCountNow, @Nullable String sender, boolean isReplay) {
        setJMSRedelivered(deliveryCountNow > 1);
        deliveryCount = deliveryCountNow;
        user = sender;
        replay = isReplay;
    }

    /** Takes over a record that was received. */
    final void propertiesFrom(EncodedRecord record) {
        boolean any = (record.flags() & (MessageHead.HAS_PROPERTIES | MessageHead.HAS_GROUP)) != 0;
        unreadProperties = any ? record : null;
        propertiesReadOnly = true;
    }

    /** The record that still has all properties as they are. */
    final @Nullable EncodedRecord unreadProperties() {
        return unreadProperties;
    }

    /** The properties of the application unless unread; null if there are none. */
    final @Nullable MessageProperties currentProperties() {
        return properties;
    }

    /** JMSXGroupID, read or not; the headers have to be read. */
    final @Nullable String groupId() {
        if (unreadProperties != null) {
            ClientHeaders received = currentHeaders();
            return received == null ? null : received.receivedGroup;
        }
        return properties == null ? null : properties.groupId();
    }

    private @Nullable MessageProperties readProperties() throws JMSException {
        EncodedRecord record = unreadProperties;
        if (record != null) {
            boolean hasGroup = (record.flags() & MessageHead.HAS_GROUP) != 0;
            boolean hasTable = (record.flags() & MessageHead.HAS_PROPERTIES) != 0;
            MessageProperties read;
            try {
                read =
                        hasTable
                                ? MessageProperties.read(record.properties())
                                : new MessageProperties();
            } catch (WireFormatException e) {
                throw malformed("properties", e);
            }
            ClientHeaders received = hasGroup ? readHeaders() : null;
            if (received != null && received.receivedGroup != null) {
                read.groupId(received.receivedGroup);
            }
            properties = read;
            unreadProperties = null;
        }
        return properties;
    }

    /** A property's value, whoever set it; null if there is none. */
    private @Nullable Object property(String name) throws JMSException {
        if (deliveryCount > 0 && name.equals(PropertyNames.DELIVERY_COUNT)) {
            return deliveryCount;
        }
        if (user != null && name.equals(PropertyNames.USER_ID)) {
            return user;
        }
        if (replay && name.equals(PropertyNames.REPLAY)) {
            return true;
        }
        MessageProperties current = readProperties();
        return current == null ? null : current.get(name);
    }

    /** Each typed setter leads here. */
    private void set(String name, @Nullable Object value) throws JMSException {
        if (propertiesReadOnly) {
            throw new MessageNotWriteableException(
                    "Expected properties that can be written, but they were received;"
                            + " call clearProperties first");
        }
        MessageProperties current = properties;
        if (current == null) {
            current = new MessageProperties();
        }
        current.set(name, value);
        properties = current;
    }

    @Override
    public boolean propertyExists(String name) throws JMSException {
        MessageProperties current = readProperties();
        return current != null && current.contains(name) || property(name) != null;
    }

    @Override
    public Enumeration<String> getPropertyNames() throws JMSException {
        Set<String> names = new LinkedHashSet<>();
        MessageProperties current = readProperties();
        if (current != null) {
            names.addAll(current.names());
        }
        if (deliveryCount > 0) {
            names.add(PropertyNames.DELIVERY_COUNT);
        }
        if (user != null) {
            names.add(PropertyNames.USER_ID);
        }
        if (replay) {
            names.add(PropertyNames.REPLAY);
        }
        return Collections.enumeration(names);
    }

    @Override
    public void clearProperties() throws JMSException {
        // The group id stands among the received headers: they cannot be copied as they are now.
        readHeaders();
        unreadProperties = null;
        properties = null;
        propertiesReadOnly = false;
        deliveryCount = 0;
        user = null;
        replay = false;
    }

    @Override
    public boolean getBooleanProperty(String name) throws JMSException {
        return Conversions.toBoolean(property(name));
    }

    @Override
    public byte getByteProperty(String name) throws JMSException {
        return Conversions.toByte(property(name));
    }

    @Override
    public short getShortProperty(String name) throws JMSException {
        return Conversions.toShort(property(name));
    }

    @Override
    public int getIntProperty(String name) throws JMSException {
        return Conversions.toInt(property(name));
    }

    @Override
    public long getLongProperty(String name) throws JMSException {
        return Conversions.toLong(property(name));
    }

    @Override
    public float getFloatProperty(String name) throws JMSException {
        return Conversions.toFloat(property(name));
    }

    @Override
    public double getDoubleProperty(String name) throws JMSException {
        return Conversions.toDouble(property(name));
    }

    @Override
    public @Nullable String getStringProperty(String name) throws JMSException {
        return Conversions.toText(property(name));
    }

    @Override
    public @Nullable Object getObjectProperty(String name) throws JMSException {
        return property(name);
    }

    @Override
    public void setBooleanProperty(String name, boolean value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setByteProperty(String name, byte value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setShortProperty(String name, short value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setIntProperty(String name, int value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setLongProperty(String name, long value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setFloatProperty(String name, float value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setDoubleProperty(String name, double value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setStringProperty(String name, @Nullable String value) throws JMSException {
        set(name, value);
    }

    @Override
    public void setObjectProperty(String name, @Nullable Object value) throws JMSException {
        set(name, value);
    }
}
