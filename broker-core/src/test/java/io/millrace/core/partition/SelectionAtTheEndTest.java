package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.Id128;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a selector would have to look at next was settled by others meanwhile: there is nothing to
 * ask about. Found by the simulation.
 */
class SelectionAtTheEndTest {

    private static final Id128 PRODUCER = new Id128(9, 1);

    private final PartitionHarness harness =
            new PartitionHarness(new PartitionLimits(50, 1_000, 10_000));
    private final Origin origin = PartitionHarness.origin(1, 1);

    private void attach(
            long consumer, int credit, @org.jspecify.annotations.Nullable String selector) {
        harness.handle(
                new PartitionCommand.Attach(
                        origin,
                        1,
                        consumer,
                        1,
                        credit,
                        10_000,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        selector,
                        SequenceRanges.EMPTY));
    }

    @Test
    void nothingIsAskedForWhenOthersHaveSettledIt() {
        harness.handle(new PartitionCommand.LinkOpened(origin));
        harness.handle(PartitionHarness.openQueue(origin, 1, "q"));
        harness.handle(new PartitionCommand.OpenProducer(origin, 1, PRODUCER, false));
        attach(1, 0, "rare");
        attach(2, 10, null);
        harness.handle(
                new PartitionCommand.Enqueue(
                        origin, 1, 0, 1, PartitionHarness.batch(PRODUCER, 1, 3)));
        harness.handle(
                new PartitionCommand.Settle(
                        origin,
                        2,
                        1,
                        PartitionHarness.EPOCH,
                        Outcome.ACCEPTED,
                        SequenceRanges.of(1, 3)));
        harness.handle(new PartitionCommand.Credit(origin, 1, 10, 10_000, false, false));
        assertEquals(
                List.of(),
                harness.lastEffects.stream().filter(Effect.Select.class::isInstance).toList());
    }
}
