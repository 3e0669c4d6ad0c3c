package io.millrace.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive messages of one batch on their way to a consumer. All were delivered equally often
 * before.
 *
 * <pre>
 *   first sequence varint | count varint | delivery count varint | producer id 16 | first producer sequence varint |
 *   base time i64 | user nullable string | length varint | messages…
 * </pre>
 *
 * @param firstSequence sequence of the first message in its destination; the others follow without
 *     gaps
 * @param deliveryCount JMSXDeliveryCount of each (3.5.11): above 1 means JMSRedelivered
 * @param user JMSXUserID of the sender, null if it is not known
 * @param array holds the messages from {@code offset} on, {@code length} bytes
 */
public record DeliveredRun(
        long firstSequence,
        int count,
        int deliveryCount,
        Id128 producerId,
        long firstProducerSequence,
        long baseTimeMillis,
        @Nullable String user,
        byte[] array,
        int offset,
        int length) {

    /** Most runs in one frame. */
    private static final int MAX_RUNS = 65_536;

    /** Messages {@code index} to {@code index + count - 1} of a stored batch. */
    public static DeliveredRun of(
            MessageBatch batch,
            int index,
            int count,
            long firstSequence,
            int deliveryCount,
            @Nullable String user) {
        return new DeliveredRun(
                firstSequence,
                count,
                deliveryCount,
                batch.producerId(),
                batch.firstProducerSequence() + index,
                batch.baseTimeMillis(),
                user,
                batch.array(),
                batch.messageAt(index),
                batch.messageBytes(index, count));
    }

    /** Writes the number of runs, and the runs. */
    static void writeAll(List<DeliveredRun> runs, WireOutput to) {
        to.writeVarint(runs.size());
        for (DeliveredRun run : runs) {
            run.writeTo(to);
        }
    }

    static List<DeliveredRun> readAll(WireInput from) {
        DeliveredRun[] runs = new DeliveredRun[from.readCount(MAX_RUNS)];
        for (int index = 0; index < runs.length; index++) {
            runs[index] = read(from);
        }
        return List.of(runs);
    }

    void writeTo(WireOutput to) {
        to.writeVarint(firstSequence)
                .writeVarint(count)
                .writeVarint(deliveryCount)
                .writeId(producerId);
        to.writeVarint(firstProducerSequence).writeLong(baseTimeMillis).writeNullableString(user);
        to.writeVarint(length).writeBytes(array, offset, length);
    }

    static DeliveredRun read(WireInput from) {
        long firstSequence = from.readVarint();
        int count = from.readCount(MessageBatch.MAX_MESSAGES);
        int deliveryCount = from.readCount(Integer.MAX_VALUE);
        Id128 producerId = from.readId();
        long firstProducerSequence = from.readVarint();
        long baseTimeMillis = from.readLong();
        String user = from.readNullableString();
        int length = from.readCount(from.remaining());
        int offset = from.position();
        from.skip(length);
        return new DeliveredRun(
                firstSequence,
                count,
                deliveryCount,
                producerId,
                firstProducerSequence,
                baseTimeMillis,
                user,
                from.array(),
                offset,
                length);
    }
}
