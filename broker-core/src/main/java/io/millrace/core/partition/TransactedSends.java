package io.millrace.core.partition;

import io.millrace.core.Decision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is sent in transactions and not stored yet: how much of it there may be, and whether it has
 * room. Owned by the partition's thread.
 */
final class TransactedSends {

    /** What an event of the log, and its place in memory, count for beside the messages. */
    static final int BATCH_OVERHEAD_BYTES = 96;

    static final int RANGE_BYTES = 10;

    private static final int MAX_BYTES_OF_A_CHARACTER = 3;

    private final PartitionState state;
    private final Arrivals arrivals;
    private final PartitionLimits limits;

    // Soft state: dies with the process.
    private long stagedBytes;

    TransactedSends(PartitionState state, Arrivals arrivals, PartitionLimits limits) {
        this.state = state;
        this.arrivals = arrivals;
        this.limits = limits;
    }

    /** What a batch counts for. */
    static long bytesOf(PartitionCommand.Enqueue send) {
        return send.batch().length() + BATCH_OVERHEAD_BYTES + (long) bytesOf(send.origin().user());
    }

    /** Most bytes that a text takes up in an event. */
    static int bytesOf(@Nullable String text) {
        return text == null ? 0 : MAX_BYTES_OF_A_CHARACTER * text.length();
    }

    /** Bytes are staged, or no more. */
    void staged(long bytes) {
        stagedBytes += bytes;
    }

    /**
     * Why a batch cannot be staged; null if it can.
     *
     * @param before bytes that its transaction has staged
     */
    @Nullable String obstacleToStaging(PartitionCommand.Enqueue send, long before) {
        long bytes = bytesOf(send);
        if (!state.destinationsById.containsKey(send.destinationId())) {
            return Arrivals.isGone(send.destinationId());
        }
        if (before + bytes > limits.maxBatchBytes()) {
            return isTooLarge();
        }
        return stagedBytes + state.branches.bytes() + bytes > limits.maxStagedBytes()
                ? isTooMuch()
                : null;
    }

    /**
     * Why a transaction's batches cannot be stored; null if all can.
     *
     * @param bytes that they and the settlements take up in an entry
     * @param fewerIn how many messages of a destination it settles: these make room
     */
    @Nullable String obstacle(
            List<PartitionCommand.Enqueue> sends, long bytes, ToLongFunction<Destination> fewerIn) {
        if (!sends.isEmpty() && arrivals.shortage() != null) {
            return arrivals.shortage();
        }
        if (bytes > limits.maxBatchBytes()) {
            return isTooLarge();
        }
        Map<Destination, long[]> sizes = new LinkedHashMap<>();
        for (PartitionCommand.Enqueue send : sends) {
            Destination destination = state.destinationsById.get(send.destinationId());
            if (destination == null) {
                return Arrivals.isGone(send.destinationId());
            }
            String against = arrivals.reasonAgainst(send, destination);
            if (against != null) {
                return against;
            }
            long[] size = sizes.computeIfAbsent(destination, each -> new long[2]);
            size[0] += send.batch().count();
            size[1] += BodyRules.bytes(send.batch());
        }
        for (Map.Entry<Destination, long[]> each : sizes.entrySet()) {
            long[] size = each.getValue();
            String full =
                    arrivals.reasonAgainst(
                            each.getKey(), fewerIn.applyAsLong(each.getKey()), size[0], size[1]);
            if (full != null) {
                return full;
            }
        }
        return null;
    }

    /** Whether messages that leave a subscription make room in its destination. */
    static boolean makesRoom(Subscription subscription, Destination destination) {
        return subscription.destination == destination
                && destination.kind.isQueue()
                && !subscription.isOnlooker();
    }

    /** Gives what was stored, or let go, to whoever has credit for it. */
    void handOut(Iterable<Destination> touched, Decision out) {
        touched.forEach(destination -> arrivals.handOut(destination, out));
    }

    private String isTooLarge() {
        return "Expected a transaction of at most "
                + limits.maxBatchBytes()
                + " bytes, half of what an entry of the log can hold, but it has more; commit more"
                + " often, or give the broker larger segments (log.segment.bytes)";
    }

    private String isTooMuch() {
        return "Expected all transactions together to stage at most "
                + limits.maxStagedBytes()
                + " bytes (transactions.staged.bytes), but there is more; commit smaller ones, or try"
                + " again later";
    }
}
