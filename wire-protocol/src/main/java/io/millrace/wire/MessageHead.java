package io.millrace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fixed first 40 bytes of every encoded message: all that a broker needs to number, order,
 * expire and route it without parsing properties.
 *
 * <pre>
 *   0        4      6    7    8            12          16            24             32            36       40
 *   +--------+------+----+----+------------+-----------+-------------+--------------+-------------+--------+----------
 *   | length | flags|prio|body| time-stamp | group hash| expiration  | delivery time| properties  | body   | headers…
 *   | u32    | u16  |u8  |type| delta i32  | i32       | i64 ms or 0 | i64 ms or 0  | at u32      | at u32 |
 *   +--------+------+----+----+------------+-----------+-------------+--------------+-------------+--------+----------
 * </pre>
 *
 * <p>{@code length} counts the whole record from byte 0. The optional headers named by {@code
 * flags} follow the head, properties begin at {@code propertiesAt}, the body at {@code bodyAt}
 * (both relative to byte 0); the body reaches to the end. The static readers take the record's
 * position in an array and check nothing: {@link MessageBatch#validate} did.
 */
public final class MessageHead {

    /** Size of the head in bytes. */
    public static final int BYTES = 40;

    /** Priority of a message that was sent without one (Jakarta Messaging 3.1, 3.4.10). */
    public static final int DEFAULT_PRIORITY = 4;

    /** Delivery mode is PERSISTENT (Jakarta Messaging 3.1, 3.4.2). */
    public static final int PERSISTENT = 1;

    /** A header JMSReplyTo follows: kind (u8) and name (string). */
    public static final int HAS_REPLY_TO = 1 << 1;

    /** A header JMSCorrelationID follows, as a string. */
    public static final int HAS_CORRELATION_ID = 1 << 2;

    /** A header JMSCorrelationID follows, as bytes. */
    public static final int HAS_CORRELATION_BYTES = 1 << 3;

    /** A header JMSType follows, as a string. */
    public static final int HAS_TYPE = 1 << 4;

    /** A header JMSXGroupID follows, as a string; its hash is in the head. */
    public static final int HAS_GROUP = 1 << 5;

    /** The sender disabled the message id (3.4.3): the receiver sees null. */
    public static final int NO_MESSAGE_ID = 1 << 6;

    /** The sender disabled the time-stamp (3.4.4): the receiver sees 0. */
    public static final int NO_TIMESTAMP = 1 << 7;

    /** There is at least one property. */
    public static final int HAS_PROPERTIES = 1 << 8;

    /** The body is elsewhere: in its place stands a {@link BodyReference}. */
    public static final int BODY_ELSEWHERE = 1 << 9;

    static final int FLAGS_AT = 4;
    static final int PRIORITY_AT = 6;
    static final int BODY_TYPE_AT = 7;
    static final int TIMESTAMP_DELTA_AT = 8;
    static final int GROUP_HASH_AT = 12;
    static final int EXPIRATION_AT = 16;
    static final int DELIVERY_TIME_AT = 24;
    static final int PROPERTIES_AT_AT = 32;
    static final int BODY_AT_AT = 36;

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private MessageHead() {}

    public static int length(byte[] array, int at) {
        return (int) INT.get(array, at);
    }

    public static int flags(byte[] array, int at) {
        return (short) SHORT.get(array, at + FLAGS_AT) & 0xffff;
    }

    public static int priority(byte[] array, int at) {
        return array[at + PRIORITY_AT];
    }

    public static int bodyType(byte[] array, int at) {
        return array[at + BODY_TYPE_AT];
    }

    public static int timestampDelta(byte[] array, int at) {
        return (int) INT.get(array, at + TIMESTAMP_DELTA_AT);
    }

    public static int groupHash(byte[] array, int at) {
        return (int) INT.get(array, at + GROUP_HASH_AT);
    }

    public static long expiration(byte[] array, int at) {
        return (long) LONG.get(array, at + EXPIRATION_AT);
    }

    public static long deliveryTime(byte[] array, int at) {
        return (long) LONG.get(array, at + DELIVERY_TIME_AT);
    }

    public static int propertiesAt(byte[] array, int at) {
        return (int) INT.get(array, at + PROPERTIES_AT_AT);
    }

    public static int bodyAt(byte[] array, int at) {
        return (int) INT.get(array, at + BODY_AT_AT);
    }

    /** The values of a head, for the side that writes one. */
    public record Fields(
            int flags,
            int priority,
            int bodyType,
            int timestampDelta,
            int groupHash,
            long expiration,
            long deliveryTime) {}

    /**
     * Writes a head with lengths of zero; {@link #finish} fills them in. Returns where the record
     * begins.
     */
    public static int begin(WireOutput to, Fields fields) {
        int start = to.size();
        to.writeInt(0)
                .writeShort(fields.flags())
                .writeByte(fields.priority())
                .writeByte(fields.bodyType());
        to.writeInt(fields.timestampDelta()).writeInt(fields.groupHash());
        to.writeLong(fields.expiration()).writeLong(fields.deliveryTime());
        to.writeInt(0).writeInt(0);
        return start;
    }

    /** Fills in the lengths once headers, properties and body are written behind the head. */
    public static void finish(WireOutput to, int start, int propertiesStart, int bodyStart) {
        to.setInt(start, to.size() - start);
        to.setInt(start + PROPERTIES_AT_AT, propertiesStart - start);
        to.setInt(start + BODY_AT_AT, bodyStart - start);
    }
}
