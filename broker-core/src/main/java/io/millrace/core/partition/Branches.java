package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;
import io.millrace.core.partition.BranchEvent.TransactionPrepared;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchPrepared;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides branches of distributed transactions: prepares them, commits them, rolls them back.
 *
 * <p>{@code Prepare} logs all that there is of a branch in one event, and from then on it can be
 * committed and rolled back whatever happens. A commit is one turn's events and so one entry:
 * {@code Enqueued} for each batch, with the sequences that it gets now, {@code Settled} for what
 * was received, {@code TransactionResolved}. Owned by the partition's thread.
 */
final class Branches implements BranchStep.Handler {

    /** More branches than this are not prepared, or remembered, at a time. */
    static final int MAX_PREPARED = 10_000;

    /** Most branches in one answer. */
    private static final int MAX_LISTED = 1_000;

    private final PartitionState state;
    private final Arrivals arrivals;
    private final TransactedSends transacted;
    private final BranchLocks locks;
    private final BranchWork work;
    private final PreparedWork preparedWork;
    private final Coordination coordination;

    // Of the command that is handled.
    private long nowMillis;
    private long steadyMillis;
    private @Nullable Decision decision;

    Branches(
            PartitionState state,
            Arrivals arrivals,
            TransactedSends transacted,
            BranchLocks locks,
            BranchWork work,
            PreparedWork preparedWork,
            Coordination coordination) {
        this.state = state;
        this.arrivals = arrivals;
        this.transacted = transacted;
        this.locks = locks;
        this.work = work;
        this.preparedWork = preparedWork;
        this.coordination = coordination;
    }

    void handle(BranchStep step, long now, long steady, Decision out) {
        if (!work.isCurrent(step)) {
            // Of a link that broke: it is asked again over the next one.
            return;
        }
        nowMillis = now;
        steadyMillis = steady;
        decision = out;
        step.dispatch(this);
    }

    private Decision out() {
        Decision out = decision;
        if (out == null) {
            throw new IllegalStateException("Expected a command to be handled, but none is");
        }
        return out;
    }

    @Override
    public void join(BranchStep.Join step) {
        work.join(step, steadyMillis, out());
    }

    @Override
    public void leave(BranchStep.Leave step) {
        work.leave(step, out());
    }

    // ---- preparing ----

    @Override
    public void prepare(BranchStep.Prepare step) {
        Branch branch = work.find(step.id());
        TransactionPrepared prepared = state.branches.prepared(step.id());
        if (branch != null) {
            prepare(step, branch);
        } else if (prepared != null && prepared.coordinator() != step.coordinator()) {
            BranchWork.refuse(step, BranchWork.isPrepared(step.id()), out());
        } else if (state.branches.knows(step.id())) {
            // Asked again over another link. Whoever decides hears what an administrator decided
            // meanwhile.
            tellPrepared(step, PartitionSet.NONE);
        } else {
            BranchWork.refuse(step, BranchWork.isUnknown(step.id()), out());
        }
    }

    private void tellPrepared(BranchStep.Prepare step, PartitionSet partitions) {
        if (step.coordinator() != 0) {
            coordination.preparedBy(step.id(), step.origin().connectionId(), out());
        }
        tell(step.origin(), new BranchPrepared(step.requestId(), false, partitions));
    }

    private void prepare(BranchStep.Prepare step, Branch branch) {
        if (!isComplete(step, branch)) {
            return;
        }
        PartitionSet partitions = PartitionSet.of(branch.partitions);
        List<BranchEvent.Settlement> settlements = locks.of(branch.lock, branch.subscriptionIds);
        if (branch.sends.isEmpty() && settlements.isEmpty()) {
            work.end(branch, ReturnCause.GIVEN, out());
            tell(step.origin(), new BranchPrepared(step.requestId(), true, partitions));
            return;
        }
        List<BranchEvent.Send> sends = new ArrayList<>(branch.sends.size());
        for (PartitionCommand.Enqueue send : branch.sends) {
            String clientId = branch.clientIdsByConnection.get(send.origin().connectionId());
            sends.add(BranchEvent.Send.of(send, clientId));
        }
        work.remove(branch);
        out().emit(
                        new TransactionPrepared(
                                branch.id,
                                branch.number,
                                nowMillis,
                                step.coordinator(),
                                settlements,
                                sends));
        tellPrepared(step, partitions);
    }

