package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.BodyReference;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * For every k: restore(snapshot(k)) and the events k to n give the same hard state as the events 0
 * to n, and a machine that decides the same from then on.
 */
class SnapshotPropertyTest {

    private static final long TOPIC = 3;

    /** Of so many machines that were built anew, one is watched as it goes on. */
    private static final int SOME = 16;

    private static final List<Filter> FILTERS =
            List.of(
                    Filter.NONE,
                    new Filter("odd", false, null),
                    new Filter(null, true, null),
                    new Filter("odd", true, "c"));

    private final PartitionHarness harness =
            new PartitionHarness(
                    new PartitionLimits(50, 200, 400)
                            .redelivering(
                                    new RedeliveryPolicies(
                                            new RedeliveryPolicy(2, 40, 2, 200, "dead"),
                                            Map.of(
                                                    "topic",
                                                    new RedeliveryPolicy(
                                                            1, 0, 1, 0, RandomLetters.ELSEWHERE)))),
                    100_000);
    private final List<byte[]> snapshots = new ArrayList<>();
    private final List<Effect.Deliver> deliveries = new ArrayList<>();
    private final List<Effect.Select> selects = new ArrayList<>();
    private final TreeMap<Long, Long> nextSequenceByProducer = new TreeMap<>();
    private final TreeMap<Long, Long> nextSequenceBySession = new TreeMap<>();
    private final TreeMap<Long, Long> transactionBySession = new TreeMap<>();
    private final TreeMap<Long, Integer> stagedBySession = new TreeMap<>();
    private final List<Effect.CopyDeadLetter> deadLetters = new ArrayList<>();
    private final StoredPast past = new StoredPast();
    private final Random claims = new Random(1);
    private final Random questions = new Random(2);
    private final RandomBranches branches = new RandomBranches(harness);
    private final RandomLetters letters = new RandomLetters(harness);
    private final RandomShared shared = new RandomShared(harness);
    private int committed;
    private int bodies;
    private static int referred;
    private static int ruledOut;
    private static long rewound;
    private static int buried;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void snapshotAndReplayMeetWhereverTheyAreCut(long seed) {
        Random random = new Random(seed);
        harness.handle(PartitionHarness.openQueue(PartitionHarness.origin(1, 1), 2, "dead"));
        for (int step = 0; step < 2_500; step++) {
            int before = harness.loggedEvents.size();
            randomStep(random);
            byte[] now = PartitionHarness.snapshot(harness.machine);
            while (snapshots.size() < before) {
                snapshots.add(new byte[0]);
            }
            // A snapshot is taken between turns: it stands for all events up to then.
            while (snapshots.size() <= harness.loggedEvents.size()) {
                snapshots.add(snapshots.size() == harness.loggedEvents.size() ? now : new byte[0]);
            }
        }
        byte[] expected = PartitionHarness.snapshot(harness.machine);
        List<String> goesOn = harness.goOn(harness.replay(null, 0));
        assertTrue(goesOn.size() > 10, "something must be left to be handed out");
        assertTrue(harness.loggedEvents.size() > 300, "the workload must have changed something");
        assertTrue(committed > 5, "transactions must have been committed");
        assertArrayEquals(expected, PartitionHarness.snapshot(harness.replay(null, 0)));
        for (int k = 0; k < snapshots.size(); k++) {
            if (snapshots.get(k).length > 0) {
                PartitionMachine rebuilt = harness.replay(snapshots.get(k), k);
                assertArrayEquals(
                        expected, PartitionHarness.snapshot(rebuilt), "cut at event " + k);
                if (k % SOME == 0) {
                    assertEquals(goesOn, harness.goOn(rebuilt), "after a cut at event " + k);
                }
            }
        }
    }

    @AfterAll
    static void deadLettersWereMoved() {
        assertTrue(buried > 0, "dead letters must have been moved");
        assertTrue(referred > 50, "messages must have had their body elsewhere");
        assertTrue(rewound > 100, "messages must have come again");
        assertTrue(ruledOut > 10, "transactions must have been ruled out");
        RandomBranches.assertAllHappened();
        RandomLetters.assertAllHappened();
        RandomShared.assertAllHappened();
    }

