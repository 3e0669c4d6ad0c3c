package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.Origin;
import io.millrace.wire.BranchId;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WorkId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Has other partitions take part in transactions, and decide some, as chance says. */
final class RandomShared {

    private static final int OTHERS = 3;

    private static final Map<String, Integer> HAPPENED = new TreeMap<>();

    private final PartitionHarness harness;

    /** What may have to be decided, acknowledged, or asked for. */
    private final List<WorkId> known = new ArrayList<>();

    RandomShared(PartitionHarness harness) {
        this.harness = harness;
    }

    /** Other partitions, mostly none. */
    PartitionSet participants(Random random) {
        return random.nextInt(3) > 0
                ? PartitionSet.NONE
                : PartitionSet.of(List.of(2 + random.nextInt(OTHERS), 2 + random.nextInt(OTHERS)));
    }

    /** A session's transaction may be one that others take part in. */
    void prepare(
            Random random,
            Origin origin,
            TransactionId id,
            int messages,
            List<TransactionFrame.Settlement> settlements) {
        known.add(id);
        handle(
                new TransactionStep.PreparePart(
                        origin, 1, id, 2 + random.nextInt(OTHERS), messages, settlements));
    }

    /** Another partition says, or asks, or a client gives up. */
    void step(Random random, Origin origin) {
        WorkId id =
                random.nextInt(4) == 0 || known.isEmpty()
                        ? new BranchId(1, new byte[] {(byte) random.nextInt(4)}, new byte[0])
                        : known.get(random.nextInt(known.size()));
        int other = 2 + random.nextInt(OTHERS);
        switch (random.nextInt(6)) {
            case 0, 1 -> handle(new TransactionStep.Decided(id, other, random.nextBoolean()));
            case 2, 3 -> handle(new TransactionStep.Acknowledge(id, other));
            case 4 -> handle(new TransactionStep.Inquire(id, other, random.nextBoolean()));
            default -> {
                if (id instanceof TransactionId transaction) {
                    handle(
                            new TransactionStep.RollbackEverywhere(
                                    origin, 1, transaction, PartitionSet.of(List.of(other))));
                }
            }
        }
    }

    void committed(TransactionId id) {
        known.add(id);
        count();
    }

    private void handle(TransactionStep step) {
        harness.handle(new PartitionCommand.Transaction(step));
        count();
    }

    private void count() {
        for (Event event : harness.lastEvents) {
            if (event instanceof BranchEvent.TransactionPrepared prepared
                    && prepared.coordinator() != 0) {
                count("prepared");
            } else if (event instanceof BranchEvent.TransactionResolved resolved
                    && resolved.id() instanceof TransactionId) {
                count(resolved.resolution() == Resolution.COMMIT ? "committed" : "rolled back");
            } else if (event instanceof TransactionEvent.TransactionRuledOut) {
                count("refused");
            } else if (event instanceof BranchEvent.TransactionForgotten) {
                count("forgotten");
            } else if (event instanceof TransactionEvent.TransactionCommitted decision
                    && !decision.participants().isEmpty()) {
                count("decided");
            }
        }
    }

    private static void count(String what) {
        HAPPENED.merge(what, 1, Integer::sum);
    }

    /** Whatever can become of a transaction over several partitions became of some. */
    static void assertAllHappened() {
        for (String what :
                List.of(
                        "prepared",
                        "committed",
                        "rolled back",
                        "refused",
                        "forgotten",
                        "decided")) {
            assertTrue(HAPPENED.getOrDefault(what, 0) > 0, what + " of " + HAPPENED);
        }
    }

    /** Of the first messages of a delivery. */
    static List<TransactionFrame.Settlement> settlements(Effect.Deliver delivery) {
        Effect.Run run = delivery.runs().get(0);
        return List.of(
                new TransactionFrame.Settlement(
                        delivery.consumerId(),
                        delivery.destinationId(),
                        SequenceRanges.of(run.firstSequence(), run.lastSequence())));
    }
}
