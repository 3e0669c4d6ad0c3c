package io.millrace.core.partition;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * A message that was found when a subscription was taken back in time, and that is not like all
 * others: what its head says of how and when it may be delivered.
 *
 * <pre>
 *   sequence (difference to the one before) varint | what follows u8: 1 group, 2 expiration, 4 delivery time |
 *   priority u8 | group hash i32 | expiration varint | delivery time varint
 * </pre>
 *
 * @param groupHash means nothing without {@code grouped}
 * @param expiration in milliseconds since 1970; 0 for never
 * @param deliveryTime likewise; 0 if it has come
 */
public record RewoundMessage(
        long sequence,
        int priority,
        boolean grouped,
        int groupHash,
        long expiration,
        long deliveryTime) {

    /**
     * Most that one step may bring, so that it fits an entry beside others, whatever the log's
     * limit.
     */
    public static final int MAX_IN_STEP = 1_024;

    /** As much as one takes in the log. */
    static final int MAX_BYTES = 36;

    private static final int GROUP = 1;
    private static final int EXPIRATION = 2;
    private static final int DELIVERY_TIME = 4;

    /** The same, and its delivery time has come. */
    RewoundMessage due() {
        return new RewoundMessage(sequence, priority, grouped, groupHash, expiration, 0);
    }

    void writeTo(WireOutput to, long before) {
        int bits =
                (grouped ? GROUP : 0)
                        | (expiration == 0 ? 0 : EXPIRATION)
                        | (deliveryTime == 0 ? 0 : DELIVERY_TIME);
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
                (bits & DELIVERY_TIME) == 0 ? 0 : from.readVarint());
    }
}
