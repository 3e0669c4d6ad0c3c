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
 * @param replay whether it was settled before, and comes again because somebody asked for that. It
 *     stands behind all runs of the frame, and only if there are such
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
        boolean replay,
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
                false,
                batch.array(),
                batch.messageAt(index),
                batch.messageBytes(index, count));
    }

    /** The same as a replay. */
    public DeliveredRun replayed() {
        return new DeliveredRun(
                firstSequence,
                count,
                deliveryCount,
                producerId,
                firstProducerSequence,
                baseTimeMillis,
                user,
                true,
                array,
                offset,
                length);
    }

    /** Writes which of the runs are replays, counted from 0; nothing if none is. */
    static void writeReplays(List<DeliveredRun> runs, WireOutput to) {
        SequenceRanges.Builder replays = new SequenceRanges.Builder();
        for (int index = 0; index < runs.size(); index++) {
            if (runs.get(index).replay) {
                replays.add(index, index);
            }
        }
        if (!replays.isEmpty()) {
            replays.build().writeTo(to);
        }
    }

    /** Marks the runs that {@link #writeReplays} named. */
    static List<DeliveredRun> readReplays(List<DeliveredRun> runs, WireInput from) {
        if (!from.hasRemaining()) {
            return runs;
        }
        DeliveredRun[] marked = runs.toArray(DeliveredRun[]::new);
        SequenceRanges replays = SequenceRanges.read(from);
        for (int range = 0; range < replays.rangeCount(); range++) {
            if (replays.last(range) >= marked.length) {
                throw new WireFormatException(
                        "Expected replays among "
                                + marked.length
                                + " runs, but one is number "
                                + replays.last(range));
            }
            for (int index = (int) replays.first(range); index <= replays.last(range); index++) {
                marked[index] = marked[index].replayed();
            }
        }
        return List.of(marked);
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
                false,
                from.array(),
                offset,
                length);
    }
}
