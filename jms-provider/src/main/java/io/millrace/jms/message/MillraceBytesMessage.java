package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is bytes: write-only until reset or received, then read-only. Numbers are
 * big-endian, texts those of {@link java.io.DataOutput#writeUTF}.
 */
public final class MillraceBytesMessage extends MillraceMessage implements BytesMessage {

    private static final int LEAST_CAPACITY = 64;
    private static final byte[] NOTHING = {};

    /** What is being written; null before the first write, and once the body is read-only. */
    private @Nullable WireOutput written;

    // What can be read: a slice of an array that nobody changes.
    private byte[] bytes = NOTHING;
    private int start;
    private int length;

    /** What is read next, counted from {@link #start}. */
    private int position;

    @Override
    int bodyType() {
        return MessageCodec.BYTES;
    }

    @Override
    void writeBody(WireOutput to) {
        WireOutput growing = written;
        if (growing == null) {
            to.writeBytes(bytes, start, length);
        } else {
            to.writeBytes(growing.array(), 0, growing.size());
        }
    }

    @Override
    void readBody(WireInput from) {
        readable(from.array(), from.position(), from.remaining());
    }

    @Override
    void emptyBody() {
        readable(NOTHING, 0, 0);
    }

    private void readable(byte[] array, int from, int count) {
        written = null;
        bytes = array;
        start = from;
        length = count;
        position = 0;
    }

    @Override
    boolean hasBody() {
        return length > 0 || written != null && written.size() > 0;
    }

    @Override
    boolean isBodyA(Class<?> type) {
        return type == byte[].class || type == Object.class;
    }

    /** Resets the message, as getBody is to do. */
    @Override
    Object copyOfBody() throws JMSException {
        reset();
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    @Override
    public void reset() throws JMSException {
        needBody();
        WireOutput complete = written;
        if (complete != null) {
            readable(complete.array(), 0, complete.size());
        }
        makeBodyReadOnly();
        position = 0;
    }

    // ---- reading: the position moves on only once a read has succeeded (3.11.3) ----

    private void requireReadable() throws JMSException {
        if (!isBodyReadOnly()) {
            throw new MessageNotReadableException(
                    "Expected a message that can be read, but it is being written; call reset first");
        }
        needBody();
    }

    /** Moves on by so many bytes, if they are there. Returns where in the array they begin. */
    private int take(int count) throws JMSException {
        requireReadable();
        if (length - position < count) {
            throw new MessageEOFException(
                    "Expected "
                            + count
                            + " more bytes, but the message has only "
                            + (length - position));
        }
        int at = start + position;
        position += count;
        return at;
    }

    private WireInput taken(int count) throws JMSException {
        int at = take(count);
        return new WireInput(bytes, at, count);
    }

    @Override
    public long getBodyLength() throws JMSException {
        requireReadable();
        return length;
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws JMSException {
        int at = take(1);
        return bytes[at];
    }

    @Override
    public int readUnsignedByte() throws JMSException {
        return Byte.toUnsignedInt(readByte());
    }

    @Override
    public short readShort() throws JMSException {
        return taken(Short.BYTES).readShort();
    }

    @Override
    public int readUnsignedShort() throws JMSException {
        return Short.toUnsignedInt(readShort());
    }

    @Override
    public char readChar() throws JMSException {
        return (char) readShort();
    }

    @Override
    public int readInt() throws JMSException {
        return taken(Integer.BYTES).readInt();
    }

    @Override
    public long readLong() throws JMSException {
        return taken(Long.BYTES).readLong();
    }

    @Override
    public float readFloat() throws JMSException {
        return Float.intBitsToFloat(readInt());
    }

    @Override
    public double readDouble() throws JMSException {
        return Double.longBitsToDouble(readLong());
    }

    @Override
    public String readUTF() throws JMSException {
        int before = position;
        try {
            int size = readUnsignedShort();
            int at = take(size);
            ByteArrayInputStream framed =
                    new ByteArrayInputStream(bytes, at - Short.BYTES, Short.BYTES + size);
            return new DataInputStream(framed).readUTF();
        } catch (MessageEOFException e) {
            position = before;
            throw e;
        } catch (IOException e) {
            position = before;
            throw new MessageFormatException(
                    "Expected a text as writeUTF writes it, but " + e.getMessage());
        }
    }

    @Override
    public int readBytes(byte[] value) throws JMSException {
        return readBytes(value, value.length);
    }

    @Override
    public int readBytes(byte[] value, int count) throws JMSException {
        requireReadable();
        if (count < 0 || count > value.length) {
            throw new IndexOutOfBoundsException(
                    "Expected a length of 0 to " + value.length + ", but it is " + count);
        }
        int available = Math.min(count, length - position);
        if (available == 0 && count > 0) {
            return -1;
        }
        int at = take(available);
        System.arraycopy(bytes, at, value, 0, available);
        return available;
    }

    // ---- writing ----

    private WireOutput writable(int soonNeeded) throws JMSException {
        requireWritableBody();
        WireOutput growing = written;
        if (growing == null) {
            growing = new WireOutput(Math.max(LEAST_CAPACITY, soonNeeded));
            written = growing;
        }
        return growing;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        writable(1).writeBoolean(value);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        writable(1).writeByte(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        writable(Short.BYTES).writeShort(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        writable(Character.BYTES).writeShort(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        writable(Integer.BYTES).writeInt(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        writable(Long.BYTES).writeLong(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        writeInt(Float.floatToIntBits(value));
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        writeLong(Double.doubleToLongBits(value));
    }

    @Override
    public void writeUTF(String value) throws JMSException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream(Short.BYTES + value.length());
        try {
            new DataOutputStream(framed).writeUTF(value);
        } catch (UTFDataFormatException e) {
            throw new MessageFormatException(
                    "Expected a text of at most 65,535 encoded bytes, but it is longer; use a text"
                            + " message or writeBytes");
        } catch (IOException e) {
            throw new IllegalStateException("Expected memory to be writable, but it is not", e);
        }
        writeBytes(framed.toByteArray());
    }

    @Override
    public void writeBytes(byte[] value) throws JMSException {
        writeBytes(value, 0, value.length);
    }

    @Override
    public void writeBytes(byte[] value, int offset, int count) throws JMSException {
        Objects.checkFromIndexSize(offset, count, value.length);
        writable(count).writeBytes(value, offset, count);
    }

    @Override
    public void writeObject(Object value) throws JMSException {
        Objects.requireNonNull(value, "Expected a value to write, but it is null");
        if (value instanceof Boolean flag) {
            writeBoolean(flag);
        } else if (value instanceof Byte number) {
            writeByte(number);
        } else if (value instanceof Short number) {
            writeShort(number);
        } else if (value instanceof Character character) {
            writeChar(character);
        } else if (value instanceof Integer number) {
            writeInt(number);
        } else if (value instanceof Long number) {
            writeLong(number);
        } else if (value instanceof Float number) {
            writeFloat(number);
        } else if (value instanceof Double number) {
            writeDouble(number);
        } else if (value instanceof String text) {
            writeUTF(text);
        } else if (value instanceof byte[] array) {
            writeBytes(array);
        } else {
            throw new MessageFormatException(
                    "Expected a primitive, a String or a byte array, but it is a "
                            + value.getClass().getName());
        }
    }
}
