package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageFormatException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message whose body is named values (Jakarta Messaging 3.1, 3.11.3). */
public final class MillraceMapMessage extends MillraceMessage implements MapMessage {

    private final Map<String, @Nullable Object> valuesByName = new LinkedHashMap<>();

    @Override
    int bodyType() {
        return MessageCodec.MAP;
    }

    @Override
    void writeBody(WireOutput to) {
        to.writeVarint(valuesByName.size());
        valuesByName.forEach(
                (name, value) -> {
                    to.writeString(name);
                    Values.write(value, to);
                });
    }

    @Override
    void readBody(WireInput from) {
        for (int left = from.readCount(from.remaining()); left > 0; left--) {
            valuesByName.put(from.readString(), Values.read(from));
        }
    }

    @Override
    void resetBody() {
        valuesByName.clear();
    }

    @Override
    <T> @Nullable T body(Class<T> bodyClass) {
        return valuesByName.isEmpty() ? null : bodyClass.cast(new HashMap<>(valuesByName));
    }

    @Override
    boolean hasBodyOf(Class<?> bodyClass) {
        return valuesByName.isEmpty() || bodyClass == Map.class || bodyClass == Object.class;
    }

    private @Nullable Object value(String name) {
        decodeBody();
        return valuesByName.get(name);
    }

    private void put(@Nullable String name, @Nullable Object value) throws JMSException {
        requireWritableBody();
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected a name for the value, but it is "
                            + (name == null ? "null" : "empty"));
        }
        valuesByName.put(name, value);
    }

    @Override
    public boolean getBoolean(String name) throws JMSException {
        return Values.toBoolean(value(name));
    }

    @Override
    public byte getByte(String name) throws JMSException {
        return Values.toByte(value(name));
    }

    @Override
    public short getShort(String name) throws JMSException {
        return Values.toShort(value(name));
    }

    @Override
    public char getChar(String name) throws JMSException {
        return Values.toChar(value(name));
    }

    @Override
    public int getInt(String name) throws JMSException {
        return Values.toInt(value(name));
    }

    @Override
    public long getLong(String name) throws JMSException {
        return Values.toLong(value(name));
    }

    @Override
    public float getFloat(String name) throws JMSException {
        return Values.toFloat(value(name));
    }

    @Override
    public double getDouble(String name) throws JMSException {
        return Values.toDouble(value(name));
    }

    @Override
    public @Nullable String getString(String name) throws JMSException {
        return Values.toText(value(name));
    }

    @Override
    public byte @Nullable [] getBytes(String name) throws JMSException {
        return Values.toBytes(value(name));
    }

    @Override
    public @Nullable Object getObject(String name) {
        Object value = value(name);
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    @Override
    public Enumeration<String> getMapNames() {
        decodeBody();
        return Collections.enumeration(valuesByName.keySet());
    }

    @Override
    public void setBoolean(String name, boolean value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setByte(String name, byte value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setShort(String name, short value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setChar(String name, char value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setInt(String name, int value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setLong(String name, long value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setFloat(String name, float value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setDouble(String name, double value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setString(String name, @Nullable String value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setBytes(String name, byte @Nullable [] value) throws JMSException {
        put(name, value == null ? null : value.clone());
    }

    @Override
    public void setBytes(String name, byte[] value, int offset, int length) throws JMSException {
        put(name, java.util.Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void setObject(String name, @Nullable Object value) throws JMSException {
        boolean allowed =
                value == null
                        || value instanceof Boolean
                        || value instanceof Character
                        || value instanceof String
                        || value instanceof byte[]
                        || value instanceof Byte
                        || value instanceof Short
                        || value instanceof Integer
                        || value instanceof Long
                        || value instanceof Float
                        || value instanceof Double;
        if (value != null && !allowed) {
            throw new MessageFormatException(
                    "Expected a primitive, a String or bytes as value "
                            + name
                            + ", but it is a "
                            + value.getClass().getName());
        }
        put(name, value instanceof byte[] bytes ? bytes.clone() : value);
    }

    @Override
    public boolean itemExists(String name) {
        decodeBody();
        return valuesByName.containsKey(name);
    }
}
