package io.millrace.core.partition;

import io.millrace.wire.Frame;

/**
 * How long a partition waits for connections that lost their link, in milliseconds, how much it
 * takes at once, and how often it delivers.
 *
 * @param holdDeliveriesMillis after this, what the connection had out goes to others, flagged as
 *     redelivered
 * @param keepConnectionMillis after this, its temporary destinations and plain subscriptions are
 *     deleted
 * @param keepProducerMillis after this, its producers' windows are forgotten and a resend is
 *     refused
 * @param maxBatchBytes a larger batch is refused, and so is a larger transaction
 * @param maxStagedBytes more than this of transactions that are not committed yet is refused
 * @param transactionMillis a session's transaction that is not committed so long after its first
 *     messages came is rolled back
 * @param redelivery what becomes of messages that applications give back
 * @param waiting how much may wait in each destination
 * @param maxMessageBytes a larger message is refused
 * @param heldTimes when more delivery times and expirations than this are held in the heap, those
 *     of destinations that have many go to the index; up to 4,096 of each destination's delivery
 *     times, and of its expirations, stay in any case
 */
public record PartitionLimits(
        long holdDeliveriesMillis,
        long keepConnectionMillis,
        long keepProducerMillis,
        int maxBatchBytes,
        long maxStagedBytes,
        long transactionMillis,
        RedeliveryPolicies redelivery,
        WaitingLimits waiting,
        long maxMessageBytes,
        int heldTimes) {

    /** Default of {@link #maxMessageBytes}, in bytes. */
    public static final long MESSAGE_BYTES = 1L << 30;

    /** Default of {@link #maxStagedBytes}, in bytes. */
    public static final long STAGED_BYTES = 128L << 20;

    /** Default of {@link #transactionMillis}. */
    public static final long TRANSACTION_MILLIS = 3_600_000;

    /** Default of {@link #heldTimes}: 1 to 2 MB, or some 20 if they are spread over months. */
    public static final int HELD_TIMES = 1 << 17;

    /**
     * Limits with batches as large as a client may send, and the usual policy for what comes back.
     */
    public PartitionLimits(
            long holdDeliveriesMillis, long keepConnectionMillis, long keepProducerMillis) {
        this(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                Frame.MAX_SEND_BYTES,
                STAGED_BYTES,
                TRANSACTION_MILLIS,
                RedeliveryPolicies.USUAL,
                WaitingLimits.NONE,
                MESSAGE_BYTES,
                HELD_TIMES);
    }

    /** The same with batches that fit a log's entries beside the rest of a turn. */
    public PartitionLimits within(int maxEntryBytes) {
        return new PartitionLimits(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                Math.min(maxBatchBytes, maxEntryBytes / 2),
                maxStagedBytes,
                transactionMillis,
                redelivery,
                waiting,
                maxMessageBytes,
                heldTimes);
    }

    /**
     * The same for a partition that is built anew while its clients live: they come back in a
     * moment, so it waits at least as long as {@link #NETWORK} says.
     */
    public PartitionLimits expectingClients() {
        return new PartitionLimits(
                Math.max(holdDeliveriesMillis, NETWORK.holdDeliveriesMillis),
                Math.max(keepConnectionMillis, NETWORK.keepConnectionMillis),
                Math.max(keepProducerMillis, NETWORK.keepProducerMillis),
                maxBatchBytes,
                maxStagedBytes,
                transactionMillis,
                redelivery,
                waiting,
                maxMessageBytes,
                heldTimes);
    }

    /** The same with another limit for what transactions stage, in bytes. */
    public PartitionLimits staging(long bytes) {
        return new PartitionLimits(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                maxBatchBytes,
                bytes,
                transactionMillis,
                redelivery,
                waiting,
                maxMessageBytes,
                heldTimes);
    }

    /** The same with another time for transactions, in milliseconds. */
    public PartitionLimits ending(long millis) {
        return new PartitionLimits(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                maxBatchBytes,
                maxStagedBytes,
                millis,
                redelivery,
                waiting,
                maxMessageBytes,
                heldTimes);
    }

    /** The same with other policies for what comes back. */
    public PartitionLimits redelivering(RedeliveryPolicies policies) {
        return new PartitionLimits(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                maxBatchBytes,
                maxStagedBytes,
                transactionMillis,
                policies,
                waiting,
                maxMessageBytes,
                heldTimes);
    }

    /** The same with other limits for what waits. */
    public PartitionLimits holding(WaitingLimits limits) {
        return new PartitionLimits(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                maxBatchBytes,
                maxStagedBytes,
                transactionMillis,
                redelivery,
                limits,
                maxMessageBytes,
                heldTimes);
    }

    /** The same with another limit for times in the heap. */
    public PartitionLimits holdingTimes(int times) {
        return new PartitionLimits(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                maxBatchBytes,
                maxStagedBytes,
                transactionMillis,
                redelivery,
                waiting,
                maxMessageBytes,
                times);
    }

    /** The same with another limit for messages, in bytes. */
    public PartitionLimits taking(long messageBytes) {
        return new PartitionLimits(
                holdDeliveriesMillis,
                keepConnectionMillis,
                keepProducerMillis,
                maxBatchBytes,
                maxStagedBytes,
                transactionMillis,
                redelivery,
                waiting,
                messageBytes,
                heldTimes);
    }

    /**
     * What a broker on the network uses: a restarting broker or a broken cable is not noticed by
     * the application.
     */
    public static final PartitionLimits NETWORK = new PartitionLimits(5_000, 60_000, 3_600_000);

    /** What a broker inside its only application uses: after a crash nobody comes back. */
    public static final PartitionLimits EMBEDDED = new PartitionLimits(0, 0, 0);
}
