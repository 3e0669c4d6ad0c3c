package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is bytes: write-only until reset or received, then read-only (Jakarta
 * Messaging 3.1, 3.11).
 */
public final class MillraceBytesMessage extends MillraceMessage implements BytesMessage {

    private static final int INITIAL_BYTES = 64;

    /** What is written; null once it can only be read. */
    private @Nullable WireOutput written = new WireOutput(INITIAL_BYTES);

    private byte[] bytes = {};
    private int start;
    private int length;
    private int position;

    @Override
    int bodyType() {
        return MessageCodec.BYTES;
    }

    @Override
    void writeBody(WireOutput to) {
        WireOutput growing = written;
        if (growing != null) {
            to.writeBytes(growing.array(), 0, growing.size());
        } else {
            to.writeBytes(bytes, start, length);
        }
    }

    @Override
    void readBody(WireInput from) {
        written = null;
        bytes = from.array();
        start = from.position();
        length = from.remaining();
        position = 0;
    }

    @Override
    void resetBody() {
        written = new WireOutput(INITIAL_BYTES);
        bytes = new byte[0];
        start = 0;
        length = 0;
        position = 0;
    }

    @Override
    <T> @Nullable T body(Class<T> bodyClass) throws JMSException {
        reset();
        byte[] copy = Arrays.copyOfRange(bytes, start, start + length);
        return copy.length == 0 ? null : bodyClass.cast(copy);
    }

    @Override
    boolean hasBodyOf(Class<?> bodyClass) {
        return bodyClass == byte[].class || bodyClass == Object.class || size() == 0;
    }

    private int size() {
        WireOutput growing = written;
        return growing == null ? length : growing.size();
    }

    private WireOutput writable() throws JMSException {
        requireWritableBody();
        WireOutput growing = written;
        if (growing == null) {
            throw new jakarta.jms.MessageNotWriteableException(
                    "Expected a message that is being written, but it was reset; call clearBody first");
        }
        return growing;
    }

    private int need(int count) throws JMSException {
        requireReadable();
        if (length - position < count) {
            throw new MessageEOFException(
                    "Expected "
                            + count
                            + " more bytes, but the message has "
                            + (length - position));
        }
        int at = start + position;
        position += count;
        return at;
    }

    private void requireReadable() throws JMSException {
        decodeBody();
        if (written != null) {
            throw new MessageNotReadableException(
                    "Expected a message that can be read, but it is being written; call reset first");
        }
    }

    private WireInput input(int count) throws JMSException {
        return new WireInput(bytes, need(count), count);
    }

    @Override
    public long getBodyLength() throws JMSException {
        requireReadable();
        return length;
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return bytes[need(1)] != 0;
    }

    @Override
    public byte readByte() throws JMSException {
        return bytes[need(1)];
    }

    @Override
    public int readUnsignedByte() throws JMSException {
        return readByte() & 0xff;
    }

    @Override
    public short readShort() throws JMSException {
        return input(Short.BYTES).readShort();
    }

    @Override
    public int readUnsignedShort() throws JMSException {
        return readShort() & 0xffff;
    }

    @Override
    public char readChar() throws JMSException {
        return (char) readShort();
    }

    @Override
    public int readInt() throws JMSException {
        return input(Integer.BYTES).readInt();
    }

    @Override
    public long readLong() throws JMSException {
        return input(Long.BYTES).readLong();
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
            int at = need(size);
            byte[] framed = Arrays.copyOfRange(bytes, at - Short.BYTES, at + size);
            return new java.io.DataInputStream(new java.io.ByteArrayInputStream(framed)).readUTF();
        } catch (MessageEOFException e) {
            // 3.11.3: a read that fails leaves the position where it was.
            position = before;
            throw e;
        } catch (IOException e) {
            position = before;
            throw new MessageFormatException(
                    "Expected a text in modified UTF-8, but " + e.getMessage());
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
        System.arraycopy(bytes, need(available), value, 0, available);
        return available;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        writable().writeBoolean(value);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        writable().writeByte(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        writable().writeShort(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        writable().writeShort(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        writable().writeInt(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        writable().writeLong(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        writable().writeInt(Float.floatToIntBits(value));
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        writable().writeLong(Double.doubleToLongBits(value));
    }

    @Override
    public void writeUTF(String value) throws JMSException {
        WireOutput to = writable();
        ByteArrayOutputStream framed = new ByteArrayOutputStream(value.length() + Short.BYTES);
        try {
            new DataOutputStream(framed).writeUTF(value);
        } catch (UTFDataFormatException e) {
            throw new MessageFormatException(
                    "Expected a text of at most 65,535 encoded bytes, but it is longer");
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        to.writeBytes(framed.toByteArray(), 0, framed.size());
    }

    @Override
    public void writeBytes(byte[] value) throws JMSException {
        writable().writeBytes(value, 0, value.length);
    }

    @Override
    public void writeBytes(byte[] value, int offset, int count) throws JMSException {
        writable().writeBytes(value, offset, count);
    }

    @Override
    public void writeObject(Object value) throws JMSException {
        if (value == null) {
            throw new NullPointerException("Expected a value to write, but it is null");
        }
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
                    "Expected a primitive, a String or bytes, but it is a "
                            + value.getClass().getName());
        }
    }

    @Override
    public void reset() throws JMSException {
        decodeBody();
        WireOutput growing = written;
        if (growing != null) {
            bytes = growing.toByteArray();
            start = 0;
            length = bytes.length;
            written = null;
        }
        position = 0;
        bodyReadOnly(true);
    }
}
