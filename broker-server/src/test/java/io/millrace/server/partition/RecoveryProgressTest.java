package io.millrace.server.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class RecoveryProgressTest {

    private long nanos = 5_000_000_000L;
    private final RecoveryProgress progress = new RecoveryProgress("Partition 1", () -> nanos);

    @Test
    void saysNothingOfAShortReplay() {
        nanos += 1_900_000_000L;

        assertNull(progress.line(0, 4_000_000, 8_000_000, 5));
        assertNull(progress.line(0, 8_000_000, 8_000_000, 9));
    }

    @Test
    void saysEveryTwoSecondsHowFarALongOneIs() {
        nanos += 2_000_000_000L;
        assertEquals(
                "Partition 1 replays its log since the last checkpoint: 25 of 100 MB, 25 %",
                progress.line(7_000_000, 32_000_000, 107_000_000, 1_234));
        nanos += 1_000_000_000L;
        assertNull(progress.line(7_000_000, 40_000_000, 107_000_000, 1_234));
        nanos += 1_000_000_000L;
        assertEquals(
                "Partition 1 replays its log since the last checkpoint: 50 of 100 MB, 50 %",
                progress.line(7_000_000, 57_000_000, 107_000_000, 1_234));
        nanos += 500_000_000L;
        assertEquals(
                "Partition 1 replayed 100 MB of its log, 1234 entries, in 4500 ms",
                progress.line(7_000_000, 107_000_000, 107_000_000, 1_234));
    }
}
