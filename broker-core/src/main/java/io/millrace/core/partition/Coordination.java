package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.partition.BranchEvent.TransactionPrepared;
import io.millrace.wire.BranchId;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WorkId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Has several partitions do the same with a transaction: this one decides for others, or does as
 * another has decided.
 *
 * <p>Whoever has prepared a part obeys nobody but its coordinator. What the coordinator has
 * committed it remembers ({@link Decisions}), and says again, until all participants have
 * acknowledged it. Of anything else it says, when asked, that it was rolled back; and before it
 * says so it sees to it that it never commits that: a session's transaction is refused in the log,
 * and of a branch the coordinator's own part, which dies with the process, is gone. So nothing that
 * a participant was told is ever taken back, and no message between partitions has to arrive: each
 * is sent again until it is answered. Owned by the partition's thread.
 */
final class Coordination {

    /** After this time without an answer partitions are asked, or told, again. */
    private static final long AGAIN_MILLIS = 1_000;

    /**
     * So long a client waits at most for all participants to have done what is decided: one that
     * cannot open its log must not keep everybody waiting.
     */
    private static final long ANSWER_MILLIS = 10_000;

    private final int partition;
    private final PartitionState state;
    private final Connections connections;
    private final PreparedWork prepared;
    private final BranchWork branchWork;

    // Soft state: dies with the process.
    private final Map<WorkId, Course> coursesById = new LinkedHashMap<>();

    /** Who had branches prepared here that another partition decides. */
    private final Map<BranchId, Id128> preparersById = new HashMap<>();

    private boolean resumed;
    private long steadyMillis;

    /** When to ask and tell again; {@link Long#MAX_VALUE} if there is no need to. */
    private long wakesAtMillis = Long.MAX_VALUE;

    /** What this partition has decided, on its way to the participants. */
    private static final class Course {
        final boolean committed;
        final Set<Integer> left;
        final List<Answer> answers = new ArrayList<>();
        long answersByMillis;

        Course(boolean committed, Set<Integer> left) {
            this.committed = committed;
            this.left = left;
        }
    }

    /** What a client is told once all participants know. */
    record Answer(long linkId, BrokerFrame frame) {}

    Coordination(
            int partition,
            PartitionState state,
            Connections connections,
            PreparedWork prepared,
            BranchWork branchWork) {
        this.partition = partition;
        this.state = state;
        this.connections = connections;
        this.prepared = prepared;
        this.branchWork = branchWork;
    }

    /** Before each command: after a restart participants are told again, and coordinators asked. */
    void advance(long steady, Decision out) {
        steadyMillis = steady;
        if (!resumed) {
            resumed = true;
            state.decisions.all().forEach((id, participants) -> course(id, true, participants));
            coursesById.forEach((id, course) -> tell(id, course, out));
            // Whether their clients come back is not known yet.
            inquire(false, out);
            wake(out);
        }
    }

    // ---- as the coordinator ----

    /**
     * This partition has decided for others as well; they are told once that is durable, and a
     * client after them.
     *
     * @param participants at least one other partition
     */
    void decided(
            WorkId id, boolean committed, PartitionSet participants, Answer answer, Decision out) {
        Course course = course(id, committed, participants);
        course.answers.add(answer);
        course.answersByMillis = steadyMillis + ANSWER_MILLIS;
        tell(id, course, out);
        if (course.left.isEmpty()) {
            end(id, course, out);
        }
        wake(out);
    }

    private Course course(WorkId id, boolean committed, PartitionSet participants) {
        Course course = coursesById.get(id);
        if (course == null || course.committed != committed) {
            course = new Course(committed, new TreeSet<>(participants.numbers()));
            course.left.remove(partition);
            coursesById.put(id, course);
        }
        return course;
    }

    private void tell(WorkId id, Course course, Decision out) {
        course.left.forEach(
                each ->
                        ask(
                                each,
                                new TransactionStep.Decided(id, partition, course.committed),
                                out));
    }

    /** Waits for all that was decided up to now. */
    private static void ask(int participant, TransactionStep what, Decision out) {
        out.effect(new Effect.AskPartition(participant, new PartitionCommand.Transaction(what)));
    }

    void acknowledged(TransactionStep.Acknowledge step, Decision out) {
        Course course = coursesById.get(step.id());
        if (course != null && course.left.remove(step.participant()) && course.left.isEmpty()) {
            end(step.id(), course, out);
        }
    }

