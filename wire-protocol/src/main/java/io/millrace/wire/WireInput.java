package io.millrace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over a slice of a byte array, with readers for the types of the wire.
 *
 * <p>Every read checks its bounds: a slice that ends too early, or a length that cannot be, is a
 * {@link WireFormatException}. Owned by one thread.
 */
public final class WireInput {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int MAX_SHIFT = 63;

    private final byte[] bytes;
    private final int end;
    private int position;

    public WireInput(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public WireInput(byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || length > bytes.length - offset) {
            throw new IndexOutOfBoundsException(
                    "slice " + offset + "+" + length + " of " + bytes.length);
        }
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    /** The array under the cursor. */
    public byte[] array() {
        return bytes;
    }

    /** Where the next byte is read, as an index of {@link #array}. */
    public int position() {
        return position;
    }

    /** How many bytes are left. */
    public int remaining() {
        return end - position;
    }

    public boolean hasRemaining() {
        return position < end;
    }

    public byte readByte() {
        need(1);
        return bytes[position++];
    }

    public int readUnsignedByte() {
        return readByte() & 0xff;
    }

    /** 0 or 1; anything else is refused. */
    public boolean readBoolean() {
        byte value = readByte();
        if ((value & ~1) != 0) {
            throw new WireFormatException(
                    "Expected a boolean of 0 or 1, but it is " + (value & 0xff));
        }
        return value != 0;
    }

    public short readShort() {
        need(Short.BYTES);
        short value = (short) SHORT.get(bytes, position);
        position += Short.BYTES;
        return value;
    }

    public int readUnsignedShort() {
        return readShort() & 0xffff;
    }

    public int readInt() {
        need(Integer.BYTES);
        int value = (int) INT.get(bytes, position);
        position += Integer.BYTES;
        return value;
    }

    public long readLong() {
        need(Long.BYTES);
        long value = (long) LONG.get(bytes, position);
        position += Long.BYTES;
        return value;
    }

    public long readVarint() {
        long value = 0;
        for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
            byte next = readByte();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new WireFormatException(
                "Expected a varint of at most 10 bytes, but it goes on at byte " + position);
    }

    /**
     * A varint that is a number of 0 to {@link Integer#MAX_VALUE}.
     *
     * @param what names the field in the refusal of a larger one
     */
    public int readVarintInt(String what) {
        long value = readVarint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new WireFormatException(
                    "Expected "
                            + what
                            + " to be 0 to "
                            + Integer.MAX_VALUE
                            + ", but it is "
                            + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    /**
     * A varint that counts something inside this slice: refuses what is negative or above {@code
     * limit}.
     */
    public int readCount(int limit) {
        long count = readVarint();
        if (count < 0 || count > limit) {
            throw new WireFormatException(
                    "Expected a count of 0 to " + limit + ", but it is " + count);
        }
        return (int) count;
    }

    public byte[] readBlob() {
        int length = readCount(remaining());
        return readBytes(length);
    }

    public byte[] readBytes(int length) {
        need(length);
        byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return copy;
    }

    public void skip(int length) {
        need(length);
        position += length;
    }

    public String readString() {
        return utf8(readCount(remaining()));
    }

    public @Nullable String readNullableString() {
        int lengthPlusOne = readCount(remaining() + 1);
        return lengthPlusOne == 0 ? null : utf8(lengthPlusOne - 1);
    }

    public Id128 readId() {
        return new Id128(readLong(), readLong());
    }

    private String utf8(int length) {
        need(length);
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    private void need(int count) {
        if (count < 0 || count > end - position) {
            throw new WireFormatException(
                    "Expected "
                            + count
                            + " more bytes at "
                            + position
                            + ", but only "
                            + (end - position)
                            + " are left");
        }
    }
}
