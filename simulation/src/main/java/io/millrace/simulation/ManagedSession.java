package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ReceivedPart;
import io.millrace.jms.client.SessionBranches;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Resolution;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An application's session whose transactions a manager decides: joins a branch, sends and
 * receives, leaves it, and has it prepared, committed or rolled back. With a session's real ports,
 * and without a thread that waits for them.
 */
final class ManagedSession implements Receiving {

    private final World world;
    private final Application application;
    private final TransactionManager manager;
    private final String name;
    private final Random random;
    private final SessionBranches branches;
    private final BranchConsumers consumers;
    private final BranchSends sends;
    private TransactionRecord record;
    private TransactionManager.@Nullable Branch branch;
    private State state = State.IDLE;
    private boolean recovering;
    private int transactions;

    /** How far the branch is. */
    private enum State {
        IDLE,
        JOINING,
        WORKING,
        LEAVING,
        LEFT,
        PREPARING,
        PREPARED,
        COMMITTING_AT_ONCE,
        RESOLVING,
        ENDED
    }

    ManagedSession(
            World world,
            Application application,
            BrokerConnection connection,
            TransactionManager manager,
            String name) {
        this.world = world;
        this.application = application;
        this.manager = manager;
        this.name = name;
        // Chance of its own, so that the rest of its application is what it would be without it.
        this.random = new Random(world.scenario().seed() ^ Node.mix(name));
        this.consumers = new BranchConsumers(world, application, connection, this, random);
        this.branches =
                new SessionBranches(
                        connection, () -> consumers.each(TransactedConsumer::branchBroken));
        this.sends = new BranchSends(world, application, connection, branches, this, name, random);
        this.record = next();
    }

    private TransactionRecord next() {
        return new TransactionRecord(name + ":" + ++transactions);
    }

    @Override
    public TransactionRecord record() {
        return record;
    }

    @Override
    public boolean mayReceive() {
        return state == State.WORKING;
    }

    /** Whether nothing waits for an answer. */
    boolean isIdle() {
        return (state == State.IDLE || state == State.WORKING || state == State.LEFT)
                && !consumers.isOpening()
                && !recovering;
    }

    @Override
    public String toString() {
        return name + " " + state + " " + record + " " + consumers + " " + manager;
    }

    // ---- work ----

    /** Does something, whatever chance says. */
    void step() {
        step(false);
    }

    /** Receives what there is for it alone, and has everything decided. */
    void drain() {
        step(true);
    }

    private void step(boolean draining) {
        consumers.tidy();
        boolean due = draining && manager.hasOrphans() || random.nextInt(12) == 0;
        if (!recovering && state != State.ENDED && due) {
            recovering = true;
            manager.recover(branches, () -> recovering = false);
        }
        switch (state) {
            case IDLE -> join(draining);
            case WORKING -> {
                if (sends.isJoining()) {
                    // The session does nothing else meanwhile.
                    return;
                }
                if (draining) {
                    consumers.open(application.managed());
                    if (!record.isEmpty()) {
                        leave(false);
                    }
                } else {
                    work();
                }
            }
            case LEFT -> decide(draining);
            case PREPARED -> resolve(draining);
            default -> {
                // An answer is awaited.
            }
        }
    }

    private void join(boolean draining) {
        state = State.JOINING;
        TransactionManager.Branch begun = manager.begin(record);
        branch = begun;
        long timeoutMillis = !draining && random.nextInt(3) == 0 ? 200 + random.nextInt(3_000) : 0;
        var unused =
                branches.joinLater(begun.id, true, timeoutMillis)
                        .whenComplete(
                                (done, failed) -> {
                                    if (state == State.ENDED) {
                                        return;
                                    }
                                    if (failed == null) {
                                        state = State.WORKING;
                                        consumers.each(TransactedConsumer::workSoon);
                                    } else {
                                        application.requireExpected(failed, ErrorCode.UNAVAILABLE);
                                        rolledBack(failed);
                                    }
                                });
    }

    private void work() {
        int choice = random.nextInt(100);
        if (choice < 40) {
            sends.send();
        } else if (choice < 52) {
            consumers.open(random.nextBoolean() ? application.managed() : application.shared());
        } else if (choice < 55) {
            consumers.closeOne();
        } else if (choice < 60) {
            leave(true);
        } else if (choice < 90) {
            leave(false);
        }
    }

