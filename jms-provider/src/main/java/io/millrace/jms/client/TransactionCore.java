package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends in its transactions, one after the other: collects messages into batches and
 * keeps them until the broker has decided.
 *
 * <p>A batch leaves when it is full, and the last one just before the commit, so that a small
 * transaction is one piece of the wire. The broker keeps what it is sent in memory; after a lost
 * link everything is sent again, and so is a commit that was not answered. Guarded by its own
 * monitor: whoever calls a method holds it.
 */
public final class TransactionCore implements SendCore {

    /** A header's worth of room beside the messages. */
    private static final int FRAME_MARGIN_BYTES = 160;

    private static final int SMALL_BATCH_BYTES = 1_024;

    private final ClientOptions options;
    private final FrameOutput output;
    private final int partition;
    private final int handle;
    private final Id128 sessionId;

    // Valid for the session: survives a lost link.
    private final List<Batch> sealed = new ArrayList<>();
    private @Nullable Batch open;
    private long number = 1;
    private long nextSequence = 1;
    private int messages;
    private long sealedBytes;
    private int lastBatchBytes = SMALL_BATCH_BYTES;
    private boolean known;
    private boolean expired;
    private @Nullable RuntimeException failure;
    private boolean committing;

    /** Links over which the commit may have reached the broker. */
    private int commitLinks;

    // Valid for the connection: begins anew with each link.
    private boolean linked;
    private boolean staged;

    /** Messages for one destination that travel together. */
    private static final class Batch {
        final long destinationId;
        final boolean persistent;
        final long baseTimeMillis;
        final WireOutput frame;
        final int batchStart;
        int count;

        Batch(
                long destinationId,
                boolean persistent,
                long baseTimeMillis,
                WireOutput frame,
                int batchStart) {
            this.destinationId = destinationId;
            this.persistent = persistent;
            this.baseTimeMillis = baseTimeMillis;
            this.frame = frame;
            this.batchStart = batchStart;
        }
    }

    public TransactionCore(
            ClientOptions options, FrameOutput output, int partition, int handle, Id128 sessionId) {
        this.options = options;
        this.output = output;
        this.partition = partition;
        this.handle = handle;
        this.sessionId = sessionId;
    }

    @Override
    public int handle() {
        return handle;
    }

    /** The transaction that the session is in. */
    public TransactionId id() {
        return new TransactionId(sessionId, number);
    }

    /** Whether it can take messages: the connection is not gone for good. */
    public boolean isUsable() {
        return failure == null;
    }

    /** Whether nothing was sent in it. */
    public boolean isEmpty() {
        return messages == 0;
    }

    /** Whether the broker has forgotten the session: a later transaction needs another. */
    public boolean isExpired() {
        return expired;
    }

    // ---- sends ----