    private void randomStep(Random random) {
        long connection = 1 + random.nextInt(3);
        Origin origin = PartitionHarness.origin(connection, connection);
        switch (random.nextInt(28)) {
            case 0 -> harness.handle(new PartitionCommand.LinkOpened(origin));
            case 1 -> openQueue(random, origin);
            case 2 -> openTopic(random, origin);
            case 3, 4, 5 -> enqueue(random, origin, connection);
            case 6 ->
                    harness.handle(
                            new PartitionCommand.Attach(
                                    origin,
                                    1,
                                    random.nextInt(3),
                                    1 + random.nextInt(6),
                                    random.nextInt(20),
                                    10_000,
                                    ranges(random),
                                    ranges(random),
                                    ranges(random),
                                    random.nextBoolean() ? null : "odd",
                                    knownReplays()));
            case 7, 8 -> settle(random);
            case 9 ->
                    harness.handle(
                            new PartitionCommand.Credit(
                                    origin,
                                    random.nextInt(3),
                                    random.nextInt(10),
                                    1_000,
                                    random.nextBoolean(),
                                    false));
            case 10 -> end(random, origin);
            case 11, 12 -> select(random);
            case 13, 14, 15 -> transact(random, origin, connection);
            case 16 -> {
                letters.step();
                bury(random);
            }
            case 17, 18, 19 -> rewind(random, origin);
            case 20, 21 -> sendLarge(random, origin, connection);
            case 26 -> shared.step(random, origin);
            case 22, 23, 24 ->
                    branches.step(
                            random,
                            origin,
                            connection,
                            deliveries,
                            terms(random, 1 + random.nextInt(4)));
            default -> {
                harness.advance(random.nextInt(60));
                harness.handle(new PartitionCommand.Tick());
            }
        }
        collect();
    }

    /** What a client says of its lists: apart from all other chance. */
    private SequenceRanges knownReplays() {
        return claims.nextBoolean() ? SequenceRanges.EMPTY : ranges(claims);
    }

    /** Asks, or answers what was asked, maybe long after. */
    private void rewind(Random random, Origin origin) {
        past.read(harness.loggedEvents);
        RewindStep step = past.step(random, origin);
        harness.handle(new PartitionCommand.Rewind(step));
        harness.lastEvents.forEach(
                event ->
                        rewound +=
                                event instanceof RewindEvent.Rewound some
                                        ? some.sequences().sequenceCount()
                                        : 0);
    }

    private void collect() {
        harness.lastEffects.forEach(
                effect -> {
                    if (effect instanceof Effect.Deliver) {
                        deliveries.add((Effect.Deliver) effect);
                    } else if (effect instanceof Effect.Select) {
                        selects.add((Effect.Select) effect);
                    } else if (effect instanceof Effect.CopyDeadLetter) {
                        deadLetters.add((Effect.CopyDeadLetter) effect);
                    } else if (!letters.noticed(effect)) {
                        past.noticed(effect);
                    }
                });
    }

    /** Answers a question, maybe in part, maybe long after it was asked. Odd sequences match. */
    private void select(Random random) {
        if (selects.isEmpty()) {
            return;
        }
        Effect.Select select = selects.remove(random.nextInt(selects.size()));
        long upTo = select.from() + random.nextInt((int) (select.to() - select.from() + 1));
        SequenceRanges.Builder odd = new SequenceRanges.Builder();
        for (long each = select.from(); each <= upTo; each++) {
            if (each % 2 == 1) {
                odd.add(each, each);
            }
        }
        harness.handle(
                new PartitionCommand.SelectDone(
                        select.selectId(), select.subscriptionId(), upTo, odd.build()));
    }

    private void openQueue(Random random, Origin origin) {
        int id = 1 + random.nextInt(2);
        harness.handle(PartitionHarness.openQueue(origin, id, id == 1 ? "queue" : "dead"));
    }

    private void bury(Random random) {
        if (!deadLetters.isEmpty()) {
            Effect.CopyDeadLetter letter = deadLetters.remove(random.nextInt(deadLetters.size()));
            harness.handle(
                    new PartitionCommand.BuryDeadLetter(
                            letter.subscriptionId(),
                            letter.sequence(),
                            null,
                            PartitionHarness.batch(
                                    new Id128(1, 1),
                                    letter.sequence(),
                                    List.of(
                                            new PartitionHarness.Terms(
                                                    random.nextBoolean(), 4, 0, 0, 0)))));
            buried += harness.lastEvents.isEmpty() ? 0 : 1;
        }
    }

