package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.core.index.HeapIndex;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import org.junit.jupiter.api.Test;

/** Which blocks are remembered when there are more than may be. */
class KnownBlocksTest {

    private static final int MANY = 2 * KnownBlocks.BLOCKS_LIMIT;

    private final KnownBlocks known = new KnownBlocks();
    private final Destination destination = destination(1);

    private Destination destination(long id) {
        return new Destination(
                id,
                DestinationKind.QUEUE,
                "orders" + id,
                Id128.NONE,
                known,
                new TimeMemory(new HeapIndex(), PartitionLimits.HELD_TIMES));
    }

    /** Else a consumer that is behind has the same read made for each message. */
    @Test
    void whatWasJustReadIsThere() {
        for (long sequence = MANY; sequence < 2 * MANY; sequence++) {
            destination.know(new Block(sequence, 1, 100));
        }
        for (long sequence = 1; sequence <= 4_096; sequence++) {
            destination.know(new Block(sequence, 1, 100));
        }
        assertNotNull(destination.blockOf(1));
        assertNotNull(destination.blockOf(2_000));
        assertNotNull(destination.blockOf(4_096));
    }

    @Test
    void whatCameLongAgoIsForgotten() {
        for (long sequence = 1; sequence <= MANY; sequence++) {
            destination.know(new Block(sequence, 1, 100));
        }
        assertNull(destination.blockOf(1));
        assertNotNull(destination.blockOf(MANY));
    }

    /** Else many queues with few messages each take as much memory as one may not. */
    @Test
    void allDestinationsShareTheLimit() {
        Destination first = destination(2);
        first.know(new Block(1, 1, 100));
        for (int id = 3; id < 1_003; id++) {
            Destination next = destination(id);
            for (long sequence = 1; sequence <= KnownBlocks.BLOCKS_LIMIT / 1_000 + 1; sequence++) {
                next.know(new Block(sequence, 1, 100));
            }
            assertNotNull(next.blockOf(1));
        }
        assertNull(first.blockOf(1));
    }
}
