package io.millrace.jms.client;

import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchPrepared;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A session's part in branches of distributed transactions at one partition. */
final class BranchPart implements ProducerPort {

    /** So many are listed at a time. */
    private static final int PAGE = 500;

    private final BrokerConnection connection;
    private final int partition;
    private final BranchCore core;

    BranchPart(BrokerConnection connection, int partition, Runnable whenBroken) {
        this.connection = connection;
        this.partition = partition;
        this.core =
                new BranchCore(
                        connection.options(),
                        connection,
                        partition,
                        connection.nextHandle(),
                        connection.newProducerId(),
                        whenBroken);
        connection.register(this);
    }

    @Override
    public BranchCore core() {
        return core;
    }

    @Override
    public void done(List<ProducerCore.Batch> batches) {
        // Nobody waits for a batch, only for the outcome of the whole.
    }

    int partition() {
        return partition;
    }

    /** The branch that the session is in here; null if it is in none. */
    @Nullable BranchId branch() {
        synchronized (core) {
            return core.branch();
        }
    }

    boolean isBroken() {
        synchronized (core) {
            return core.isBroken();
        }
    }

    /** How much was sent in the branch here, about, in bytes. */
    long bytes() {
        synchronized (core) {
            return core.bytes();
        }
    }

    CompletableFuture<Void> joinLater(BranchId id, boolean fresh, long timeoutMillis) {
        return connection
                .askLater(
                        requestId -> {
                            synchronized (core) {
                                return core.join(requestId, id, fresh, timeoutMillis);
                            }
                        })
                .thenAccept(
                        done -> {
                            synchronized (core) {
                                core.joined(id);
                            }
                        });
    }

    void send(long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        synchronized (core) {
            core.add(destinationId, nowMillis, message);
        }
    }

    /**
     * Leaves the branch.
     *
     * @param received goes over to the branch, and is let go of when that is so
     * @param partitions the others that the session has joined it at
     */
    CompletableFuture<Void> leaveLater(
            BranchId id, boolean failed, List<ReceivedPart> received, PartitionSet partitions) {
        synchronized (core) {
            core.flush();
        }
        return connection
                .askLater(
                        requestId -> {
                            synchronized (core) {
                                return core.leave(
                                        requestId,
                                        id,
                                        failed,
                                        received.stream().map(ReceivedPart::settlement).toList(),
                                        partitions);
                            }
                        })
                .whenComplete((done, refused) -> left())
                .thenAccept(done -> received.forEach(ReceivedPart::letGo));
    }

    void left() {
        synchronized (core) {
            core.left();
        }
    }

    CompletableFuture<BranchPrepared> prepareLater(BranchId id, int coordinator) {
        return connection
                .askLater(
                        requestId ->
                                new BranchFrame.Prepare(
                                        requestId, partition, id.toBytes(), coordinator))
                .thenApply(answer -> (BranchPrepared) answer);
    }

    CompletableFuture<Void> resolveLater(
            BranchId id, Resolution resolution, PartitionSet participants) {
        return connection
                .askLater(
                        requestId ->
                                new BranchFrame.Resolve(
                                        requestId,
                                        partition,
                                        id.toBytes(),
                                        resolution,
                                        participants))
                .thenAccept(done -> {});
    }

    CompletableFuture<Void> forgetLater(BranchId id) {
        return connection
                .askLater(requestId -> new BranchFrame.Forget(requestId, partition, id.toBytes()))
                .thenAccept(done -> {});
    }

    CompletableFuture<List<BranchesRecovered.Branch>> recoverLater() {
        return recoverLater(0, new ArrayList<>());
    }

    private CompletableFuture<List<BranchesRecovered.Branch>> recoverLater(
            long after, List<BranchesRecovered.Branch> found) {
        return connection
                .askLater(requestId -> new BranchFrame.Recover(requestId, partition, after, PAGE))
                .thenCompose(
                        answer -> {
                            BranchesRecovered page = (BranchesRecovered) answer;
                            found.addAll(page.branches());
                            if (page.atEnd() || page.branches().isEmpty()) {
                                return CompletableFuture.completedFuture(found);
                            }
                            long last = page.branches().get(page.branches().size() - 1).number();
                            return recoverLater(last, found);
                        });
    }

    void close() {
        Ports.end(connection, () -> connection.unregister(this));
    }
}