    /**
     * Whether all of a branch is here and can happen; if not, whoever asked is told, and unless it
     * is too early the branch is over.
     */
    private boolean isComplete(BranchStep step, Branch branch) {
        if (branch.doom == null && branch.isJoined()) {
            refuse(
                    step,
                    ErrorCode.TRANSACTION_STATE,
                    "Expected all sessions to have left branch "
                            + branch.id
                            + ", but one is still in it");
            return false;
        }
        Branch.Doom doom = doomOf(branch);
        if (doom != null) {
            work.end(branch, ReturnCause.GIVEN, out());
            BranchWork.refuse(step, doom, out());
        }
        return doom == null;
    }

    /** Why nothing of a branch can happen; null if all of it can. */
    private Branch.@Nullable Doom doomOf(Branch branch) {
        if (branch.doom != null) {
            return branch.doom;
        }
        String obstacle = obstacle(branch);
        return obstacle == null ? null : new Branch.Doom(ErrorCode.ROLLED_BACK, obstacle);
    }

    private @Nullable String obstacle(Branch branch) {
        if (state.branches.count() >= MAX_PREPARED) {
            return areTooMany();
        }
        long bytes = branch.bytes;
        for (BranchEvent.Settlement each : locks.of(branch.lock, branch.subscriptionIds)) {
            bytes += (long) TransactedSends.RANGE_BYTES * (1 + each.sequences().rangeCount());
        }
        return transacted.obstacle(
                branch.sends,
                bytes,
                destination -> locks.settledIn(destination, branch.lock, branch.subscriptionIds));
    }

    static String areTooMany() {
        return "Expected at most "
                + MAX_PREPARED
                + " branches that are prepared and not decided, or decided by an administrator"
                + " and not forgotten, but there are more; resolve some";
    }

    // ---- deciding ----

    @Override
    public void resolve(BranchStep.Resolve step) {
        TransactionPrepared prepared = state.branches.prepared(step.id());
        Branch branch = work.find(step.id());
        if (!step.participants().isEmpty()) {
            resolveForAll(step, branch);
        } else if (prepared != null && prepared.coordinator() == 0) {
            resolve(step, prepared);
        } else if (step.resolution().isHeuristic()
                && step.resolution() == state.branches.decided(step.id())) {
            // Asked again over another link.
            done(step);
        } else if (branch == null) {
            // Or another partition is to decide, which is nothing to whoever asks here.
            refuseDecided(step, step.id());
        } else if (step.resolution() == Resolution.ROLLBACK) {
            rollback(step, branch);
        } else if (step.resolution() == Resolution.COMMIT_ONE_PHASE) {
            if (isWhole(step, branch) && isComplete(step, branch)) {
                commit(branch, step.participants());
                done(step);
            }
        } else {
            refuse(
                    step,
                    ErrorCode.TRANSACTION_STATE,
                    "Expected branch "
                            + branch.id
                            + " to be prepared, but it is not; until it is, it is rolled back by"
                            + " itself when a connection in it is lost or its time is over");
        }
    }

    /**
     * Whether all partitions where a branch has been joined have prepared it, if this one knows.
     */
    private boolean isWhole(BranchStep.Resolve step, Branch branch) {
        boolean whole = step.participants().containsAll(PartitionSet.of(branch.partitions));
        if (!whole) {
            refuse(
                    step,
                    ErrorCode.TRANSACTION_STATE,
                    "Expected branch "
                            + branch.id
                            + " to be prepared at all partitions where it was joined, "
                            + branch.partitions
                            + ", but it is at "
                            + step.participants());
        }
        return whole;
    }

    /** A client has had others prepare the branch for this partition to decide. */
    private void resolveForAll(BranchStep.Resolve step, @Nullable Branch branch) {
        BrokerFrame done = new BrokerFrame.Done(step.requestId());
        if (state.decisions.participants(step.id()) != null) {
            // Asked again over another link.
            decided(step, true, done);
        } else if (step.resolution() == Resolution.ROLLBACK) {
            if (branch != null) {
                work.end(branch, ReturnCause.GIVEN, out());
            }
            decided(step, false, done);
        } else if (step.resolution() != Resolution.COMMIT_ONE_PHASE) {
            refuse(
                    step,
                    ErrorCode.TRANSACTION_STATE,
                    "Expected a transaction manager to decide about branch "
                            + step.id()
                            + " at each partition, but one is to do so for others");
        } else if (branch == null) {
            Branch.Doom unknown = BranchWork.isUnknown(step.id());
            decided(step, false, refusal(step, unknown.code(), unknown.message()));
        } else if (isWhole(step, branch)) {
            Branch.Doom doom = doomOf(branch);
            if (doom == null) {
                commit(branch, step.participants());
                decided(step, true, done);
            } else {
                work.end(branch, ReturnCause.GIVEN, out());
                decided(step, false, refusal(step, doom.code(), doom.message()));
            }
        }
    }