    private void openTopic(Random random, Origin origin) {
        harness.handle(
                new PartitionCommand.OpenDestination(
                        origin, 1, TOPIC, DestinationKind.TOPIC, "topic", 1));
        if (random.nextBoolean()) {
            harness.handle(
                    new PartitionCommand.OpenTemporary(
                            origin,
                            1,
                            DestinationKind.TEMPORARY_QUEUE,
                            "temp-" + origin.connectionId()));
        }
        Filter filter = FILTERS.get(random.nextInt(FILTERS.size()));
        Sharing sharing = Sharing.of(random.nextInt(3));
        long id = sharing == Sharing.NONE ? (random.nextBoolean() ? 4 : 0) : 4 + sharing.number();
        harness.handle(
                new PartitionCommand.OpenSubscription(
                        origin,
                        1,
                        TOPIC,
                        null,
                        id,
                        "name",
                        random.nextInt(4),
                        1,
                        filter,
                        sharing,
                        null));
    }

    private void enqueue(Random random, Origin origin, long connection) {
        Id128 producer = new Id128(1, connection);
        harness.handle(new PartitionCommand.OpenProducer(origin, 1, producer, false));
        boolean opened = !harness.lastEvents.isEmpty();
        long first = opened ? 1 : nextSequenceByProducer.getOrDefault(connection, 1L);
        int count = 1 + random.nextInt(6);
        harness.handle(
                new PartitionCommand.Enqueue(
                        origin,
                        1,
                        PartitionHarness.EPOCH,
                        1 + random.nextInt(3),
                        PartitionHarness.batch(producer, first, terms(random, count))));
        // What was refused is not sent again, or is, and then counts as sent before.
        nextSequenceByProducer.put(
                connection,
                first + (harness.lastEvents.isEmpty() && random.nextBoolean() ? 0 : count));
    }

    /** Sends in a transaction, or ends it; a session that only transacts has numbers of its own. */
    private void transact(Random random, Origin origin, long connection) {
        Id128 session = new Id128(2, connection);
        harness.handle(new PartitionCommand.OpenProducer(origin, 2, session, false));
        if (!harness.lastEvents.isEmpty()) {
            transactionBySession.put(connection, 1L);
            nextSequenceBySession.put(connection, 1L);
        }
        long number = transactionBySession.getOrDefault(connection, 1L);
        long sequence = nextSequenceBySession.getOrDefault(connection, 1L);
        int count = 1 + random.nextInt(4);
        if (random.nextInt(3) > 0) {
            harness.handle(
                    new PartitionCommand.Enqueue(
                            origin,
                            2,
                            PartitionHarness.EPOCH,
                            1 + random.nextInt(3),
                            PartitionHarness.batch(
                                    session, number, sequence, terms(random, count))));
            nextSequenceBySession.put(connection, sequence + count);
            stagedBySession.merge(connection, count, Integer::sum);
            return;
        }
        if (questions.nextInt(8) == 0) {
            askOutcome(session, number);
        }
        TransactionId id = new TransactionId(session, number);
        if (random.nextInt(4) == 0) {
            harness.handle(
                    new PartitionCommand.Transaction(new TransactionStep.Rollback(origin, id)));
        } else {
            List<TransactionFrame.Settlement> settlements = settlements(random);
            int staged = stagedBySession.getOrDefault(connection, 0);
            if (random.nextInt(4) == 0) {
                shared.prepare(random, origin, id, staged, settlements);
            } else {
                harness.handle(
                        new PartitionCommand.Transaction(
                                new TransactionStep.Commit(
                                        origin,
                                        1,
                                        id,
                                        staged,
                                        settlements,
                                        shared.participants(random))));
                committed += harness.lastEvents.isEmpty() ? 0 : 1;
                shared.committed(id);
            }
        }
        stagedBySession.remove(connection);
        transactionBySession.put(connection, number + random.nextInt(2));
    }

    /** Of one delivery, or none. */
    private List<TransactionFrame.Settlement> settlements(Random random) {
        if (deliveries.isEmpty() || !random.nextBoolean()) {
            return List.of();
        }
        return RandomShared.settlements(deliveries.get(random.nextInt(deliveries.size())));
    }

    /** Asks about one that is over, or is under way; apart from all other chance. */
    private void askOutcome(Id128 session, long number) {
        long asking = 1 + questions.nextInt(3);
        long asked = Math.max(1, number - 3 + questions.nextInt(5));
        harness.handle(
                new PartitionCommand.AskOutcome(
                        PartitionHarness.origin(asking, asking),
                        1,
                        new TransactionId(session, asked)));
        ruledOut += harness.lastEvents.isEmpty() ? 0 : 1;
    }