    private void end(WorkId id, Course course, Decision out) {
        coursesById.remove(id);
        answer(course, out);
        if (state.decisions.participants(id) != null) {
            out.emit(new BranchEvent.TransactionForgotten(id));
        }
    }

    /** The decision is durable: participants were told after that. */
    private static void answer(Course course, Decision out) {
        course.answers.forEach(each -> out.tellAfter(0, each.linkId(), each.frame()));
        course.answers.clear();
    }

    /** A participant asks about what it has prepared. */
    void inquired(TransactionStep.Inquire step, Decision out) {
        boolean committed = state.decisions.participants(step.id()) != null;
        if (committed || isOver(step, out)) {
            ask(
                    step.participant(),
                    new TransactionStep.Decided(step.id(), partition, committed),
                    out);
        }
    }

    /**
     * Whether what is not committed never will be; if its client is gone, that is so from now on.
     */
    private boolean isOver(TransactionStep.Inquire step, Decision out) {
        if (step.id() instanceof TransactionId id) {
            ProducerWindow window = state.windowsByProducer.get(id.sessionId());
            // Without a window no commit is taken, and this session cannot open it again.
            if (window == null || window.fateOf(id.number()) != DecidedTransactions.Fate.OPEN) {
                return true;
            }
            if (step.deserted()) {
                out.emit(new TransactionEvent.TransactionRuledOut(id));
            }
            return step.deserted();
        }
        Branch open = branchWork.find((BranchId) step.id());
        if (open == null || open.doom != null) {
            return true;
        }
        if (step.deserted()) {
            branchWork.doom(
                    open,
                    ErrorCode.ROLLED_BACK,
                    "Expected the connection that commits branch "
                            + open.id
                            + " to last until that is decided, but it was lost",
                    ReturnCause.UNKNOWN,
                    out);
        }
        return step.deserted();
    }

    // ---- as a participant ----

    /** A connection has a branch prepared here that another partition is to decide. */
    void preparedBy(BranchId id, Id128 connectionId, Decision out) {
        preparersById.put(id, connectionId);
        wake(out);
    }

    /** What the coordinator says is done; of what is not here, it was done before. */
    void decide(TransactionStep.Decided step, Decision out) {
        TransactionPrepared part = state.branches.prepared(step.id());
        if (part != null && part.coordinator() == step.coordinator()) {
            prepared.resolve(part, step.committed() ? Resolution.COMMIT : Resolution.ROLLBACK, out);
            if (step.id() instanceof BranchId id) {
                preparersById.remove(id);
            }
        }
        ask(step.coordinator(), new TransactionStep.Acknowledge(step.id(), partition), out);
    }

    private void inquire(boolean maybeDeserted, Decision out) {
        for (TransactionPrepared part : state.branches.sharedParts()) {
            boolean deserted = maybeDeserted && isDeserted(part.id());
            out.effectNow(
                    new Effect.AskPartition(
                            part.coordinator(),
                            new PartitionCommand.Transaction(
                                    new TransactionStep.Inquire(part.id(), partition, deserted))));
        }
    }

    /** Whether nobody will come back for something, or has for too long. */
    private boolean isDeserted(WorkId id) {
        Id128 connectionId;
        if (id instanceof TransactionId transaction) {
            ProducerWindow window = state.windowsByProducer.get(transaction.sessionId());
            connectionId = window == null ? null : window.connectionId;
        } else {
            // Its part at the coordinator is gone with the process, too.
            connectionId = preparersById.get((BranchId) id);
        }
        return connectionId == null || connections.isAway(connectionId, steadyMillis);
    }

    // ---- time ----

    void tick(Decision out) {
        if (steadyMillis < wakesAtMillis) {
            return;
        }
        wakesAtMillis = Long.MAX_VALUE;
        coursesById.values().removeIf(course -> isGivenUp(course, out));
        coursesById.forEach((id, course) -> tell(id, course, out));
        inquire(true, out);
        wake(out);
    }

    /** Whoever has something prepared that is rolled back asks about it. */
    private boolean isGivenUp(Course course, Decision out) {
        if (course.answersByMillis > steadyMillis) {
            return false;
        }
        answer(course, out);
        return !course.committed;
    }

    /** Something was prepared here that another partition is to decide, or decided here. */
    void wake(Decision out) {
        boolean due = !coursesById.isEmpty() || state.branches.hasSharedParts();
        if (due && wakesAtMillis == Long.MAX_VALUE) {
            wakesAtMillis = steadyMillis + AGAIN_MILLIS;
            out.effectNow(new Effect.WakeAt(wakesAtMillis));
        }
    }
}
