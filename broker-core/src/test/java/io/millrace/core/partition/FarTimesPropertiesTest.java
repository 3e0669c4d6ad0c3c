package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.core.index.IndexLost;
import io.millrace.core.partition.PartitionHarness.Terms;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * A partition whose times go to an index that refuses pages and gets lost decides the same, and has
 * the same snapshots, as one that holds them all.
 */
class FarTimesPropertiesTest {

    private static final PartitionLimits LIMITS =
            new PartitionLimits(50, 100_000, 100_000)
                    .redelivering(
                            new RedeliveryPolicies(
                                    new RedeliveryPolicy(9, 40, 2, 200, "dead"), Map.of()));
    private static final int FEW = 20;
    private static final long CONSUMER = 1;
    private static final long TOPIC = 3;
    private static final long SUBSCRIPTION = 4;
    private static final Id128 PRODUCER = new Id128(1, 1);

    // Over all tries, so that a try that proves nothing does not go unnoticed.
    private static int taken;
    private static int losses;
    private static int lostInReplays;
    private static int delivered;
    private static int rewound;

    private enum Kind {
        SEND,
        SEND_ALIKE,
        RECEIVE,
        SETTLE,
        GIVE_BACK,
        REWIND,
        LOSE_LINK,
        PASS_TIME,
        RESTART,
        RESTART_FROM_SNAPSHOT,
        DELETE,
        LOSE_INDEX
    }