    /** Sends a body ahead, and mostly a message that refers to it; now and then half of it. */
    private void sendLarge(Random random, Origin origin, long connection) {
        harness.handle(
                new PartitionCommand.OpenTemporary(
                        origin, 1, DestinationKind.BODY, "body-" + bodies++));
        long body =
                harness.lastEvents.stream()
                        .filter(PartitionEvent.DestinationOpened.class::isInstance)
                        .mapToLong(
                                event -> ((PartitionEvent.DestinationOpened) event).destinationId())
                        .findFirst()
                        .orElse(0);
        if (body == 0) {
            return;
        }
        Id128 producer = new Id128(3, bodies);
        harness.handle(new PartitionCommand.OpenProducer(origin, 3, producer, false));
        int bytes = 1 + random.nextInt(100);
        long epoch = PartitionHarness.EPOCH;
        harness.handle(
                new PartitionCommand.Enqueue(
                        origin, 3, epoch, body, BodyWords.part(producer, 1, 0, bytes)));
        int how = random.nextInt(6);
        if (how > 3) {
            branches.sendLarge(random, origin, connection, new BodyReference(0, body, bytes, 1, 0));
        } else if (how > 0) {
            harness.handle(
                    new PartitionCommand.Enqueue(
                            origin,
                            3,
                            epoch,
                            1 + random.nextInt(3),
                            BodyWords.referring(
                                    producer,
                                    new byte[0],
                                    2,
                                    random.nextBoolean(),
                                    random.nextBoolean() ? 0 : harness.nowMillis() + 200,
                                    new BodyReference(0, body, bytes, 1, 0))));
            referred += harness.lastEvents.isEmpty() ? 0 : 1;
        }
        harness.handle(new PartitionCommand.CloseProducer(origin, producer));
    }

    /** Every third batch is not like all others; a third has PERSISTENT messages alone. */
    private List<PartitionHarness.Terms> terms(Random random, int count) {
        List<PartitionHarness.Terms> terms = new ArrayList<>();
        boolean plain = random.nextInt(3) > 0;
        int mode = random.nextInt(3);
        long now = harness.nowMillis();
        for (int index = 0; index < count; index++) {
            boolean persistent = mode == 0 || mode == 1 && index % 2 == 0;
            terms.add(
                    plain
                            ? new PartitionHarness.Terms(persistent, 4, 0, 0, 0)
                            : new PartitionHarness.Terms(
                                    persistent,
                                    random.nextBoolean() ? 4 : random.nextInt(10),
                                    random.nextBoolean() ? 0 : now + random.nextInt(300),
                                    random.nextBoolean() ? 0 : now + random.nextInt(300),
                                    random.nextBoolean() ? 0 : 1 + random.nextInt(4)));
        }
        return terms;
    }

    private void settle(Random random) {
        if (deliveries.isEmpty()) {
            return;
        }
        Effect.Deliver delivery = deliveries.remove(random.nextInt(deliveries.size()));
        Outcome[] outcomes = {
            Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.RELEASED, Outcome.NEVER_GIVEN
        };
        for (Effect.Run run : delivery.runs()) {
            long last = run.firstSequence() + random.nextInt(run.count());
            harness.handle(
                    new PartitionCommand.Settle(
                            PartitionHarness.origin(delivery.linkId(), delivery.linkId()),
                            delivery.consumerId(),
                            1,
                            PartitionHarness.EPOCH,
                            outcomes[random.nextInt(outcomes.length)],
                            SequenceRanges.of(run.firstSequence(), last)));
            collect();
        }
    }

    private void end(Random random, Origin origin) {
        switch (random.nextInt(7)) {
            case 0 -> harness.handle(new PartitionCommand.LinkClosed(origin));
            case 1 ->
                    harness.handle(
                            new PartitionCommand.ConnectionEnded(
                                    origin.connectionId(), random.nextBoolean()));
            case 2 ->
                    harness.handle(
                            new PartitionCommand.DropSubscription(
                                    origin, 1, 4 + random.nextInt(3), null));
            case 3 -> {
                harness.restart();
                // A process that is gone asks nothing any more.
                selects.clear();
            }
            case 4 -> {
                harness.handle(new PartitionCommand.Stopping());
                if (random.nextBoolean()) {
                    harness.restart();
                    selects.clear();
                }
            }
            default ->
                    harness.handle(
                            new PartitionCommand.Detach(
                                    origin, 1, random.nextInt(3), ranges(random)));
        }
    }

    private static SequenceRanges ranges(Random random) {
        long first = 1 + random.nextInt(40);
        return random.nextInt(3) > 0
                ? SequenceRanges.EMPTY
                : SequenceRanges.of(first, first + random.nextInt(5));
    }
}
