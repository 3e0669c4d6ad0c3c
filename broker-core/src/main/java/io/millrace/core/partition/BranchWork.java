package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.BranchId;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What sessions do in branches of distributed transactions until these are prepared.
 *
 * <p>All of it is soft: a branch is rolled back when the link of a session in it breaks, when its
 * time is over, and by a restart. Whoever comes later is told so, for as long as a link lasts that
 * was in it. Owned by the partition's thread.
 */
final class BranchWork {

    /** More branches than this are not begun at a time. */
    private static final int MAX_OPEN = 10_000;

    /** So long a branch without a timeout waits when all its connections have said goodbye. */
    private static final long DESERTED_MILLIS = 600_000;

    private final PartitionState state;
    private final Connections connections;
    private final Deliveries deliveries;
    private final TransactedSends transacted;
    private final BranchLocks locks;
    private final StagedBodies stagedBodies;

    // Soft state: dies with the process.
    private final Map<BranchId, Branch> openById = new LinkedHashMap<>();
    private long lastNumber;
    private boolean resumed;

    BranchWork(
            PartitionState state,
            Connections connections,
            Deliveries deliveries,
            TransactedSends transacted,
            BranchLocks locks,
            StagedBodies stagedBodies) {
        this.state = state;
        this.connections = connections;
        this.deliveries = deliveries;
        this.transacted = transacted;
        this.locks = locks;
        this.stagedBodies = stagedBodies;
    }

    /** Called with the first command: locks of branches that were not prepared are undone. */
    void resume(Decision out) {
        if (resumed) {
            return;
        }
        resumed = true;
        lastNumber = state.branches.lastNumber();
        locks.releaseStale(out);
    }

    /** A number for something that is prepared at once: no other lock has it. */
    long nextNumber() {
        return ++lastNumber;
    }

    /** A branch that is not prepared; null if there is none with this id. */
    @Nullable Branch find(BranchId id) {
        return openById.get(id);
    }

    // ---- joining and leaving ----

    void join(BranchStep.Join step, long steadyMillis, Decision out) {
        Branch branch = openById.get(step.id());
        Branch.Doom refusal = refusalOf(step, branch);
        if (refusal != null) {
            refuse(step, refusal, out);
            return;
        }
        if (branch == null) {
            branch = new Branch(step.id(), nextNumber(), endOf(step.timeoutMillis(), steadyMillis));
            openById.put(step.id(), branch);
            wake(branch.endsAtMillis, out);
        }
        Id128 connectionId = step.origin().connectionId();
        branch.partsBySession.put(step.sessionId(), new Branch.Part(connectionId));
        String clientId = connections.clientIdOf(connectionId);
        if (clientId != null) {
            branch.clientIdsByConnection.put(connectionId, clientId);
        }
        done(step, out);
    }

    private static long endOf(long timeoutMillis, long steadyMillis) {
        boolean never = timeoutMillis <= 0 || timeoutMillis > Long.MAX_VALUE - steadyMillis;
        return never ? Long.MAX_VALUE : steadyMillis + timeoutMillis;
    }

    private Branch.@Nullable Doom refusalOf(BranchStep.Join step, @Nullable Branch branch) {
        if (step.fresh()) {
            if (branch != null || state.branches.knows(step.id())) {
                return new Branch.Doom(
                        ErrorCode.DUPLICATE_TRANSACTION,
                        "Expected a new branch, but there is one with id " + step.id());
            }
            return openById.size() < MAX_OPEN
                    ? null
                    : new Branch.Doom(
                            ErrorCode.LIMIT,
                            "Expected at most "
                                    + MAX_OPEN
                                    + " branches that are not prepared, but there are more; try"
                                    + " again when some are over");
        }
        if (branch == null) {
            return state.branches.knows(step.id()) ? isPrepared(step.id()) : isUnknown(step.id());
        }
        Branch.Part part = branch.partsBySession.get(step.sessionId());
        if (branch.doom == null && part != null && part.joined) {
            return new Branch.Doom(
                    ErrorCode.TRANSACTION_STATE,
                    "Expected a session that is not in branch "
                            + step.id()
                            + ", but it is; it leaves first");
        }
        return branch.doom;
    }

