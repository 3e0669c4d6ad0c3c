package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.BrokerTransactions;
import io.millrace.wire.OutcomeTold;
import io.millrace.wire.TransactionOutcome;
import io.millrace.wire.TransactionReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks what became of the transactions of one shard's applications: of those whose end
 * nobody has heard, and now and then of one whose commit is still under way. What was told once
 * must stay true, whatever comes.
 */
final class Doubts {

    /** One in so many steps asks about a commit that is under way. */
    private static final int IMPATIENT_ONE_IN = 4;

    private final World world;
    private final Random random;
    private final List<Doubt> doubts = new ArrayList<>();

    /** Over which connection something is asked just now. */
    private @Nullable BrokerConnection asking;

    /** A transaction whose commit was asked for, and not answered. */
    static final class Doubt {
        private final TransactionRecord record;
        private @Nullable TransactionReference id;

        /** The partition that is asked has had a session with this id for certain. */
        private boolean known;

        /** Nobody is left to hear the answer. */
        private boolean orphaned;

        private @Nullable TransactionOutcome told;

        private Doubt(TransactionRecord record) {
            this.record = record;
        }

        /**
         * By what it is asked for: its session knows once it has begun to commit.
         *
         * @param certain whether the partition that decides is known to know the session
         */
        void refersTo(TransactionReference reference, boolean certain) {
            id = reference;
            known = certain;
        }

        private void requireStill(TransactionOutcome outcome, String by) {
            if (told != null && told != outcome) {
                throw new Violation(
                        Check.TRANSACTION_IS_WHOLE,
                        "told that "
                                + id
                                + " is "
                                + told
                                + ", but "
                                + by
                                + " hears "
                                + outcome
                                + " of "
                                + record);
            }
        }
    }

    Doubts(World world, String shard) {
        this.world = world;
        this.random = new Random(Node.mix("doubts " + shard + world.scenario().seed()));
    }

    /** A commit is asked for. */
    Doubt deciding(TransactionRecord record) {
        Doubt doubt = new Doubt(record);
        doubts.add(doubt);
        return doubt;
    }

    /** Its session has heard the outcome. */
    void decided(Doubt doubt, TransactionOutcome outcome) {
        doubts.remove(doubt);
        doubt.requireStill(outcome, "its session");
    }

    /** Nobody will hear the outcome but whoever asks. */
    void orphaned(Doubt doubt) {
        doubt.orphaned = true;
    }

    /** Asks about one of them, over some connection; at most one at a time. */
    void ask(BrokerConnection over, Application application) {
        BrokerConnection before = asking;
        if (doubts.isEmpty() || before != null && before.failure() == null && before == over) {
            return;
        }
        Doubt doubt = doubts.get(random.nextInt(doubts.size()));
        if (!doubt.orphaned && random.nextInt(IMPATIENT_ONE_IN) > 0) {
            return;
        }
        asking = over;
        var unused =
                new BrokerTransactions(over)
                        .outcomeLater(Objects.requireNonNull(doubt.id))
                        .whenComplete(
                                (answer, failed) -> {
                                    asking = null;
                                    if (answer != null) {
                                        application.guarded(() -> told(doubt, answer));
                                    }
                                });
    }

    private void told(Doubt doubt, OutcomeTold answer) {
        TransactionOutcome outcome = answer.outcome();
        boolean late = doubt.orphaned;
        world.coverage().happened("seen " + (late ? "late" : "early") + " outcome " + outcome);
        // Once its session has heard the outcome that may say goodbye, and is not known any more.
        if (outcome == TransactionOutcome.NOT_KNOWN && doubt.known && doubts.contains(doubt)) {
            throw new Violation(Check.NO_REFUSAL_WITHOUT_CAUSE, answer.message());
        }
        if (outcome.isCertain()) {
            doubt.requireStill(outcome, "somebody who asks");
            doubt.told = outcome;
        }
        if (late && outcome != TransactionOutcome.PENDING && doubts.remove(doubt)) {
            if (outcome == TransactionOutcome.COMMITTED) {
                world.oracle().committed(doubt.record, world.timeline().nowNanos());
            } else if (outcome == TransactionOutcome.ROLLED_BACK) {
                world.oracle().rolledBack(doubt.record, answer.message());
            }
        }
    }

    @Override
    public String toString() {
        return doubts.size() + " doubts";
    }
}
