package io.millrace.server.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CheckpointTimesTest {

    private static final long DISTANCE = 64L << 20;

    private final CheckpointTimes times = new CheckpointTimes();

    @Test
    void oneIsDueWhenTheLogHasGrown() {
        times.opened(100, 100);
        assertFalse(times.isDue(100 + DISTANCE, false, 0));
        assertTrue(times.isDue(101 + DISTANCE, false, 0));
        times.taken(101 + DISTANCE, 0);
        assertFalse(times.isDue(101 + DISTANCE, false, 0));
    }

    /** Else a broker that is killed again and again would replay more each time. */
    @Test
    void whatWasReplayedCounts() {
        times.opened(100, 100 + DISTANCE);
        assertFalse(times.isDue(100 + DISTANCE, false, 0));
        assertTrue(times.isDue(108 + DISTANCE, false, 0));
    }
}
