package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.WireOutput;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a session sends in a transaction into batches, each a frame: one is sealed when it
 * is full, when the next message does not go into it, and before a decision. Guarded by its core's
 * monitor.
 */
final class TransactedBatches {

    /** A header's worth of room beside the messages. */
    private static final int FRAME_MARGIN_BYTES = 160;

    private static final int SMALL_BATCH_BYTES = 1_024;

    private final ClientOptions options;
    private final int handle;
    private final TransactionNumbers numbers;
    private final Consumer<WireOutput> sealed;

    private byte[] transactionId = {};
    private @Nullable Batch open;
    private int messages;
    private long sealedBytes;
    private int lastBatchBytes = SMALL_BATCH_BYTES;

    /** Messages for one destination that travel together. */
    private static final class Batch {
        final long destinationId;
        final boolean persistent;
        final long baseTimeMillis;
        final long firstSequence;
        final WireOutput frame;
        final int batchStart;
        int count;

        Batch(
                long destinationId,
                boolean persistent,
                long baseTimeMillis,
                long firstSequence,
                WireOutput frame,
                int batchStart) {
            this.destinationId = destinationId;
            this.persistent = persistent;
            this.baseTimeMillis = baseTimeMillis;
            this.firstSequence = firstSequence;
            this.frame = frame;
            this.batchStart = batchStart;
        }
    }

    /**
     * For the transactions of one session at one partition.
     *
     * @param numbers which the session has in all partitions
     * @param sealed gets each frame when it is complete
     */
    TransactedBatches(
            ClientOptions options,
            int handle,
            TransactionNumbers numbers,
            Consumer<WireOutput> sealed) {
        this.options = options;
        this.handle = handle;
        this.numbers = numbers;
        this.sealed = sealed;
    }

    /** How much was added to the transaction, about, in bytes. */
    long bytes() {
        Batch batch = open;
        return sealedBytes + (batch == null ? 0 : batch.frame.size());
    }

    /** How many messages were added to the transaction. */
    int messages() {
        return messages;
    }

    /**
     * Adds a message.
     *
     * @throws RefusedException if it does not fit a frame, or the transaction's limits; it is not
     *     added then, and the transaction goes on
     */
    void add(long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        if (messages == options.transactionMessages()) {
            throw limit("transaction.messages", options.transactionMessages() + " messages");
        }
        Batch batch = batchFor(destinationId, nowMillis, message.isPersistent());
        int before = batch.frame.size();
        boolean added = false;
        try {
            message.encode(batch.frame, batch.baseTimeMillis);
            if (isOversized(batch) && batch.count > 0) {
                // Behind others it does not fit a frame; alone it may.
                batch.frame.truncate(before);
                seal();
                batch = batchFor(destinationId, nowMillis, message.isPersistent());
                before = batch.frame.size();
                message.encode(batch.frame, batch.baseTimeMillis);
            }
            requireFits(batch);
            message.numbered(numbers.sessionId(), numbers.nextSequence());
            added = true;
        } finally {
            if (!added) {
                abandon(batch, before);
            }
        }
        batch.count++;
        messages++;
        numbers.taken();
        if (batch.frame.size() >= options.sendBatchBytes()) {
            seal();
        }
    }

    /** One PERSISTENT message makes a batch so: the others have batches of their own. */
    private Batch batchFor(long destinationId, long nowMillis, boolean persistent) {
        Batch growing = open;
        if (growing != null
                && (growing.destinationId != destinationId
                        || growing.persistent != persistent
                        // What was sent elsewhere meanwhile is between.
                        || growing.firstSequence + growing.count != numbers.nextSequence()
                        || growing.count == MessageBatch.MAX_MESSAGES
                        || !MessageBatch.isInReach(growing.baseTimeMillis, nowMillis))) {
            seal();
            growing = null;
        }
        if (growing == null) {
            WireOutput frame =
                    new WireOutput(
                            ProducerCore.roomForOneLike(lastBatchBytes) + FRAME_MARGIN_BYTES);
            frame.writeInt(0).writeByte(TrafficFrame.Send.TYPE).writeByte(0);
            TrafficFrame.Send.writePrefix(frame, handle, 0, destinationId);
            int batchStart = frame.size();
            long sequence = numbers.nextSequence();
            MessageBatch.writeHeader(
                    frame, numbers.sessionId(), sequence, nowMillis, transactionId);
            growing = new Batch(destinationId, persistent, nowMillis, sequence, frame, batchStart);
            open = growing;
        }
        return growing;
    }

    private static boolean isOversized(Batch batch) {
        return batch.frame.size() - Integer.BYTES > Frame.MAX_SEND_BYTES;
    }

    private void requireFits(Batch batch) {
        if (isOversized(batch)) {
            throw new RefusedException(
                    ErrorCode.LIMIT,
                    "Expected a message that fits a frame of "
                            + Frame.MAX_SEND_BYTES
                            + " bytes, but it is larger; send it in parts");
        }
        if (sealedBytes + batch.frame.size() > options.transactionBytes()) {
            throw limit("transaction.bytes", options.transactionBytes() + " bytes");
        }
    }

    private static RefusedException limit(String option, String most) {
        return new RefusedException(
                ErrorCode.LIMIT,
                "Expected a transaction of at most "
                        + most
                        + " (option "
                        + option
                        + "), but this message goes beyond; commit more often, or allow more");
    }

    private void abandon(Batch batch, int frameSizeBefore) {
        batch.frame.truncate(frameSizeBefore);
        if (batch.count == 0 && open == batch) {
            open = null;
        }
    }

    /** Completes the batch that grows, if there is one. */
    void seal() {
        Batch batch = open;
        open = null;
        if (batch == null || batch.count == 0) {
            return;
        }
        MessageBatch.setCount(batch.frame, batch.batchStart, batch.count);
        batch.frame.setInt(0, batch.frame.size() - Integer.BYTES);
        lastBatchBytes = Math.max(SMALL_BATCH_BYTES, batch.frame.size());
        sealedBytes += batch.frame.size();
        sealed.accept(batch.frame);
    }

    /** A transaction begins, whose id batches carry; what was not sealed is forgotten. */
    void begin(byte[] id) {
        transactionId = id;
        open = null;
        messages = 0;
        sealedBytes = 0;
    }
}
