package io.millrace.jms.client;

import io.millrace.wire.BranchId;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's part in branches of distributed transactions, and what their transaction manager asks
 * of them over the session's connection. Whatever is asked can be asked over another session as
 * well.
 *
 * <p>A branch has a home, a partition that follows from its id. Each session joins it there first,
 * and elsewhere when something of the branch happens there, and tells the home when it leaves where
 * it has been. So whoever prepares the branch learns where that has to be done: at a partition that
 * knows nothing of it any more it was rolled back, and so it is everywhere. Thread-safe.
 */
public final class SessionBranches {

    private final BrokerConnection connection;
    private final BranchParts parts;
    private final BranchDecisions decisions;

    // Guarded by this.
    private @Nullable BranchId branch;
    private long timeoutMillis;

    /**
     * For one session.
     *
     * @param whenBroken the link broke while the session was in a branch, which is rolled back:
     *     what was received in it is to be put back, now. Called with a core's monitor held
     */
    public SessionBranches(BrokerConnection connection, Runnable whenBroken) {
        this.connection = connection;
        this.parts = new BranchParts(connection, whenBroken);
        this.decisions = new BranchDecisions(parts);
    }

    /** Whether it can take messages: the connection is not gone for good. */
    public boolean isUsable() {
        return connection.failure() == null;
    }

    /** The branch that the session is in; null if it is in none. */
    public synchronized @Nullable BranchId branch() {
        return branch;
    }

    /** How many links there were: what is asked over several may have been done before. */
    public int links() {
        return connection.locations().links();
    }

    // ---- work ----

    /**
     * Joins a branch, without waiting.
     *
     * @param fresh whether it must be new; else it must be there
     * @param timeout after which it is rolled back if it is not prepared, in milliseconds; 0 for
     *     never
     */
    public CompletableFuture<Void> joinLater(BranchId id, boolean fresh, long timeout) {
        int home = parts.homeOf(id);
        return parts.at(home)
                .joinLater(id, fresh, timeout)
                .thenAccept(
                        done -> {
                            synchronized (this) {
                                branch = id;
                                timeoutMillis = timeout;
                            }
                            parts.joined(id, home);
                        });
    }

    /**
     * The session does something in its branch at a partition: it joins it there, unless it has.
     */
    public CompletableFuture<Void> joinAtLater(int partition) {
        BranchId id = branch();
        BranchPart part = parts.at(partition);
        if (id == null || id.equals(part.branch())) {
            return CompletableFuture.completedFuture(null);
        }
        if (parts.isBroken()) {
            synchronized (part.core()) {
                part.core().joinedBroken(id);
            }
            return CompletableFuture.completedFuture(null);
        }
        long timeout = timeout();
        return part.joinLater(id, true, timeout)
                .handle((done, failed) -> failed)
                .thenCompose(failed -> joinAgain(part, id, timeout, failed))
                .thenAccept(done -> parts.joined(id, partition));
    }

    private synchronized long timeout() {
        return timeoutMillis;
    }

    /** Another session of the branch may have joined it there before. */
    private static CompletableFuture<Void> joinAgain(
            BranchPart part, BranchId id, long timeout, @Nullable Throwable failed) {
        if (failed == null) {
            return CompletableFuture.completedFuture(null);
        }
        RuntimeException cause = PartitionAnswers.causeOf(failed);
        return RefusedException.isOf(cause, ErrorCode.DUPLICATE_TRANSACTION)
                ? part.joinLater(id, false, timeout)
                : CompletableFuture.failedFuture(cause);
    }

    /**
     * Adds a message to the branch, which the session has joined there.
     *
     * @throws RefusedException if it cannot be added
     */
    public void send(
            int partition, long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        parts.at(partition).send(destinationId, nowMillis, message);
    }

