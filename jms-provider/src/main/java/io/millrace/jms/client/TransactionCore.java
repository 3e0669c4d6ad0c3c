package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.TransactionReference;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends to one partition in its transactions, one after the other: collects messages
 * into batches and keeps them until the broker has decided.
 *
 * <p>A batch leaves when it is full, and the last one just before the commit, so that a small
 * transaction is one piece of the wire. The broker keeps what it is sent in memory; after a lost
 * link everything is sent again, and so is a commit that was not answered. Guarded by its own
 * monitor: whoever calls a method holds it.
 */
public final class TransactionCore implements SendCore {

    private final FrameOutput output;
    private final int partition;
    private final int handle;
    private final TransactionNumbers numbers;

    // Valid for the session: survives a lost link.
    private final List<WireOutput> sealed = new ArrayList<>();
    private final TransactedBatches batches;
    private boolean known;
    private boolean expired;
    private @Nullable RuntimeException failure;
    private boolean committing;

    /** Links over which the commit may have reached the broker. */
    private int commitLinks;

    // Valid for the connection: begins anew with each link.
    private boolean linked;
    private boolean staged;

    /**
     * For a session at one partition.
     *
     * @param numbers which the session has in all partitions
     */
    TransactionCore(
            ClientOptions options,
            FrameOutput output,
            int partition,
            int handle,
            TransactionNumbers numbers) {
        this.output = output;
        this.partition = partition;
        this.handle = handle;
        this.numbers = numbers;
        this.batches = new TransactedBatches(options, handle, numbers, this::sealed);
        batches.begin(id().toBytes());
    }

    @Override
    public int handle() {
        return handle;
    }

    /** The transaction that the session is in. */
    public TransactionId id() {
        return numbers.id();
    }

    /** Whether it can take messages: the connection is not gone for good. */
    public boolean isUsable() {
        return failure == null;
    }

    /** Whether nothing was sent in it. */
    public boolean isEmpty() {
        return batches.messages() == 0;
    }

    /** How much was sent in it, about, in bytes. */
    long bytes() {
        return batches.bytes();
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
        batches.add(destinationId, nowMillis, message);
    }

    private void requireUsable() {
        RuntimeException why = failure;
        if (why != null) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, String.valueOf(why.getMessage()));
        }
    }

    private void sealed(WireOutput frame) {
        sealed.add(frame);
        if (linked) {
            transmit(frame);
        }
    }

    private void transmit(WireOutput frame) {
        staged = true;
        output.sendEncoded(frame.array(), frame.size());
    }

    // ---- decisions ----

    /** Lets everything sent go; before the commit. */
    public void flush() {
        batches.seal();
    }

    /**
     * The frame that prepares this partition's part for another to decide; {@link #flush} comes
     * before.
     */
    TransactionFrame.PreparePart prepare(
            long requestId, int coordinator, List<TransactionFrame.Settlement> settlements) {
        return new TransactionFrame.PreparePart(
                requestId, partition, id().toBytes(), coordinator, batches.messages(), settlements);
    }

    /** The partition has it, whatever happens: it is not sent again. */
    void prepared() {
        sealed.clear();
        staged = false;
    }

    /**
     * The frame that commits; {@link #flush} comes before.
     *
     * @param participants other partitions, which have prepared their parts
     */
    public TransactionFrame.Commit commit(
            long requestId,
            List<TransactionFrame.Settlement> settlements,
            PartitionSet participants) {
        committing = true;
        commitLinks = linked ? 1 : 0;
        return new TransactionFrame.Commit(
                requestId,
                partition,
                id().toBytes(),
                batches.messages(),
                settlements,
                participants);
    }

    /**
     * The commit was answered, or never will be; {@link #next} comes after.
     *
     * @param failed why there is no confirmation; null if there is one
     */
    public CommitOutcome decided(@Nullable RuntimeException failed) {
        CommitOutcome outcome =
                new CommitOutcome(
                        kindOf(failed), new TransactionReference(id(), partition), failed);
        expired |= codeOf(failed) == ErrorCode.PRODUCER_EXPIRED;
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

    /** Nothing of the transaction is to happen; {@link #next} comes after. */
    public void rollback() {
        if (linked && staged) {
            output.send(new TransactionFrame.Rollback(partition, id().toBytes()));
        }
    }

    /** The next transaction has begun: {@link TransactionNumbers#decided}. */
    public void next() {
        sealed.clear();
        committing = false;
        commitLinks = 0;
        staged = false;
        batches.begin(id().toBytes());
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
        output.send(new TrafficFrame.OpenProducer(handle, partition, numbers.sessionId(), known));
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
