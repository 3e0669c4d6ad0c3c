package io.millrace.storage.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where the fields of a record lie. Everything in a segment behind its header page is a record;
 * big-endian.
 *
 * <pre>
 *  0        2       3       4               8              12              16
 *  +--------+-------+-------+---------------+---------------+---------------+
 *  | magic  |version| flags | body length   | generation    | partition     |
 *  +--------+-------+-------+---------------+---------------+---------------+
 *  | epoch                                  | offset                        |   16
 *  +----------------------------------------+-------------------------------+
 *  | durable up to                          | append time, millis           |   32
 *  +--------------------+-------------------+-------------------------------+
 *  | bytes left in group| CRC-32C           | body, then zeros to 8 bytes   |   48
 *  +--------------------+-------------------+-------------------------------+
 * </pre>
 *
 * <p>The checksum covers the log's id (16 bytes, not stored in the record), the 52 bytes of header
 * before it, and the body.
 */
final class RecordLayout {

    static final int HEADER_BYTES = 56;

    static final short MAGIC = 0x4D52; // "MR"
    static final byte VERSION = 1;

    /** More parts of the same entry follow. */
    static final int CONTINUES = 1;

    /** Not the first part of its entry. */
    static final int CONTINUED = 2;

    /** Carries only {@code durableUpTo}; the next entry overwrites it. */
    static final int MARKER = 4;

    /** The last record of its segment; the body is the footer. */
    static final int SEAL = 8;

    /** With {@link #SEAL}: the footer did not fit and lies in a file of its own. */
    static final int FOOTER_ELSEWHERE = 16;

    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 2;
    static final int AT_FLAGS = 3;
    static final int AT_LENGTH = 4;
    static final int AT_GENERATION = 8;
    static final int AT_PARTITION = 12;
    static final int AT_EPOCH = 16;
    static final int AT_OFFSET = 24;
    static final int AT_DURABLE = 32;
    static final int AT_MILLIS = 40;
    static final int AT_GROUP_BYTES = 48;
    static final int AT_CRC = 52;

    static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final int ALIGNMENT = 8;

    private RecordLayout() {}

    /** What a record with a body of this length occupies, padding included. */
    static long storedBytes(long bodyBytes) {
        return (HEADER_BYTES + bodyBytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** What an entry occupies when it is split into parts of at most {@code partBytes}. */
    static long storedBytes(long bodyBytes, int partBytes) {
        if (bodyBytes <= partBytes) {
            return storedBytes(bodyBytes);
        }
        long whole = bodyBytes / partBytes;
        long rest = bodyBytes % partBytes;
        return whole * storedBytes(partBytes) + (rest == 0 ? 0 : storedBytes(rest));
    }

    static long longAt(byte[] bytes, int index) {
        return (long) LONGS.get(bytes, index);
    }

    static int intAt(byte[] bytes, int index) {
        return (int) INTS.get(bytes, index);
    }

    static short shortAt(byte[] bytes, int index) {
        return (short) SHORTS.get(bytes, index);
    }
}