    /**
     * Leaves the branch, without waiting. If that fails, the branch is rolled back; what was
     * received is still with its consumers then, unless it was let go of.
     *
     * @param failed whether the branch can only be rolled back
     * @param received goes over to the branch, and is let go of
     */
    public CompletableFuture<Void> leaveLater(boolean failed, List<ReceivedPart> received) {
        BranchId id = branch();
        if (id == null) {
            return CompletableFuture.failedFuture(
                    new RefusedException(
                            ErrorCode.TRANSACTION_STATE,
                            "Expected a session that is in a branch, but it is in none"));
        }
        Map<Integer, List<ReceivedPart>> receivedByPartition = new TreeMap<>();
        for (ReceivedPart each : received) {
            receivedByPartition
                    .computeIfAbsent(each.partition(), number -> new ArrayList<>())
                    .add(each);
        }
        return PartitionAnswers.ask(receivedByPartition.keySet(), this::joinAtLater)
                .thenCompose(
                        joins -> {
                            RuntimeException refused =
                                    joins.failures().values().stream().findFirst().orElse(null);
                            return parts.isBroken()
                                    ? CompletableFuture.<Void>failedFuture(lost(id))
                                    : leave(id, failed, refused, receivedByPartition);
                        })
                .whenComplete((done, refused) -> left());
    }

    private static RefusedException lost(BranchId id) {
        return new RefusedException(
                ErrorCode.UNKNOWN_TRANSACTION,
                "Expected the connection to last until branch "
                        + id
                        + " is prepared, but it was lost meanwhile; the branch is rolled back");
    }

    private void left() {
        synchronized (this) {
            branch = null;
        }
        parts.left();
    }

    /** Where the branch is at home last: it knows then whether all the others have all. */
    private CompletableFuture<Void> leave(
            BranchId id,
            boolean failed,
            @Nullable RuntimeException refusedJoin,
            Map<Integer, List<ReceivedPart>> received) {
        int home = parts.homeOf(id);
        Set<Integer> others = parts.joined(id);
        others.remove(home);
        others.removeIf(each -> !id.equals(parts.at(each).branch()));
        others.forEach(each -> parts.leaving(id, each));
        parts.leaving(id, home);
        return PartitionAnswers.ask(
                        others,
                        each ->
                                parts.at(each)
                                        .leaveLater(
                                                id,
                                                failed,
                                                received.getOrDefault(each, List.of()),
                                                PartitionSet.NONE))
                .thenCompose(
                        left -> {
                            RuntimeException refused =
                                    left.failures().values().stream()
                                            .findFirst()
                                            .orElse(refusedJoin);
                            return parts.at(home)
                                    .leaveLater(
                                            id,
                                            failed || refused != null,
                                            received.getOrDefault(home, List.of()),
                                            PartitionSet.of(others))
                                    .handle((done, failure) -> refused == null ? failure : refused);
                        })
                .thenCompose(failure -> ended(id, failure));
    }

    /** If it could not be left everywhere, nothing of it is to happen anywhere. */
    private CompletableFuture<Void> ended(BranchId id, @Nullable Throwable failure) {
        if (failure == null) {
            return CompletableFuture.completedFuture(null);
        }
        RuntimeException cause = PartitionAnswers.causeOf(failure);
        Set<Integer> joined = parts.joined(id);
        if (joined.size() == 1) {
            return CompletableFuture.failedFuture(cause);
        }
        return PartitionAnswers.ask(
                        joined,
                        each ->
                                parts.at(each)
                                        .resolveLater(id, Resolution.ROLLBACK, PartitionSet.NONE))
                .thenCompose(done -> CompletableFuture.failedFuture(cause));
    }

    // ---- decisions ----

    /** Prepares a branch, without waiting; whether nothing was done in it. */
    public CompletableFuture<Boolean> prepareLater(BranchId id) {
        return decisions.prepareLater(id);
    }

    /** Decides a branch, without waiting. */
    public CompletableFuture<Void> resolveLater(BranchId id, Resolution resolution) {
        return decisions.resolveLater(id, resolution);
    }

    /** Has what an administrator decided forgotten, without waiting. */
    public CompletableFuture<Void> forgetLater(BranchId id) {
        return decisions.forgetLater(id);
    }

    /**
     * All branches that are prepared, or that an administrator decided, each once, without waiting.
     * Fails if one partition cannot tell: what is missing would be taken for done.
     */
    public CompletableFuture<List<BranchesRecovered.Branch>> recoverLater() {
        return decisions.recoverLater();
    }

    /** Ends; a branch that the session is in is rolled back. */
    public void close() {
        parts.close();
    }
}
