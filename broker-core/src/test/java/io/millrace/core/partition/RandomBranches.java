package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.Origin;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionFrame;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Does whatever chance says with some branches of distributed transactions. */
final class RandomBranches {

    /** Fewer than connections and steps: so they meet. */
    private static final int BRANCHES = 4;

    private static final Map<String, Integer> HAPPENED = new TreeMap<>();

    private final PartitionHarness harness;
    private final Map<Long, Long> nextSequenceBySession = new TreeMap<>();

    RandomBranches(PartitionHarness harness) {
        this.harness = harness;
    }

    /**
     * One step.
     *
     * @param delivered what was delivered to anybody, in order
     */
    void step(
            Random random,
            Origin origin,
            long connection,
            List<Effect.Deliver> delivered,
            List<PartitionHarness.Terms> terms) {
        BranchId id = someBranch(random);
        Id128 session = new Id128(3, connection);
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> {
                handle(
                        new BranchStep.Join(
                                origin,
                                1,
                                session,
                                id,
                                random.nextInt(4) > 0,
                                random.nextInt(2) * 200L));
                int messages = random.nextInt(4) > 0 ? send(origin, connection, id, terms) : 0;
                if (random.nextInt(8) > 0) {
                    handle(
                            new BranchStep.Leave(
                                    origin,
                                    1,
                                    session,
                                    id,
                                    messages,
                                    random.nextInt(10) == 0,
                                    settlements(random, connection, delivered),
                                    PartitionSet.NONE));
                }
                if (random.nextBoolean()) {
                    handle(new BranchStep.Prepare(origin, 1, id, 0));
                }
            }
            case 3 -> handle(new BranchStep.Forget(origin, 1, id));
            default -> {
                Resolution[] all = Resolution.values();
                handle(
                        new BranchStep.Resolve(
                                origin, 1, id, all[random.nextInt(all.length)], PartitionSet.NONE));
            }
        }
    }

    private static BranchId someBranch(Random random) {
        return new BranchId(1, new byte[] {(byte) random.nextInt(BRANCHES)}, new byte[0]);
    }

    /** Some branch sends a message whose body is elsewhere, and is mostly prepared. */
    void sendLarge(Random random, Origin origin, long connection, BodyReference body) {
        BranchId id = someBranch(random);
        Id128 session = new Id128(3, connection);
        handle(new BranchStep.Join(origin, 1, session, id, random.nextInt(4) > 0, 0));
        harness.handle(
                new PartitionCommand.Enqueue(
                        origin,
                        3,
                        PartitionHarness.EPOCH,
                        1 + random.nextInt(3),
                        BodyWords.referring(
                                session,
                                id.toBytes(),
                                nextSequence(connection, 1),
                                random.nextBoolean(),
                                0,
                                body)));
        handle(
                new BranchStep.Leave(
                        origin, 1, session, id, 1, false, List.of(), PartitionSet.NONE));
        if (random.nextInt(4) > 0) {
            handle(new BranchStep.Prepare(origin, 1, id, 0));
        }
    }

    private long nextSequence(long connection, int messages) {
        long sequence = nextSequenceBySession.getOrDefault(connection, 1L);
        nextSequenceBySession.put(connection, sequence + messages);
        return sequence;
    }

    private int send(
            Origin origin, long connection, BranchId id, List<PartitionHarness.Terms> terms) {
        long sequence = nextSequence(connection, terms.size());
        harness.handle(
                new PartitionCommand.Enqueue(
                        origin,
                        3,
                        PartitionHarness.EPOCH,
                        1 + sequence % 3,
                        PartitionHarness.batch(
                                new Id128(3, connection), id.toBytes(), sequence, terms)));
        return terms.size();
    }

    /** What the connection got last, if it still has it. */
    private static List<TransactionFrame.Settlement> settlements(
            Random random, long connection, List<Effect.Deliver> delivered) {
        for (int index = delivered.size() - 1; index >= 0 && random.nextInt(4) > 0; index--) {
            Effect.Deliver delivery = delivered.get(index);
            if (delivery.linkId() == connection) {
                Effect.Run run = delivery.runs().get(0);
                return List.of(
                        new TransactionFrame.Settlement(
                                delivery.consumerId(),
                                delivery.destinationId(),
                                SequenceRanges.of(run.firstSequence(), run.lastSequence())));
            }
        }
        return List.of();
    }

    private void handle(BranchStep step) {
        harness.handle(new PartitionCommand.Branch(step));
        for (Event event : harness.lastEvents) {
            if (event instanceof BranchEvent.TransactionPrepared prepared) {
                count("prepared " + (prepared.sends().isEmpty() ? "" : "sends"));
                boolean large =
                        prepared.sends().stream()
                                .anyMatch(send -> !send.batch().bodies().isEmpty());
                count("prepared " + (large ? "bodies" : ""));
                count("prepared " + (prepared.settlements().isEmpty() ? "" : "deliveries"));
            } else if (event instanceof BranchEvent.TransactionResolved resolved) {
                count(resolved.resolution().name());
            } else if (event instanceof BranchEvent.TransactionForgotten) {
                count("forgotten");
            }
        }
    }

    private static void count(String what) {
        HAPPENED.merge(what, 1, Integer::sum);
    }

    /** Whatever can become of a branch became of some. */
    static void assertAllHappened() {
        for (String what :
                List.of(
                        "prepared sends",
                        "prepared deliveries",
                        "prepared bodies",
                        "forgotten",
                        "COMMIT",
                        "ROLLBACK",
                        "COMMIT_ONE_PHASE",
                        "HEURISTIC_COMMIT",
                        "HEURISTIC_ROLLBACK")) {
            assertTrue(HAPPENED.getOrDefault(what, 0) > 0, what + " of " + HAPPENED);
        }
    }
}
