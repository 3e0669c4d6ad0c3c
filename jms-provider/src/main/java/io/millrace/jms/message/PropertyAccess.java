package io.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/**
 * The typed getters and setters of properties (Jakarta Messaging 3.1, 3.5.4); each leads to one
 * method.
 */
abstract class PropertyAccess implements Message {

    /** A property's value, whoever set it; null if there is none. */
    abstract @Nullable Object property(String name);

    /** Sets a property if the message's properties can be written. */
    abstract void set(String name, @Nullable Object value) throws JMSException;

    @Override
    public boolean propertyExists(String name) {
        return property(name) != null;
    }

    @Override
    public boolean getBooleanProperty(String name) throws JMSException {
        return Values.toBoolean(property(name));
    }

    @Override
    public byte getByteProperty(String name) throws JMSException {
        return Values.toByte(property(name));
    }

    @Override
    public short getShortProperty(String name) throws JMSException {
        return Values.toShort(property(name));
    }

    @Override
    public int getIntProperty(String name) throws JMSException {
        return Values.toInt(property(name));
    }

    @Override
    public long getLongProperty(String name) throws JMSException {
        return Values.toLong(property(name));
    }

    @Override
    public float getFloatProperty(String name) throws JMSException {
        return Values.toFloat(property(name));
    }

    @Override
    public double getDoubleProperty(String name) throws JMSException {
        return Values.toDouble(property(name));
    }

    @Override
    public @Nullable String getStringProperty(String name) throws JMSException {
        return Values.toText(property(name));
    }

    @Override
    public @Nullable Object getObjectProperty(String name) {
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