    private void decided(BranchStep.Resolve step, boolean committed, BrokerFrame answer) {
        coordination.decided(
                step.id(),
                committed,
                step.participants(),
                new Coordination.Answer(step.origin().linkId(), answer),
                out());
    }

    private static BrokerFrame refusal(BranchStep step, ErrorCode code, String message) {
        return new BrokerFrame.Refused(step.requestId(), code, message, 0);
    }

    private void resolve(BranchStep.Resolve step, TransactionPrepared prepared) {
        if (step.resolution() == Resolution.COMMIT_ONE_PHASE) {
            BranchWork.refuse(step, BranchWork.isPrepared(step.id()), out());
            return;
        }
        preparedWork.resolve(prepared, step.resolution(), out());
        done(step);
    }

    /** Without having been prepared. */
    private void commit(Branch branch, PartitionSet participants) {
        if (participants.isEmpty()
                && branch.sends.isEmpty()
                && locks.of(branch.lock, branch.subscriptionIds).isEmpty()) {
            work.remove(branch);
            return;
        }
        Set<Destination> touched = new LinkedHashSet<>();
        for (PartitionCommand.Enqueue send : branch.sends) {
            Destination destination = state.destination(send.destinationId());
            Origin from = send.origin();
            String clientId = branch.clientIdsByConnection.get(from.connectionId());
            arrivals.append(from, clientId, destination, send.batch(), out());
            touched.add(destination);
        }
        locks.settle(branch.lock, branch.subscriptionIds, touched, out());
        out().emit(
                        new BranchEvent.TransactionResolved(
                                branch.id, Resolution.COMMIT_ONE_PHASE, participants));
        work.remove(branch);
        transacted.handOut(touched, out());
    }

    /** Sessions that have not left hear of it when they do. */
    private void rollback(BranchStep.Resolve step, Branch branch) {
        if (branch.isJoined()) {
            branch.rolledBack = true;
            work.doom(
                    branch,
                    ErrorCode.ROLLED_BACK,
                    "Expected the decision about branch "
                            + branch.id
                            + " after all sessions had left it, but it was rolled back before",
                    ReturnCause.GIVEN,
                    out());
        } else {
            work.end(branch, ReturnCause.GIVEN, out());
        }
        done(step);
    }

    @Override
    public void forget(BranchStep.Forget step) {
        if (state.branches.decided(step.id()) != null) {
            out().emit(new BranchEvent.TransactionForgotten(step.id()));
            done(step);
        } else if (state.branches.isListed(step.id()) || work.find(step.id()) != null) {
            refuse(
                    step,
                    ErrorCode.TRANSACTION_STATE,
                    "Expected branch "
                            + step.id()
                            + " to have been decided by an administrator, but it is not decided;"
                            + " commit it or roll it back instead");
        } else {
            BranchWork.refuse(step, BranchWork.isUnknown(step.id()), out());
        }
    }

    @Override
    public void recover(BranchStep.Recover step) {
        List<BranchesRecovered.Branch> found = state.branches.after(step.after());
        int listed = Math.min(found.size(), Math.max(1, Math.min(step.most(), MAX_LISTED)));
        tell(
                step.origin(),
                new BranchesRecovered(
                        step.requestId(),
                        listed == found.size(),
                        List.copyOf(found.subList(0, listed))));
    }

    // ---- answers ----

    /**
     * There is nothing to do with a branch: an administrator has decided it, or nobody knows it.
     */
    private void refuseDecided(BranchStep step, BranchId id) {
        Resolution decided = state.branches.decided(id);
        if (decided == null) {
            BranchWork.refuse(step, BranchWork.isUnknown(id), out());
        } else {
            refuse(
                    step,
                    decided.isCommit() ? ErrorCode.HEURISTIC_COMMIT : ErrorCode.HEURISTIC_ROLLBACK,
                    "Expected branch "
                            + id
                            + " to be undecided, but an administrator has "
                            + (decided.isCommit() ? "committed it" : "rolled it back")
                            + "; forget it");
        }
    }

    private void done(BranchStep step) {
        tell(step.origin(), new BrokerFrame.Done(step.requestId()));
    }

    private void tell(Origin origin, BrokerFrame frame) {
        out().tell(origin.linkId(), frame);
    }

    private void refuse(BranchStep step, ErrorCode code, String message) {
        Answers.refuse(step.origin(), step.requestId(), code, message, out());
    }
}
