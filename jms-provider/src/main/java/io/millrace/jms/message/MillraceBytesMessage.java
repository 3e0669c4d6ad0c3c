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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is bytes: write-only until reset or received, then read-only. Numbers are
 * big-endian, texts those of {@link java.io.DataOutput#writeUTF}.
 */
public final class MillraceBytesMessage extends MillraceMessage implements BytesMessage {

    private static final int LEAST_CAPACITY = 64;
    private static final int WINDOW_BYTES = 64 * 1024;
    private static final int STREAM_BUFFER_BYTES = 64 * 1024;
    private static final byte[] NOTHING = {};

    /** What is being written; null before the first write, and once the body is read-only. */
    private @Nullable WireOutput written;

    // What can be read: a slice of an array that nobody changes, which is all of the body or, of
    // one in a file, a window.
    private byte[] bytes = NOTHING;
    private int start;
    private int windowAt;
    private int windowLength;
    private int length;

    /** Has all of the body, if the slice is a window. */
    private @Nullable LargeBody file;

    /** What the application gave as the body, and nobody has read yet. */
    private @Nullable InputStream input;

    /** What is read next. */
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
        file = null;
        input = null;
        bytes = array;
        start = from;
        windowAt = 0;
        windowLength = count;
        length = count;
        position = 0;
    }

    @Override
    void readLargeBody(LargeBody body) throws IOException {
        if (body.isInFile()) {
            readable(NOTHING, 0, 0);
            file = body;
            length = body.length();
        } else {
            super.readLargeBody(body);
        }
    }

    @Override
    long leastBodyBytes() {
        WireOutput growing = written;
        return growing == null ? length : growing.size();
    }

    @Override
    LargeBody writeLargeBody() {
        LargeBody stored = file;
        WireOutput growing = written;
        if (stored != null) {
            return stored;
        }
        return growing == null
                ? LargeBody.inMemory(bytes, start, length)
                : LargeBody.inMemory(growing.array(), 0, growing.size());
    }

    // ---- streams ----

    /**
     * Beside properties: {@link PropertyNames#INPUT_STREAM} makes what a stream has the body, and
     * {@link PropertyNames#OUTPUT_STREAM} writes the body to a stream.
     */
    @Override
    public void setObjectProperty(String name, @Nullable Object value) throws JMSException {
        if (PropertyNames.INPUT_STREAM.equals(name)) {
            if (!(value instanceof InputStream stream)) {
                throw new MessageFormatException(
                        "Expected an InputStream for " + name + ", but it is " + kindOf(value));
            }
            requireWritableBody();
            emptyBody();
            input = stream;
            // The stream is the body, and nothing can be written behind it.
            makeBodyReadOnly();
        } else if (PropertyNames.OUTPUT_STREAM.equals(name)) {
            if (!(value instanceof OutputStream stream)) {
                throw new MessageFormatException(
                        "Expected an OutputStream for " + name + ", but it is " + kindOf(value));
            }
            requireReadable();
            try {
                writeLargeBody().writeTo(stream);
            } catch (IOException e) {
                throw unreadable(e);
            }
        } else {
            super.setObjectProperty(name, value);
        }
    }

    private static String kindOf(@Nullable Object value) {
        return value == null ? "null" : "a " + value.getClass().getName();
    }

    /** Stands for a stream that was begun and failed. */
    private static final class BegunStream extends InputStream {

        @Override
        public int read() throws IOException {
            throw new IOException(
                    "the stream was read before and failed, and cannot be read again; set another");
        }
    }

    @Override
    public void takeIn(long maxBytes) throws JMSException {
        InputStream from = input;
        if (from == null) {
            return;
        }
        // Once it was begun it cannot be begun again: a body with less must not be sent.
        input = new BegunStream();
        try (LargeBody.Writer all = new LargeBody.Writer()) {
            byte[] buffer = new byte[STREAM_BUFFER_BYTES];
            long count = 0;
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                count += read;
                if (count > maxBytes) {
                    throw new MessageFormatException(
                            "Expected messages with a body of at most "
                                    + maxBytes
                                    + " bytes (message.max.bytes), but the stream has more",
                            "TOO_LARGE");
                }
                all.write(buffer, 0, read);
            }
            readLargeBody(all.finish());
            input = null;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    boolean hasBody() {
        return input != null || length > 0 || written != null && written.size() > 0;
    }

    @Override
    boolean isBodyA(Class<?> type) {
        return type == byte[].class || type == Object.class;
    }

    /** Resets the message, as getBody is to do. */
    @Override
    Object copyOfBody() throws JMSException {
        reset();
        takeIn(Long.MAX_VALUE);
        byte[] all = new byte[length];
        copy(0, all, length);
        return all;
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

    private void copy(int from, byte[] to, int count) throws JMSException {
        LargeBody stored = file;
        if (stored == null) {
            System.arraycopy(bytes, start + from, to, 0, count);
            return;
        }
        try {
            stored.read(from, to, 0, count);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Brings some bytes of a file into the window. */
    private void bringClose(LargeBody stored, int from, int count) throws JMSException {
        int size = Math.min(length - from, Math.max(count, WINDOW_BYTES));
        byte[] window = new byte[size];
        copy(from, window, size);
        bytes = window;
        start = 0;
        windowAt = from;
        windowLength = size;
    }

    private void requireReadable() throws JMSException {
        if (!isBodyReadOnly()) {
            throw new MessageNotReadableException(
                    "Expected a message that can be read, but it is being written; call reset first");
        }
        needBody();
        takeIn(Long.MAX_VALUE);
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
        LargeBody stored = file;
        boolean close = position >= windowAt && position + count <= windowAt + windowLength;
        if (stored != null && !close) {
            bringClose(stored, position, count);
        }
        int at = start + position - windowAt;
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
            position = before;
            int at = take(Short.BYTES + size);
            ByteArrayInputStream framed = new ByteArrayInputStream(bytes, at, Short.BYTES + size);
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
        copy(position, value, available);
        position += available;
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