    /** The work is done, or has failed. */
    private void leave(boolean failing) {
        state = State.LEAVING;
        consumers.each(TransactedConsumer::leaving);
        List<ReceivedPart> received = consumers.received();
        var unused =
                branches.leaveLater(failing, received)
                        .whenComplete(
                                (done, failed) -> {
                                    if (state == State.ENDED) {
                                        return;
                                    }
                                    if (failed != null) {
                                        requireRefusal(failed);
                                        rolledBack(failed);
                                        return;
                                    }
                                    if (failing) {
                                        rolledBack(null);
                                    } else {
                                        state = State.LEFT;
                                    }
                                });
    }

    /** Whether a branch that is not prepared may be refused so. */
    private void requireRefusal(Throwable failed) {
        application.requireExpected(
                failed,
                ErrorCode.UNAVAILABLE,
                ErrorCode.ROLLED_BACK,
                ErrorCode.TRANSACTION_TIMED_OUT,
                ErrorCode.UNKNOWN_TRANSACTION);
    }

    // ---- decisions ----

    private void decide(boolean draining) {
        int choice = random.nextInt(100);
        if (choice < 25) {
            commitAtOnce();
        } else if (choice < 90 || draining) {
            prepare();
        } else {
            resolve(Resolution.ROLLBACK);
        }
    }

    private static @Nullable ErrorCode codeOf(Throwable failed) {
        return TransactionManager.codeOf(failed);
    }

    private TransactionManager.Branch current() {
        TransactionManager.Branch begun = branch;
        if (begun == null) {
            throw new IllegalStateException("Expected a branch, but there is none in " + this);
        }
        return begun;
    }

    private void commitAtOnce() {
        state = State.COMMITTING_AT_ONCE;
        world.oracle().deciding(record);
        consumers.each(TransactedConsumer::branchDeciding);
        int links = branches.links();
        var unused =
                branches.resolveLater(current().id, Resolution.COMMIT_ONE_PHASE)
                        .whenComplete(
                                (done, failed) -> {
                                    if (state == State.ENDED) {
                                        return;
                                    }
                                    ErrorCode code = failed == null ? null : codeOf(failed);
                                    boolean answerLost =
                                            code == ErrorCode.UNAVAILABLE
                                                    || code == ErrorCode.UNKNOWN_TRANSACTION
                                                            && links != branches.links();
                                    if (failed == null) {
                                        committed();
                                    } else if (answerLost) {
                                        unknown();
                                    } else {
                                        requireRefusal(failed);
                                        rolledBack(failed);
                                    }
                                });
    }

    private void prepare() {
        state = State.PREPARING;
        var unused =
                branches.prepareLater(current().id)
                        .whenComplete(
                                (readOnly, failed) -> {
                                    if (state == State.ENDED) {
                                        return;
                                    }
                                    if (failed != null) {
                                        requireRefusal(failed);
                                        rolledBack(failed);
                                    } else if (Boolean.TRUE.equals(readOnly)) {
                                        application.guarded(() -> requireNothingSent(record));
                                        over("read-only");
                                    } else {
                                        sends.kept();
                                        state = State.PREPARED;
                                    }
                                });
    }

    private static void requireNothingSent(TransactionRecord prepared) {
        if (!prepared.sent.isEmpty()) {
            throw new Violation(Check.TRANSACTION_IS_WHOLE, "nothing is prepared of " + prepared);
        }
    }

    /** Mostly the manager decides, rarely an administrator in its place. */
    private void resolve(boolean draining) {
        boolean byHand = !draining && random.nextInt(10) == 0;
        boolean commit = draining || random.nextInt(5) > 0;
        if (commit) {
            // From here on it is committed, whoever dies.
            current().committing = true;
            world.oracle().deciding(record);
            consumers.each(TransactedConsumer::branchDeciding);
        }
        if (byHand) {
            decideByHand(commit);
        } else {
            resolve(commit ? Resolution.COMMIT : Resolution.ROLLBACK);
        }
    }

