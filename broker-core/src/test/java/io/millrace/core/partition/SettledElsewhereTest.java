package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A consumer that stayed away too long acknowledges what another has by now: once that is confirmed
 * it never leaves again. Found by the simulation.
 */
class SettledElsewhereTest {

    private static final SequenceRanges FIRST = SequenceRanges.of(1, 1);
    private static final Id128 PRODUCER = new Id128(9, 1);

    private final PartitionHarness harness =
            new PartitionHarness(new PartitionLimits(50, 1_000, 10_000));
    private final Origin late = PartitionHarness.origin(1, 1);
    private final Origin lateAgain = PartitionHarness.origin(3, 1);
    private final Origin other = PartitionHarness.origin(2, 2);

    private void attach(Origin origin, SequenceRanges settled, SequenceRanges held) {
        harness.handle(
                new PartitionCommand.Attach(
                        origin,
                        1,
                        1,
                        1,
                        10,
                        10_000,
                        settled,
                        held,
                        SequenceRanges.EMPTY,
                        null,
                        SequenceRanges.EMPTY));
    }

    /** The message is with the other, and the one who had it first is back. */
    private void lateIsBack(SequenceRanges settled, SequenceRanges held) {
        harness.handle(new PartitionCommand.LinkOpened(late));
        harness.handle(new PartitionCommand.LinkOpened(other));
        harness.handle(PartitionHarness.openQueue(late, 1, "q"));
        harness.handle(new PartitionCommand.OpenProducer(other, 1, PRODUCER, false));
        attach(late, SequenceRanges.EMPTY, SequenceRanges.EMPTY);
        harness.handle(
                new PartitionCommand.Enqueue(
                        other, 1, 0, 1, PartitionHarness.batch(PRODUCER, 1, 1)));
        attach(other, SequenceRanges.EMPTY, SequenceRanges.EMPTY);
        harness.handle(new PartitionCommand.LinkClosed(late));
        harness.advance(60);
        harness.handle(new PartitionCommand.Tick());
        assertTrue(harness.lastEffects.stream().anyMatch(Effect.Deliver.class::isInstance));
        harness.handle(new PartitionCommand.LinkOpened(lateAgain));
        attach(lateAgain, settled, held);
    }

    /** The other crashes: nobody may get the message once more. */
    private void requireGone() {
        harness.handle(new PartitionCommand.ConnectionEnded(other.connectionId(), false));
        assertEquals(
                List.of(),
                harness.lastEffects.stream().filter(Effect.Deliver.class::isInstance).toList());
    }

    @Test
    void settledWhileAway() {
        lateIsBack(FIRST, SequenceRanges.EMPTY);
        requireGone();
    }
}
