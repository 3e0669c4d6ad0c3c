package io.millrace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A growing byte array with writers for the types of the wire. Big-endian; {@code varint} is
 * unsigned LEB128.
 *
 * <p>Owned by one thread. {@link #reset} keeps the array, so one instance serves many frames.
 */
public final class WireOutput {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int VARINT_MORE = 0x80;
    private static final int VARINT_BITS = 7;
    private static final int MAX_VARINT_BYTES = 10;

    private byte[] bytes;
    private int size;

    public WireOutput(int initialCapacity) {
        bytes = new byte[Math.max(16, initialCapacity)];
    }

    /** The array that holds the bytes written so far; valid until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** Number of bytes written. */
    public int size() {
        return size;
    }

    /** Forgets what was written and keeps the array. */
    public void reset() {
        size = 0;
    }

    /** Drops everything after the first {@code newSize} bytes. */
    public void truncate(int newSize) {
        size = Math.min(size, newSize);
    }

    /** A copy of the bytes written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    public WireOutput writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public WireOutput writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    public WireOutput writeShort(int value) {
        ensure(Short.BYTES);
        SHORT.set(bytes, size, (short) value);
        size += Short.BYTES;
        return this;
    }

    public WireOutput writeInt(int value) {
        ensure(Integer.BYTES);
        INT.set(bytes, size, value);
        size += Integer.BYTES;
        return this;
    }

    public WireOutput writeLong(long value) {
        ensure(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
        return this;
    }

    /** Overwrites four bytes that were written before, to fill in a length. */
    public void setInt(int position, int value) {
        INT.set(bytes, position, value);
    }

    /** Overwrites eight bytes that were written before. */
    public void setLong(int position, long value) {
        LONG.set(bytes, position, value);
    }

    /** Writes a number as unsigned LEB128: small ones take one byte, negative ones ten. */
    public WireOutput writeVarint(long value) {
        ensure(MAX_VARINT_BYTES);
        long rest = value;
        while ((rest & ~(long) (VARINT_MORE - 1)) != 0) {
            bytes[size++] = (byte) (rest & (VARINT_MORE - 1) | VARINT_MORE);
            rest >>>= VARINT_BITS;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    public WireOutput writeBytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** Length as varint, then the bytes. */
    public WireOutput writeBlob(byte[] source) {
        return writeVarint(source.length).writeBytes(source, 0, source.length);
    }

    /** UTF-8 with its length in bytes as varint. */
    public WireOutput writeString(String text) {
        return writeBlob(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A string that may be missing: 0 for null, else its length in bytes plus one. */
    public WireOutput writeNullableString(@Nullable String text) {
        if (text == null) {
            return writeVarint(0);
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return writeVarint(utf8.length + 1L).writeBytes(utf8, 0, utf8.length);
    }

    public WireOutput writeId(Id128 id) {
        return writeLong(id.high()).writeLong(id.low());
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            int wanted = Math.addExact(size, more);
            bytes =
                    Arrays.copyOf(
                            bytes,
                            Math.max(
                                    wanted,
                                    (int) Math.min(Integer.MAX_VALUE - 8, bytes.length * 2L)));
        }
    }
}
