package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.core.partition.PartitionCommand.Block;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import org.junit.jupiter.api.Test;

/** Which blocks a destination remembers when there are more than it may. */
class KnownBlocksTest {

    private static final int MANY = 50_000;

    private final Destination destination =
            new Destination(1, DestinationKind.QUEUE, "orders", Id128.NONE);

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
}