    /**
     * Adds a message.
     *
     * @throws RefusedException if it does not fit a frame, or the transaction's limits; it is not
     *     added then, and the transaction goes on
     */
    public void add(long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        requireUsable();
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
            message.numbered(sessionId, nextSequence);
            added = true;
        } finally {
            if (!added) {
                abandon(batch, before);
            }
        }
        batch.count++;
        messages++;
        nextSequence++;
        if (batch.frame.size() >= options.sendBatchBytes()) {
            seal();
        }
    }

    private void requireUsable() {
        RuntimeException why = failure;
        if (why != null) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, String.valueOf(why.getMessage()));
        }
    }

    /** One PERSISTENT message makes a batch so: the others have batches of their own. */
    private Batch batchFor(long destinationId, long nowMillis, boolean persistent) {
        Batch growing = open;
        if (growing != null
                && (growing.destinationId != destinationId
                        || growing.persistent != persistent
                        || growing.count == MessageBatch.MAX_MESSAGES
                        || !MessageBatch.isInReach(growing.baseTimeMillis, nowMillis))) {
            seal();
            growing = null;
        }
        if (growing == null) {
            WireOutput frame = new WireOutput(lastBatchBytes + FRAME_MARGIN_BYTES);
            frame.writeInt(0).writeByte(TrafficFrame.Send.TYPE).writeByte(0);
            TrafficFrame.Send.writePrefix(frame, handle, 0, destinationId);
            int batchStart = frame.size();
            MessageBatch.writeHeader(frame, sessionId, nextSequence, nowMillis, id().toBytes());
            growing = new Batch(destinationId, persistent, nowMillis, frame, batchStart);
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

    private void seal() {
        Batch batch = open;
        open = null;
        if (batch == null || batch.count == 0) {
            return;
        }
        MessageBatch.setCount(batch.frame, batch.batchStart, batch.count);
        batch.frame.setInt(0, batch.frame.size() - Integer.BYTES);
        lastBatchBytes = Math.max(SMALL_BATCH_BYTES, batch.frame.size());
        sealedBytes += batch.frame.size();
        sealed.add(batch);
        if (linked) {
            transmit(batch);
        }
    }

    private void transmit(Batch batch) {
        staged = true;
        output.sendEncoded(batch.frame.array(), batch.frame.size());
    }

    // ---- decisions ----

    /** Lets everything sent go; before the commit. */
    public void flush() {
        seal();
    }

    /** The frame that commits; {@link #flush} comes before. */
    public TransactionFrame.Commit commit(
            long requestId, List<TransactionFrame.Settlement> settlements) {
        committing = true;
        commitLinks = linked ? 1 : 0;
        return new TransactionFrame.Commit(
                requestId, partition, id().toBytes(), messages, settlements);
    }

    /**
     * The commit was answered, or never will be: the next transaction begins.
     *
     * @param failed why there is no confirmation; null if there is one
     */
    public CommitOutcome decided(@Nullable RuntimeException failed) {
        CommitOutcome outcome = new CommitOutcome(kindOf(failed), id(), failed);
        expired |= codeOf(failed) == ErrorCode.PRODUCER_EXPIRED;
        next();
        return outcome;
    }

    private CommitOutcome.Kind kindOf(@Nullable RuntimeException failed) {
        if (failed == null) {
            return CommitOutcome.Kind.COMMITTED;
        }
        ErrorCode code = codeOf(failed);
        // A broker that has forgotten the session did not commit by the frame that it answers, but
        // maybe by one that came over an earlier link.
        int answered = code == ErrorCode.PRODUCER_EXPIRED ? 1 : 0;
        return code == ErrorCode.ROLLED_BACK || commitLinks <= answered
                ? CommitOutcome.Kind.ROLLED_BACK
                : CommitOutcome.Kind.UNKNOWN;
    }

    private static @Nullable ErrorCode codeOf(@Nullable RuntimeException failed) {
        return failed instanceof RefusedException refused ? refused.code() : null;
    }

    /** Nothing of the transaction is to happen. */
    public void rollback() {
        if (linked && staged) {
            output.send(new TransactionFrame.Rollback(partition, id().toBytes()));
        }
        next();
    }

    private void next() {
        sealed.clear();
        open = null;
        messages = 0;
        sealedBytes = 0;
        committing = false;
        commitLinks = 0;
        staged = false;
        number++;
    }

    // ---- links ----

    /** The broker knows the session, durably: from now on it must not be taken for a new one. */
    public void known() {
        known = true;
    }

    /**
     * {@inheritDoc}
     *
     * <p>NON_PERSISTENT messages as well: nobody has seen them before their transaction is durable.
     */
    @Override
    public List<ProducerCore.Batch> linkUp() {
        linked = true;
        staged = false;
        output.send(new TrafficFrame.OpenProducer(handle, partition, sessionId, known));
        sealed.forEach(this::transmit);
        if (committing) {
            commitLinks++;
        }
        return List.of();
    }

    @Override
    public void linkDown() {
        linked = false;
    }

    /** Nothing of a transaction is answered before its commit. */
    @Override
    public List<ProducerCore.Batch> confirmed(long upToSequence) {
        return List.of();
    }

    @Override
    public List<ProducerCore.Batch> refused(long firstSequence, RuntimeException reason) {
        return List.of();
    }

    @Override
    public List<ProducerCore.Batch> failed(RuntimeException reason) {
        linked = false;
        failure = reason;
        return List.of();
    }
}