    /** What to do, and some numbers for it. */
    private record Step(Kind kind, int some, long random) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds =
                Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.of(Kind.SEND)),
                        Tuple.of(2, Arbitraries.of(Kind.SEND_ALIKE)),
                        Tuple.of(
                                8,
                                Arbitraries.of(
                                        Kind.RECEIVE,
                                        Kind.SETTLE,
                                        Kind.GIVE_BACK,
                                        Kind.REWIND,
                                        Kind.PASS_TIME)),
                        Tuple.of(
                                2,
                                Arbitraries.of(
                                        Kind.LOSE_LINK,
                                        Kind.RESTART,
                                        Kind.RESTART_FROM_SNAPSHOT,
                                        Kind.DELETE,
                                        Kind.LOSE_INDEX)));
        return Combinators.combine(
                        kinds, Arbitraries.integers().between(1, 60), Arbitraries.longs())
                .as(Step::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(120);
    }

    @Property(tries = 300)
    void decidesTheSame(@ForAll("steps") List<Step> steps, @ForAll("parts") int takenPart) {
        Twins twins = new Twins(takenPart);
        steps.forEach(twins::take);
        twins.end();
    }

    @Provide
    Arbitrary<Integer> parts() {
        return Arbitraries.of(1, 1, 2, 4);
    }

    @AfterContainer
    static void itProvedSomething() {
        assertTrue(taken > 1_000, "only " + taken + " pages");
        assertTrue(losses > 50, "only " + losses + " losses");
        assertTrue(lostInReplays > 10, "only " + lostInReplays + " losses in replays");
        assertTrue(delivered > 1_000, "only " + delivered + " deliveries");
        assertTrue(rewound > 1_000, "only " + rewound + " messages came again");
    }

    /** One partition with all in its heap, and one without. */
    private static final class Twins {

        private final Random random = new Random(1);
        private final int takenPart;
        private ForgetfulIndex index = new ForgetfulIndex(random, 1);

        /** The next index is lost when it has so many pages, maybe while the log is replayed. */
        private int loseAt = Integer.MAX_VALUE;

        private final PartitionHarness plain;
        private final PartitionHarness paged;
        private final List<Effect.Deliver> deliveries = new ArrayList<>();
        private final List<Effect.Read> reads = new ArrayList<>();
        private final StoredPast past = new StoredPast();
        private long nextSequence = 1;
        private boolean open;

        Twins(int takenPart) {
            this.takenPart = takenPart;
            this.plain = new PartitionHarness(LIMITS.holdingTimes(Integer.MAX_VALUE), 100_000);
            this.paged = new PartitionHarness(LIMITS.holdingTimes(FEW), 100_000, this::newIndex);
            both(new PartitionCommand.LinkOpened(origin()));
        }

        private ForgetfulIndex newIndex() {
            taken += index.taken();
            index = new ForgetfulIndex(random, takenPart);
            index.loseAt(loseAt);
            loseAt = Integer.MAX_VALUE;
            return index;
        }

        private static Origin origin() {
            return PartitionHarness.origin(1, 1);
        }

        void take(Step step) {
            Random numbers = new Random(step.random());
            openAll();
            switch (step.kind()) {
                case SEND ->
                        send(
                                numbers.nextInt(3) == 0 ? TOPIC : 1,
                                terms(step.some(), numbers, 10_000));
                case SEND_ALIKE -> send(1, terms(step.some(), numbers, 2));
                case RECEIVE ->
                        both(
                                new PartitionCommand.Credit(
                                        origin(), CONSUMER, step.some(), 1 << 20, false, false));
                case SETTLE -> settle(Outcome.ACCEPTED, numbers);
                case GIVE_BACK -> settle(Outcome.RELEASED, numbers);
                case REWIND -> rewind(numbers);
                case LOSE_LINK -> {
                    both(new PartitionCommand.LinkClosed(origin()));
                    both(new PartitionCommand.LinkOpened(origin()));
                    attach();
                }
                case PASS_TIME -> passTime(step.some() * step.some());
                case RESTART -> {
                    loseAt = step.some() > 10 ? 1 + step.some() % 3 : Integer.MAX_VALUE;
                    restart(false);
                }
                case RESTART_FROM_SNAPSHOT -> restart(true);
                case DELETE -> delete(terms(step.some(), numbers, 10_000));
                case LOSE_INDEX -> index.lose();
            }
        }

        /** Lets all times come. */
        void end() {
            openAll();
            for (int round = 0; round < 20; round++) {
                passTime(700);
            }
            both(new PartitionCommand.Credit(origin(), CONSUMER, 10_000, 1 << 28, false, false));
            taken += index.taken();
            assertEquals(0, index.size(), "pages after the last time");
        }

        private void openAll() {
            if (!open) {
                open = true;
                both(PartitionHarness.openQueue(origin(), 1, "queue"));
                both(PartitionHarness.openQueue(origin(), 2, "dead"));
                both(
                        new PartitionCommand.OpenDestination(
                                origin(), 1, TOPIC, DestinationKind.TOPIC, "topic", 1));
                both(new PartitionCommand.OpenProducer(origin(), 1, PRODUCER, false));
                if (!plain.lastEvents.isEmpty()) {
                    nextSequence = 1;
                }
                attach();
            }
        }

        /** A topic's subscription comes late or goes; it, or a queue, begins again. */
        private void rewind(Random numbers) {
            if (numbers.nextInt(5) == 0) {
                both(new PartitionCommand.DropSubscription(origin(), 1, SUBSCRIPTION, null));
                return;
            }
            both(
                    new PartitionCommand.OpenSubscription(
                            origin(),
                            1,
                            TOPIC,
                            null,
                            SUBSCRIPTION,
                            "name",
                            5,
                            1,
                            Filter.NONE,
                            Sharing.DURABLE,
                            null));
            for (int steps = 0; steps < 4; steps++) {
                past.read(plain.loggedEvents);
                both(new PartitionCommand.Rewind(past.step(numbers, origin())));
            }
            attach(SUBSCRIPTION, CONSUMER + 1, 100);
        }

        private void attach() {
            attach(1, CONSUMER, 5);
        }

        private void attach(long subscriptionId, long consumerId, int credit) {
            both(
                    new PartitionCommand.Attach(
                            origin(),
                            1,
                            subscriptionId,
                            consumerId,
                            credit,
                            1 << 20,
                            SequenceRanges.EMPTY,
                            SequenceRanges.EMPTY,
                            SequenceRanges.EMPTY,
                            null,
                            SequenceRanges.EMPTY));
        }

        private void passTime(long millis) {
            plain.advance(millis);
            paged.advance(millis);
            both(new PartitionCommand.Tick());
        }

        /** Some have a time to live, most a delay. */
        private List<Terms> terms(int count, Random numbers, int farMillis) {
            List<Terms> terms = new ArrayList<>();
            long now = plain.nowMillis();
            for (int each = 0; each < count; each++) {
                long expiration = now + 1 + numbers.nextInt(farMillis);
                long delivery = now + 1 + numbers.nextInt(farMillis);
                terms.add(
                        new Terms(
                                numbers.nextInt(4) > 0,
                                4,
                                numbers.nextInt(3) == 0 ? expiration : 0,
                                numbers.nextInt(3) > 0 ? delivery : 0,
                                numbers.nextInt(9) == 0 ? 1 : 0));
            }
            return terms;
        }

        private void send(long destinationId, List<Terms> terms) {
            both(
                    new PartitionCommand.Enqueue(
                            origin(),
                            1,
                            PartitionHarness.EPOCH,
                            destinationId,
                            PartitionHarness.batch(PRODUCER, nextSequence, terms)));
            nextSequence += terms.size();
        }

        private void settle(Outcome outcome, Random numbers) {
            if (deliveries.isEmpty()) {
                return;
            }
            Effect.Deliver delivery = deliveries.remove(numbers.nextInt(deliveries.size()));
            for (Effect.Run run : delivery.runs()) {
                both(
                        new PartitionCommand.Settle(
                                origin(),
                                delivery.consumerId(),
                                1,
                                PartitionHarness.EPOCH,
                                outcome,
                                SequenceRanges.of(run.firstSequence(), run.lastSequence())));
            }
        }

        /** A temporary queue with messages that wait is deleted. */
        private void delete(List<Terms> terms) {
            both(
                    new PartitionCommand.OpenTemporary(
                            origin(), 1, DestinationKind.TEMPORARY_QUEUE, "temporary"));
            long id =
                    plain.lastEvents.stream()
                            .filter(PartitionEvent.DestinationOpened.class::isInstance)
                            .mapToLong(
                                    each ->
                                            ((PartitionEvent.DestinationOpened) each)
                                                    .destinationId())
                            .findFirst()
                            .orElse(1);
            send(id, terms);
            both(new PartitionCommand.DeleteTemporary(origin(), 1, id));
        }

        private void restart(boolean fromSnapshot) {
            byte[] snapshot = PartitionHarness.snapshot(plain.machine);
            int events = plain.loggedEvents.size();
            assertArrayEquals(
                    snapshot,
                    PartitionHarness.snapshot(plain.replay(null, 0)),
                    "what all of the log says");
            if (fromSnapshot) {
                plain.machine = plain.replay(snapshot, events);
            } else {
                plain.restart();
            }
            try {
                paged.machine =
                        fromSnapshot ? paged.replay(snapshot, events) : paged.replay(null, 0);
            } catch (IndexLost e) {
                lostInReplays++;
                paged.restart();
            }
            deliveries.clear();
            reads.clear();
            open = false;
            both(new PartitionCommand.LinkOpened(origin()));
        }

        /** Both do it, the one again if the index was lost on the way. */
        private void both(PartitionCommand command) {
            try {
                paged.handle(command);
            } catch (IndexLost e) {
                losses++;
                restart(false);
                both(command);
                return;
            }
            plain.handle(command);
            assertEquals(plain.lastEvents.toString(), paged.lastEvents.toString());
            assertEquals(effects(plain), effects(paged));
            plain.lastEffects.forEach(this::collect);
            plain.lastEvents.forEach(
                    event ->
                            rewound +=
                                    event instanceof RewindEvent.Rewound some
                                            ? (int) some.sequences().sequenceCount()
                                            : 0);
            compare();
            while (!reads.isEmpty()) {
                Effect.Read read = reads.remove(0);
                int count = (int) (read.to() - read.from() + 1);
                both(
                        new PartitionCommand.ReadDone(
                                read.readId(),
                                read.destinationId(),
                                List.of(new Block(read.from(), count, 100))));
            }
        }

        private void collect(Effect effect) {
            if (effect instanceof Effect.Deliver deliver) {
                deliveries.add(deliver);
                delivered++;
            } else if (effect instanceof Effect.Read read) {
                reads.add(read);
            } else {
                past.noticed(effect);
            }
        }

        private void compare() {
            byte[] expected = PartitionHarness.snapshot(plain.machine);
            try {
                assertArrayEquals(expected, PartitionHarness.snapshot(paged.machine));
            } catch (IndexLost e) {
                losses++;
                restart(false);
            }
        }

        /**
         * When to look at the clock again may differ: what nobody needs may be forgotten or not.
         */
        private static String effects(PartitionHarness harness) {
            return harness.lastEffects.stream()
                    .filter(effect -> !(effect instanceof Effect.WakeAt))
                    .toList()
                    .toString();
        }
    }
}
