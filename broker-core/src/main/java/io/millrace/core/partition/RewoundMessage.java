package io.millrace.core.partition;

import io.millrace.wire.BodyReference;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * A message that was found when a subscription was taken back in time, and that is not like all
 * others: what its head says of how and when it may be delivered.
 *
 * <pre>
 *   sequence (difference to the one before) varint | what follows u8: 1 group, 2 expiration, 4 delivery time, 8 body |
 *   priority u8 | group hash i32 | expiration varint | delivery time varint |
 *   body: destination id varint, bytes varint, parts varint
 * </pre>
 *
 * @param groupHash means nothing without {@code grouped}
 * @param expiration in milliseconds since 1970; 0 for never
 * @param deliveryTime likewise; 0 if it has come
 * @param body if it is elsewhere; its index and checksum mean nothing. Else null
 */
public record RewoundMessage(
        long sequence,
        int priority,
        boolean grouped,
        int groupHash,
        long expiration,
        long deliveryTime,
        @Nullable BodyReference body) {

    /** With its body in its place. */
    public RewoundMessage(
            long sequence,
            int priority,
            boolean grouped,
            int groupHash,
            long expiration,
            long deliveryTime) {
        this(sequence, priority, grouped, groupHash, expiration, deliveryTime, null);
    }

    /**
     * Most that one step may bring, so that it fits an entry beside others, whatever the log's
     * limit.
     */
    public static final int MAX_IN_STEP = 512;

    /** As much as one takes in the log. */
    static final int MAX_BYTES = 60;

    private static final int GROUP = 1;
    private static final int EXPIRATION = 2;
    private static final int DELIVERY_TIME = 4;
    private static final int BODY = 8;

    /** The same, and its delivery time has come. */
    RewoundMessage due() {
        return new RewoundMessage(sequence, priority, grouped, groupHash, expiration, 0, body);
    }

    void writeTo(WireOutput to, long before) {
        int bits =
                (grouped ? GROUP : 0)
                        | (expiration == 0 ? 0 : EXPIRATION)
                        | (deliveryTime == 0 ? 0 : DELIVERY_TIME)
                        | (body == null ? 0 : BODY);
        to.writeVarint(sequence - before).writeByte(bits).writeByte(priority);
        if (grouped) {
            to.writeInt(groupHash);
        }
        if (expiration != 0) {
            to.writeVarint(expiration);
        }
        if (deliveryTime != 0) {
            to.writeVarint(deliveryTime);
        }
        if (body != null) {
            to.writeVarint(body.destinationId());
            to.writeVarint(body.bytes()).writeVarint(body.parts());
        }
    }

    static RewoundMessage read(WireInput from, long before) {
        long sequence = before + from.readVarint();
        int bits = from.readUnsignedByte();
        int priority = from.readUnsignedByte();
        boolean grouped = (bits & GROUP) != 0;
        return new RewoundMessage(
                sequence,
                priority,
                grouped,
                grouped ? from.readInt() : 0,
                (bits & EXPIRATION) == 0 ? 0 : from.readVarint(),
                (bits & DELIVERY_TIME) == 0 ? 0 : from.readVarint(),
                (bits & BODY) == 0 ? null : readBody(from));
    }

    private static BodyReference readBody(WireInput from) {
        return new BodyReference(
                0, from.readVarint(), from.readVarint(), from.readVarintInt("parts"), 0);
    }
}