    /** A batch was sent in a branch. What belongs to none is missed when its session leaves. */
    void stage(PartitionCommand.Enqueue command, Decision out) {
        Branch branch = openById.get(BranchId.of(command.batch().transactionId()));
        Branch.Part part =
                branch == null ? null : branch.partsBySession.get(command.batch().producerId());
        if (branch == null
                || branch.doom != null
                || part == null
                || !part.joined
                || !part.connectionId.equals(command.origin().connectionId())) {
            return;
        }
        String clientId = branch.clientIdsByConnection.get(part.connectionId);
        long clientIdBytes = TransactedSends.bytesOf(clientId);
        String obstacle = transacted.obstacleToStaging(command, branch.bytes + clientIdBytes);
        if (obstacle != null) {
            doom(branch, ErrorCode.ROLLED_BACK, obstacle, ReturnCause.GIVEN, out);
            return;
        }
        long bytes = TransactedSends.bytesOf(command) + clientIdBytes;
        branch.sends.add(command);
        stagedBodies.add(command);
        branch.bytes += bytes;
        part.messages += command.batch().count();
        transacted.staged(bytes);
    }

    void leave(BranchStep.Leave step, Decision out) {
        Branch branch = openById.get(step.id());
        if (branch == null) {
            refuse(
                    step,
                    state.branches.knows(step.id()) ? isPrepared(step.id()) : isUnknown(step.id()),
                    out);
            return;
        }
        Branch.Part part = branch.partsBySession.get(step.sessionId());
        if (part == null
                || !part.joined
                || !part.connectionId.equals(step.origin().connectionId())) {
            Branch.Doom notIn =
                    new Branch.Doom(
                            ErrorCode.TRANSACTION_STATE,
                            "Expected a session that is in branch "
                                    + step.id()
                                    + ", but it is not");
            refuse(step, branch.doom == null ? notIn : branch.doom, out);
            return;
        }
        part.joined = false;
        String obstacle = branch.doom == null ? obstacle(step, part) : null;
        if (obstacle != null) {
            doom(branch, ErrorCode.ROLLED_BACK, obstacle, ReturnCause.GIVEN, out);
        }
        if (branch.doom != null) {
            refuse(step, branch.doom, out);
            if (branch.isOver()) {
                openById.remove(branch.id);
            }
            return;
        }
        takeOver(branch, step, out);
        if (step.failed()) {
            doom(
                    branch,
                    ErrorCode.ROLLED_BACK,
                    "Expected the work in branch "
                            + step.id()
                            + " to succeed, but its application says that it failed",
                    ReturnCause.GIVEN,
                    out);
        }
        part.messages = 0;
        branch.partitions.addAll(step.partitions().numbers());
        if (step.settlements().isEmpty()) {
            done(step, out);
        } else {
            // Once it is told the session forgets what it received. If a crash could still put that
            // back to its consumer, it would come again as if nobody had seen it.
            out.tell(step.origin().linkId(), new BrokerFrame.Done(step.requestId()));
        }
    }

    /** Why a session's part cannot be had; null if it can. */
    private @Nullable String obstacle(BranchStep.Leave step, Branch.Part part) {
        if (part.messages != step.messages() && !step.failed()) {
            return "Expected all "
                    + step.messages()
                    + " messages of a session in branch "
                    + step.id()
                    + " to be here, but there are "
                    + part.messages;
        }
        for (TransactionFrame.Settlement settlement : step.settlements()) {
            Subscription subscription = state.subscriptionsById.get(settlement.subscriptionId());
            Holder holder = new Holder(step.origin().connectionId(), settlement.consumerId());
            if (subscription != null
                    && !deliveries.isHeld(subscription, holder, settlement.sequences())) {
                return "Expected the messages received in branch "
                        + step.id()
                        + " to be still with their consumer, but after its connection was lost"
                        + " others may have got some of them";
            }
        }
        return null;
    }

    private void takeOver(Branch branch, BranchStep.Leave step, Decision out) {
        for (TransactionFrame.Settlement settlement : step.settlements()) {
            Subscription subscription = state.subscriptionsById.get(settlement.subscriptionId());
            SequenceRanges sequences = settlement.sequences();
            if (subscription != null && !sequences.isEmpty()) {
                BranchLocks.take(subscription, branch.lock, sequences, out);
                branch.subscriptionIds.add(subscription.id);
            }
        }
    }

    // ---- ends ----

    /** A branch is prepared, or committed: what it staged is elsewhere now. */
    void remove(Branch branch) {
        openById.remove(branch.id);
        release(branch);
    }

    /** Nothing of a branch is to happen, and nobody needs to be told any more. */
    void end(Branch branch, ReturnCause cause, Decision out) {
        openById.remove(branch.id);
        undo(branch, cause, out);
    }

    /**
     * Nothing of a branch is to happen, and whoever is in it will be told.
     *
     * @param cause what it received comes back for
     */
    void doom(Branch branch, ErrorCode code, String why, ReturnCause cause, Decision out) {
        if (branch.doom == null) {
            branch.doom = new Branch.Doom(code, why);
            undo(branch, cause, out);
        }
    }

