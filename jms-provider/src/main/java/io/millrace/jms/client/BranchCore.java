package io.millrace.jms.client;

import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchId;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.WireOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends in branches of distributed transactions, one at a time.
 *
 * <p>Unlike in its own transactions nothing is kept here: a branch whose link breaks before it is
 * prepared is rolled back, and its transaction manager begins another. Guarded by its own monitor:
 * whoever calls a method holds it.
 */
public final class BranchCore implements SendCore {

    private final FrameOutput output;
    private final int partition;
    private final int handle;
    private final Id128 sessionId;
    private final Runnable whenBroken;

    // Valid for the session: survives a lost link.
    private final TransactedBatches batches;
    private @Nullable BranchId branch;
    private @Nullable RuntimeException failure;

    /** The link broke since the session joined: the branch is rolled back. */
    private boolean broken;

    // Valid for the connection: begins anew with each link.
    private boolean linked;

    /**
     * For one session.
     *
     * @param whenBroken what the session has received in its branch is to be given back, before
     *     there is another link: it counts as given back by the broker
     */
    public BranchCore(
            ClientOptions options,
            FrameOutput output,
            int partition,
            int handle,
            Id128 sessionId,
            Runnable whenBroken) {
        this.output = output;
        this.partition = partition;
        this.handle = handle;
        this.sessionId = sessionId;
        this.whenBroken = whenBroken;
        this.batches =
                new TransactedBatches(
                        options, handle, new TransactionNumbers(sessionId), this::transmit);
    }

    @Override
    public int handle() {
        return handle;
    }

    /** Whether it can take messages: the connection is not gone for good. */
    public boolean isUsable() {
        return failure == null;
    }

    /** The branch that the session is in; null if it is in none. */
    public @Nullable BranchId branch() {
        return branch;
    }

    /** The frame that joins a branch. */
    public BranchFrame.Join join(long requestId, BranchId id, boolean fresh, long timeoutMillis) {
        return new BranchFrame.Join(
                requestId, handle, partition, id.toBytes(), fresh, timeoutMillis);
    }

    /** The session is in a branch: what it sends belongs to that. */
    public void joined(BranchId id) {
        branch = id;
        broken = !linked;
        batches.begin(id.toBytes());
    }

    /**
     * Adds a message.
     *
     * @throws RefusedException if the session is in no branch, or the message does not fit a frame,
     *     or the transaction's limits; it is not added then
     */
    public void add(long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        RuntimeException why = failure;
        if (why != null) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, String.valueOf(why.getMessage()));
        }
        if (branch == null) {
            throw new RefusedException(
                    ErrorCode.TRANSACTION_STATE,
                    "Expected a session that is in the branch of a distributed transaction, but it"
                            + " is in none; send in a transaction");
        }
        batches.add(destinationId, nowMillis, message);
    }

    /** The broker has rolled the branch back: the link broke meanwhile. */
    public boolean isBroken() {
        return broken;
    }

    /** How much was sent in the branch here, about, in bytes. */
    long bytes() {
        return batches.bytes();
    }

    /** The branch was rolled back before the session could join it here. */
    void joinedBroken(BranchId id) {
        joined(id);
        broken = true;
    }

    /** Lets everything sent go; before the session leaves. */
    public void flush() {
        batches.seal();
    }

    /** The frame that leaves the branch; {@link #flush} comes before. */
    public BranchFrame.Leave leave(
            long requestId,
            BranchId id,
            boolean failed,
            List<TransactionFrame.Settlement> settlements,
            PartitionSet partitions) {
        return new BranchFrame.Leave(
                requestId,
                handle,
                partition,
                id.toBytes(),
                batches.messages(),
                failed,
                settlements,
                partitions);
    }

    /** The session is in no branch any more. */
    public void left() {
        branch = null;
        broken = false;
    }

    private void transmit(WireOutput frame) {
        if (linked && !broken) {
            output.sendEncoded(frame.array(), frame.size());
        }
    }

    @Override
    public List<ProducerCore.Batch> linkUp() {
        linked = true;
        output.send(new TrafficFrame.OpenProducer(handle, partition, sessionId, false));
        return List.of();
    }

    @Override
    public void linkDown() {
        linked = false;
        if (branch != null && !broken) {
            broken = true;
            whenBroken.run();
        }
    }

    /** Nothing of a branch is answered before it is left. */
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
