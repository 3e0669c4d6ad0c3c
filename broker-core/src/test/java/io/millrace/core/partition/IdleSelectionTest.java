package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import org.junit.jupiter.api.Test;

/** A durable subscription without a consumer: what its selector does not match pins no log. */
class IdleSelectionTest {

    private static final long TOPIC = 1;
    private static final long SUBSCRIPTION = 7;

    private final PartitionHarness harness =
            new PartitionHarness(new PartitionLimits(1_000, 10_000, 100_000));
    private final Origin origin = PartitionHarness.origin(1, 1);
    private final Id128 producer = new Id128(9, 1);

    private void open(Filter filter) {
        harness.handle(new PartitionCommand.LinkOpened(origin));
        harness.handle(
                new PartitionCommand.OpenDestination(
                        origin, 1, TOPIC, DestinationKind.TOPIC, "t", 1));
        harness.handle(
                new PartitionCommand.OpenSubscription(
                        origin,
                        1,
                        TOPIC,
                        null,
                        SUBSCRIPTION,
                        "s",
                        5,
                        1,
                        filter,
                        Sharing.NONE,
                        null));
        harness.handle(new PartitionCommand.OpenProducer(origin, 1, producer, false));
    }

    private void send(long first, int count) {
        harness.handle(
                new PartitionCommand.Enqueue(
                        origin, 1, 0, TOPIC, PartitionHarness.batch(producer, first, count)));
    }

    private Effect.Select asked() {
        return (Effect.Select)
                harness.lastEffects.stream()
                        .filter(Effect.Select.class::isInstance)
                        .findFirst()
                        .orElseThrow();
    }

    private void answer(Effect.Select select, long upTo, SequenceRanges matching) {
        harness.handle(
                new PartitionCommand.SelectDone(select.selectId(), SUBSCRIPTION, upTo, matching));
    }

    private long lowestNeeded() {
        long[] lowest = {0};
        harness.machine.report(report -> lowest[0] = report.lowestNeededSequence());
        return lowest[0];
    }

    @Test
    void advancesWithoutAConsumer() {
        open(new Filter("rare", false, null));
        send(1, 100);
        Effect.Select first = asked();
        assertEquals(1, first.from());
        assertEquals(100, first.to());
        assertEquals(1, lowestNeeded());
        answer(first, 60, SequenceRanges.EMPTY);
        assertEquals(61, lowestNeeded());
        // The next stretch is asked for at once.
        Effect.Select second = asked();
        assertEquals(61, second.from());
        answer(second, 100, SequenceRanges.of(90, 90));
        assertEquals(90, lowestNeeded());
        harness.restart();
        assertEquals(90, lowestNeeded());
        harness.handle(new PartitionCommand.LinkOpened(origin));
        send(101, 1);
        assertEquals(101, asked().from());
    }

    @Test
    void settlesItsOwnConnectionsMessagesAtOnce() {
        open(new Filter(null, true, "c"));
        send(1, 3);
        assertEquals(1, lowestNeeded());
        harness.handle(new PartitionCommand.ClientIdClaimed(origin.connectionId(), "c"));
        send(4, 3);
        assertEquals(1, lowestNeeded());
        harness.handle(
                new PartitionCommand.Attach(
                        origin,
                        1,
                        1,
                        SUBSCRIPTION,
                        10,
                        10_000,
                        SequenceRanges.of(1, 3),
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        null,
                        SequenceRanges.EMPTY));
        assertEquals(7, lowestNeeded());
    }
}