    /** Then the manager hears that when it decides, and has it forgotten. */
    private void decideByHand(boolean commit) {
        Resolution resolution =
                commit ? Resolution.HEURISTIC_COMMIT : Resolution.HEURISTIC_ROLLBACK;
        ErrorCode told = commit ? ErrorCode.HEURISTIC_COMMIT : ErrorCode.HEURISTIC_ROLLBACK;
        Resolution same = commit ? Resolution.COMMIT : Resolution.ROLLBACK;
        state = State.RESOLVING;
        var unused =
                branches.resolveLater(current().id, resolution)
                        .thenCompose(done -> branches.resolveLater(current().id, same))
                        .handle((done, failed) -> failed == null ? null : codeOf(failed))
                        .thenCompose(
                                code -> {
                                    application.guarded(() -> requireTold(told, code));
                                    return branches.forgetLater(current().id);
                                })
                        .whenComplete(
                                (done, failed) -> {
                                    if (state == State.ENDED
                                            || failed != null
                                                    && codeOf(failed) == ErrorCode.UNAVAILABLE) {
                                        return;
                                    }
                                    world.coverage().happened("seen branch decided by hand");
                                    if (commit) {
                                        committed();
                                    } else {
                                        rolledBack(failed);
                                    }
                                });
    }

    private void requireTold(ErrorCode expected, @Nullable ErrorCode code) {
        if (state != State.ENDED && code != expected && code != ErrorCode.UNAVAILABLE) {
            throw new Violation(
                    Check.TRANSACTION_IS_WHOLE,
                    "an administrator decided " + record + ", but its manager is told " + code);
        }
    }

    private void resolve(Resolution resolution) {
        boolean prepared = state == State.PREPARED;
        state = State.RESOLVING;
        int links = branches.links();
        var unused =
                branches.resolveLater(current().id, resolution)
                        .whenComplete(
                                (done, failed) -> {
                                    if (state == State.ENDED) {
                                        return;
                                    }
                                    if (failed != null) {
                                        application.guarded(
                                                () ->
                                                        requireDone(
                                                                failed,
                                                                prepared
                                                                        && links
                                                                                == branches
                                                                                        .links()));
                                    }
                                    if (failed != null && codeOf(failed) == ErrorCode.UNAVAILABLE) {
                                        return;
                                    }
                                    if (resolution == Resolution.COMMIT) {
                                        committed();
                                    } else {
                                        rolledBack(failed);
                                    }
                                });
    }

    /** What is prepared is there until it is decided, and then it is over. */
    private void requireDone(Throwable failed, boolean mustBeThere) {
        ErrorCode code = codeOf(failed);
        boolean over = code == ErrorCode.UNKNOWN_TRANSACTION && !mustBeThere;
        if (code != ErrorCode.UNAVAILABLE && !over) {
            throw new Violation(
                    Check.TRANSACTION_IS_WHOLE, "the end of " + record + " is refused: " + failed);
        }
    }

    private void committed() {
        TransactionRecord decided = record;
        world.coverage().happened("seen branch committed");
        application.guarded(
                () -> {
                    world.oracle().committed(decided, world.timeline().nowNanos());
                    consumers.each(TransactedConsumer::branchCommitted);
                });
        sends.kept();
        begin();
    }

    private void rolledBack(@Nullable Throwable why) {
        TransactionRecord decided = record;
        world.coverage().happened("seen branch rolled back");
        application.guarded(
                () -> {
                    world.oracle().rolledBack(decided, String.valueOf(why));
                    consumers.each(TransactedConsumer::branchRolledBack);
                });
        sends.rolledBack();
        begin();
    }

    /** Nobody can tell whether it was committed at once. */
    private void unknown() {
        TransactionRecord decided = record;
        world.oracle().undecided(decided);
        consumers.each(TransactedConsumer::branchUnknown);
        sends.rolledBack();
        begin();
    }

    private void over(String why) {
        world.coverage().happened("seen branch " + why);
        consumers.each(TransactedConsumer::branchCommitted);
        begin();
    }

    private void begin() {
        manager.over(current());
        branch = null;
        record = next();
        state = State.IDLE;
    }

    /** Its application died, or its connection is gone. */
    void died() {
        State before = state;
        if (before == State.ENDED) {
            return;
        }
        state = State.ENDED;
        consumers.gone();
        TransactionManager.Branch left = branch;
        if (left == null) {
            world.oracle().rolledBack(record, "its application is gone");
            return;
        }
        if (before == State.COMMITTING_AT_ONCE) {
            manager.over(left);
            world.oracle().undecided(record);
        } else {
            // Whoever comes next resolves it: as it was decided, or else it is rolled back.
            left.orphaned = true;
            if (!left.committing) {
                world.oracle().rolledBack(record, "its application is gone");
            }
        }
    }
}
