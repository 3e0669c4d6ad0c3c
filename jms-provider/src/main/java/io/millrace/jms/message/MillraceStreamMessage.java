package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.StreamMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is typed values, one after the other: write-only until reset or received,
 * then read-only (Jakarta Messaging 3.1, 3.11.3).
 */
public final class MillraceStreamMessage extends MillraceMessage implements StreamMessage {

    private static final int NOT_IN_FIELD = -1;

    private List<@Nullable Object> values = new ArrayList<>();

    /** Which value is read next. */
    private int position;

    /** How much of the byte array at {@link #position} readBytes gave, once it began. */
    private int fieldPosition = NOT_IN_FIELD;

    @Override
    int bodyType() {
        return MessageCodec.STREAM;
    }

    @Override
    long leastBodyBytes() {
        return Values.leastBytes(values);
    }

    @Override
    long mostBodyBytes() {
        return Values.mostBytesOfAll(values);
    }

    @Override
    void writeBody(WireOutput to) {
        values.forEach(value -> Values.write(value, to));
    }

    @Override
    void readBody(WireInput from) {
        List<@Nullable Object> read = new ArrayList<>();
        while (from.hasRemaining()) {
            read.add(Values.read(from));
        }
        values = read;
    }

    @Override
    void emptyBody() {
        values = new ArrayList<>();
        rewind();
    }

    @Override
    boolean hasBody() {
        return !values.isEmpty();
    }

    /** Refused for every stream, even an empty one. */
    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        throw new MessageFormatException(
                "Expected a message whose body is one object, but this is a stream; read its values"
                        + " one by one");
    }

    @Override
    @SuppressWarnings("rawtypes") // The interface declares it raw.
    public boolean isBodyAssignableTo(Class type) {
        return false;
    }

    @Override
    public void reset() throws JMSException {
        needBody();
        makeBodyReadOnly();
        rewind();
    }

    private void rewind() {
        position = 0;
        fieldPosition = NOT_IN_FIELD;
    }

    // ---- reading: the position moves on only once the conversion has succeeded (3.11.3) ----

    private @Nullable Object next() throws JMSException {
        requireReadable();
        if (fieldPosition != NOT_IN_FIELD) {
            throw new MessageFormatException(
                    "Expected readBytes until it returns less than asked for or -1, but the byte"
                            + " array was not read to its end");
        }
        if (position == values.size()) {
            throw new MessageEOFException(
                    "Expected one more value, but the stream has only " + position);
        }
        return values.get(position);
    }

    private void requireReadable() throws JMSException {
        if (!isBodyReadOnly()) {
            throw new MessageNotReadableException(
                    "Expected a stream that can be read, but it is being written; call reset first");
        }
        needBody();
    }

    @Override
    public boolean readBoolean() throws JMSException {
        boolean value = Conversions.toBoolean(next());
        position++;
        return value;
    }

    @Override
    public byte readByte() throws JMSException {
        byte value = Conversions.toByte(next());
        position++;
        return value;
    }

    @Override
    public short readShort() throws JMSException {
        short value = Conversions.toShort(next());
        position++;
        return value;
    }

    @Override
    public char readChar() throws JMSException {
        char value = Conversions.toChar(next());
        position++;
        return value;
    }

    @Override
    public int readInt() throws JMSException {
        int value = Conversions.toInt(next());
        position++;
        return value;
    }

    @Override
    public long readLong() throws JMSException {
        long value = Conversions.toLong(next());
        position++;
        return value;
    }

    @Override
    public float readFloat() throws JMSException {
        float value = Conversions.toFloat(next());
        position++;
        return value;
    }

    @Override
    public double readDouble() throws JMSException {
        double value = Conversions.toDouble(next());
        position++;
        return value;
    }

    @Override
    public @Nullable String readString() throws JMSException {
        String value = Conversions.toText(next());
        position++;
        return value;
    }

    @Override
    public @Nullable Object readObject() throws JMSException {
        Object value = Values.copyOf(next());
        position++;
        return value;
    }

    @Override
    public int readBytes(byte[] buffer) throws JMSException {
        requireReadable();
        boolean begins = fieldPosition == NOT_IN_FIELD;
        Object value = begins ? next() : values.get(position);
        if (value == null) {
            position++;
            return -1;
        }
        if (!(value instanceof byte[] field)) {
            throw new MessageFormatException(
                    "Expected a byte array, but the value was written as "
                            + value.getClass().getSimpleName());
        }
        int from = begins ? 0 : fieldPosition;
        if (!begins && from == field.length) {
            endField();
            return -1;
        }
        int count = Math.min(field.length - from, buffer.length);
        System.arraycopy(field, from, buffer, 0, count);
        fieldPosition = from + count;
        if (count < buffer.length) {
            endField();
        }
        return count;
    }

    private void endField() {
        position++;
        fieldPosition = NOT_IN_FIELD;
    }

    // ---- writing ----

    private void add(@Nullable Object value) throws JMSException {
        requireWritableBody();
        values.add(value);
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        add(value);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        add(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        add(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        add(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        add(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        add(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        add(value);
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        add(value);
    }

    @Override
    public void writeString(@Nullable String value) throws JMSException {
        add(value);
    }

    @Override
    public void writeBytes(byte @Nullable [] value) throws JMSException {
        add(Values.copyOf(value));
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        add(Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void writeObject(@Nullable Object value) throws JMSException {
        if (value != null && !Values.isBodyValue(value)) {
            throw new MessageFormatException(
                    "Expected a primitive, a String or a byte array, but it is a "
                            + value.getClass().getName());
        }
        add(Values.copyOf(value));
    }
}
