package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageFormatException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message whose body is named values (Jakarta Messaging 3.1, 3.11.3). */
public final class MillraceMapMessage extends MillraceMessage implements MapMessage {

    private Map<String, @Nullable Object> valuesByName = new LinkedHashMap<>();

    @Override
    int bodyType() {
        return MessageCodec.MAP;
    }

    @Override
    long leastBodyBytes() {
        return Values.leastBytes(valuesByName.values());
    }

    @Override
    long mostBodyBytes() {
        long bytes = Values.mostBytesOfAll(valuesByName.values());
        for (String name : valuesByName.keySet()) {
            bytes += Values.mostBytes(name);
        }
        return bytes;
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
        Map<String, @Nullable Object> read = new LinkedHashMap<>();
        for (int left = from.readCount(from.remaining()); left > 0; left--) {
            read.put(from.readString(), Values.read(from));
        }
        valuesByName = read;
    }

    @Override
    void emptyBody() {
        valuesByName = new LinkedHashMap<>();
    }

    @Override
    boolean hasBody() {
        return !valuesByName.isEmpty();
    }

    @Override
    boolean isBodyA(Class<?> type) {
        return type == Map.class || type == Object.class;
    }

    @Override
    Object copyOfBody() {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(valuesByName);
        copy.replaceAll((name, value) -> Values.copyOf(value));
        return copy;
    }

    private @Nullable Object value(String name) throws JMSException {
        needBody();
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
        return Conversions.toBoolean(value(name));
    }

    @Override
    public byte getByte(String name) throws JMSException {
        return Conversions.toByte(value(name));
    }

    @Override
    public short getShort(String name) throws JMSException {
        return Conversions.toShort(value(name));
    }

    @Override
    public char getChar(String name) throws JMSException {
        return Conversions.toChar(value(name));
    }

    @Override
    public int getInt(String name) throws JMSException {
        return Conversions.toInt(value(name));
    }

    @Override
    public long getLong(String name) throws JMSException {
        return Conversions.toLong(value(name));
    }

    @Override
    public float getFloat(String name) throws JMSException {
        return Conversions.toFloat(value(name));
    }

    @Override
    public double getDouble(String name) throws JMSException {
        return Conversions.toDouble(value(name));
    }

    @Override
    public @Nullable String getString(String name) throws JMSException {
        return Conversions.toText(value(name));
    }

    @Override
    public byte @Nullable [] getBytes(String name) throws JMSException {
        return Conversions.toBytes(value(name));
    }

    @Override
    public @Nullable Object getObject(String name) throws JMSException {
        return Values.copyOf(value(name));
    }

    @Override
    public Enumeration<String> getMapNames() throws JMSException {
        needBody();
        return Collections.enumeration(List.copyOf(valuesByName.keySet()));
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
        put(name, Values.copyOf(value));
    }

    @Override
    public void setBytes(String name, byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        put(name, Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void setObject(String name, @Nullable Object value) throws JMSException {
        if (value != null && !Values.isBodyValue(value)) {
            throw new MessageFormatException(
                    "Expected a primitive, a String or a byte array as value "
                            + name
                            + ", but it is a "
                            + value.getClass().getName());
        }
        put(name, Values.copyOf(value));
    }

    @Override
    public boolean itemExists(String name) throws JMSException {
        needBody();
        return valuesByName.containsKey(name);
    }
}
