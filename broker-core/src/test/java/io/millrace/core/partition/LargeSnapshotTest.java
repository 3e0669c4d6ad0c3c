package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.millrace.core.partition.PartitionHarness.Terms;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.WireInput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a machine wrote it can read again, whatever its size. */
class LargeSnapshotTest {

    private static final int BATCH = 20_000;

    /** So that each priority has more ranges than a frame may have. */
    private static final int BATCHES = 106;

    @Test
    void restoresMoreRangesThanAFrameHolds() {
        PartitionMachine machine = machine();
        Id128 producer = new Id128(9, 9);
        machine.apply(
                new PartitionEvent.DestinationOpened(1, DestinationKind.QUEUE, "q", Id128.NONE), 0);
        machine.apply(new PartitionEvent.ProducerOpened(producer, new Id128(0, 1)), 1);
        List<Terms> terms = new ArrayList<>();
        for (int index = 0; index < BATCH; index++) {
            terms.add(new Terms(3 + 2 * (index % 2), 0, 0));
        }
        for (int batch = 0; batch < BATCHES; batch++) {
            long first = 1 + (long) batch * BATCH;
            machine.apply(
                    new PartitionEvent.Enqueued(
                            1,
                            first,
                            new Id128(0, 1),
                            null,
                            PartitionHarness.batch(producer, first, terms)),
                    2 + batch);
        }
        byte[] snapshot = PartitionHarness.snapshot(machine);

        PartitionMachine restored = machine();
        restored.restore(new WireInput(snapshot));

        assertArrayEquals(snapshot, PartitionHarness.snapshot(restored));
    }

    private static PartitionMachine machine() {
        return new PartitionMachine(1, PartitionHarness.EPOCH, PartitionLimits.NETWORK);
    }
}
