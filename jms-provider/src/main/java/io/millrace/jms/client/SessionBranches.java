package io.millrace.jms.client;

import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchPrepared;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's part in branches of distributed transactions at one partition, and what their
 * transaction manager asks of them over the session's connection. Whatever is asked can be asked
 * over another session as well.
 */
public final class SessionBranches implements ProducerPort {

    /** So many are listed at a time. */
    private static final int PAGE = 500;

    private final BrokerConnection connection;
    private final int partition;
    private final BranchCore core;

    /**
     * For one session.
     *
     * @param whenBroken the link broke while the session was in a branch, which is rolled back:
     *     what was received in it is to be put back, now. Called with the core's monitor held
     */
    public SessionBranches(BrokerConnection connection, int partition, Runnable whenBroken) {
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

    /** Where it is. */
    public int partition() {
        return partition;
    }

    @Override
    public BranchCore core() {
        return core;
    }

    @Override
    public void done(List<ProducerCore.Batch> batches) {
        // Nobody waits for a batch, only for the outcome of the whole.
    }

    /**
     * Joins a branch, without waiting.
     *
     * @param fresh whether it must be new; else it must be there
     * @param timeoutMillis after which it is rolled back if it is not prepared; 0 for never
     */
    public CompletableFuture<Void> joinLater(BranchId id, boolean fresh, long timeoutMillis) {
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

    /** The branch that the session is in; null if it is in none. */
    public @Nullable BranchId branch() {
        synchronized (core) {
            return core.branch();
        }
    }

    /** How many links there were: what is asked over several may have been done before. */
    public int links() {
        synchronized (core) {
            return core.links();
        }
    }

    /**
     * Adds a message to the branch.
     *
     * @throws RefusedException if it cannot be added
     */
    public void send(long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        synchronized (core) {
            core.add(destinationId, nowMillis, message);
        }
    }

    /**
     * Leaves the branch, without waiting. If that fails, the branch is rolled back, and what was
     * received is still with its consumers.
     *
     * @param failed whether the branch can only be rolled back
     * @param settlements what of consumers' deliveries goes over to the branch
     */
    public CompletableFuture<Void> leaveLater(
            boolean failed, List<TransactionFrame.Settlement> settlements) {
        BranchId id;
        boolean broken;
        synchronized (core) {
            id = core.branch();
            core.flush();
            broken = core.isBroken();
        }
        if (id == null) {
            return CompletableFuture.failedFuture(
                    new RefusedException(
                            ErrorCode.TRANSACTION_STATE,
                            "Expected a session that is in a branch, but it is in none"));
        }
        if (broken) {
            synchronized (core) {
                core.left();
            }
            return CompletableFuture.failedFuture(
                    new RefusedException(
                            ErrorCode.UNKNOWN_TRANSACTION,
                            "Expected the connection to last until branch "
                                    + id
                                    + " is prepared, but it was lost meanwhile; the branch is rolled"
                                    + " back"));
        }
        return connection
                .askLater(
                        requestId -> {
                            synchronized (core) {
                                return core.leave(requestId, id, failed, settlements);
                            }
                        })
                .whenComplete(
                        (done, refused) -> {
                            synchronized (core) {
                                core.left();
                            }
                        })
                .thenAccept(done -> {});
    }

    /** Prepares a branch, without waiting; whether nothing was done in it. */
    public CompletableFuture<Boolean> prepareLater(BranchId id) {
        return connection
                .askLater(
                        requestId -> new BranchFrame.Prepare(requestId, partition, id.toBytes(), 0))
                .thenApply(answer -> ((BranchPrepared) answer).readOnly());
    }

    /** Decides a branch, without waiting. */
    public CompletableFuture<Void> resolveLater(BranchId id, Resolution resolution) {
        return connection
                .askLater(
                        requestId ->
                                new BranchFrame.Resolve(
                                        requestId, partition, id.toBytes(), resolution))
                .thenAccept(done -> {});
    }

    /** Has what an administrator decided forgotten, without waiting. */
    public CompletableFuture<Void> forgetLater(BranchId id) {
        return connection
                .askLater(requestId -> new BranchFrame.Forget(requestId, partition, id.toBytes()))
                .thenAccept(done -> {});
    }

    /** All branches that are prepared, or that an administrator decided, without waiting. */
    public CompletableFuture<List<BranchesRecovered.Branch>> recoverLater() {
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

    /** Ends; a branch that the session is in is rolled back. */
    public void close() {
        Ports.end(connection, () -> connection.unregister(this));
    }
}