    private void undo(Branch branch, ReturnCause cause, Decision out) {
        List<PartitionCommand.Enqueue> sends = List.copyOf(branch.sends);
        release(branch);
        stagedBodies.drop(sends, out);
        locks.giveBack(branch.lock, branch.subscriptionIds, cause, out);
        locks.dispatch(branch.subscriptionIds, out);
        branch.subscriptionIds.clear();
    }

    private void release(Branch branch) {
        transacted.staged(-branch.bytes);
        branch.bytes = 0;
        stagedBodies.remove(branch.sends);
        branch.sends.clear();
    }

    /** A connection's link broke: all that it takes part in is rolled back. */
    void linkLost(Id128 connectionId, Decision out) {
        depart(connectionId, part -> true, "lost its link", ReturnCause.UNKNOWN, out);
    }

    /**
     * A connection will not come back. After a goodbye branches that its sessions have left can
     * still be prepared, over another connection (Jakarta Messaging 3.1, 6.1.8).
     */
    void connectionEnded(Id128 connectionId, boolean clean, long steadyMillis, Decision out) {
        if (!clean) {
            linkLost(connectionId, out);
            return;
        }
        depart(connectionId, part -> part.joined, "was closed", ReturnCause.GIVEN, out);
        for (Branch branch : openById.values()) {
            boolean removed =
                    branch.partsBySession
                            .values()
                            .removeIf(part -> part.connectionId.equals(connectionId));
            if (removed
                    && branch.partsBySession.isEmpty()
                    && branch.endsAtMillis == Long.MAX_VALUE) {
                branch.endsAtMillis = steadyMillis + DESERTED_MILLIS;
                wake(branch.endsAtMillis, out);
            }
        }
        openById.values().removeIf(Branch::isOver);
    }

    private void depart(
            Id128 connectionId,
            Predicate<Branch.Part> ifAny,
            String what,
            ReturnCause cause,
            Decision out) {
        for (Branch branch : List.copyOf(openById.values())) {
            boolean affected = false;
            for (Branch.Part part : branch.partsBySession.values()) {
                affected |= part.connectionId.equals(connectionId) && ifAny.test(part);
            }
            if (affected) {
                doom(
                        branch,
                        ErrorCode.ROLLED_BACK,
                        "Expected the connections of the sessions in branch "
                                + branch.id
                                + " to last until it is prepared, but "
                                + connectionId
                                + " "
                                + what,
                        cause,
                        out);
                branch.partsBySession
                        .values()
                        .removeIf(part -> part.connectionId.equals(connectionId));
            }
        }
        openById.values().removeIf(Branch::isOver);
    }

    /** Rolls back what took too long. */
    void tick(long steadyMillis, Decision out) {
        long next = Long.MAX_VALUE;
        for (Branch branch : List.copyOf(openById.values())) {
            if (branch.doom != null) {
                continue;
            }
            if (branch.endsAtMillis <= steadyMillis) {
                doom(
                        branch,
                        ErrorCode.TRANSACTION_TIMED_OUT,
                        "Expected branch "
                                + branch.id
                                + " to be prepared before its timeout, but it was not",
                        ReturnCause.GIVEN,
                        out);
            } else {
                next = Math.min(next, branch.endsAtMillis);
            }
        }
        openById.values().removeIf(Branch::isOver);
        wake(next, out);
    }

    private static void wake(long atMillis, Decision out) {
        if (atMillis != Long.MAX_VALUE) {
            out.effectNow(new Effect.WakeAt(atMillis));
        }
    }

    // ---- answers ----

    static Branch.Doom isUnknown(BranchId id) {
        return new Branch.Doom(
                ErrorCode.UNKNOWN_TRANSACTION,
                "Expected a branch with id "
                        + id
                        + ", but there is none; it was rolled back, or is over");
    }

    static Branch.Doom isPrepared(BranchId id) {
        return new Branch.Doom(
                ErrorCode.TRANSACTION_STATE,
                "Expected branch " + id + " not to be prepared, but it is");
    }

    static void refuse(BranchStep step, Branch.Doom why, Decision out) {
        Answers.refuse(step.origin(), step.requestId(), why.code(), why.message(), out);
    }

    /** Promises nothing that has to be durable. */
    private static void done(BranchStep step, Decision out) {
        Origin origin = step.origin();
        out.tellAfter(0, origin.linkId(), new BrokerFrame.Done(step.requestId()));
    }

    /** Whether a step comes over the link that its connection has now. */
    boolean isCurrent(BranchStep step) {
        return connections.isCurrent(step.origin());
    }
}
