package io.millrace.server.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CatchUpPaceTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int READ_BYTES = 1_000_000;

    /** Near the end of its range, as it may be. */
    private long nanos = Long.MAX_VALUE - SECOND / 2;

    private final CatchUpPace pace = new CatchUpPace(() -> nanos, 50_000_000);

    /** As a consumer that takes what it gets at once; returns how many bytes it was given. */
    private long readFor(
            CatchUpPace measured, long forNanos, boolean besideNew, long storedBytesPerSecond) {
        long end = nanos + forNanos;
        long bytes = 0;
        while (end - nanos > 0) {
            if (besideNew) {
                measured.delivered(1);
            }
            long waited = Math.max(1_000_000, measured.delayNanos());
            nanos += waited;
            measured.stored((int) (storedBytesPerSecond * waited / SECOND));
            measured.read(READ_BYTES);
            bytes += READ_BYTES;
        }
        return bytes;
    }

    private void assertAbout(long expected, long actual) {
        assertEquals(expected, actual, expected * 0.05);
    }

    @Test
    void whoeverIsAloneReadsAtOnce() {
        assertAbout(5_000 * (long) READ_BYTES, readFor(pace, 5 * SECOND, false, 0));
    }

    @Test
    void keepsToThePaceBesideThoseWhoGetWhatIsNew() {
        assertAbout(500_000_000, readFor(pace, 10 * SECOND, true, 0));
    }

    @Test
    void readsLittleAtATimeBesideThem() {
        assertEquals(READ_BYTES, pace.stepBytes(READ_BYTES));
        pace.delivered(1);
        assertEquals(256 * 1024, pace.stepBytes(READ_BYTES));
        assertEquals(1_000, pace.stepBytes(1_000));
        nanos += SECOND + 1;
        assertEquals(READ_BYTES, pace.stepBytes(READ_BYTES));
    }

    @Test
    void hasStepsOfAnySizeWithoutALimit() {
        CatchUpPace unlimited = new CatchUpPace(() -> nanos, 0);
        unlimited.delivered(1);
        assertEquals(READ_BYTES, unlimited.stepBytes(READ_BYTES));
    }

    @Test
    void isFreeAgainOnceTheOthersAreGone() {
        readFor(pace, 3 * SECOND, true, 0);
        nanos += SECOND + 1;

        assertEquals(0, pace.delayNanos());
        assertAbout(2_000 * (long) READ_BYTES, readFor(pace, 2 * SECOND, false, 0));
    }

    @Test
    void isTwiceAsFastAsWhatComesIn() {
        readFor(pace, 3 * SECOND, true, 100_000_000);

        assertAbout(1_000_000_000, readFor(pace, 5 * SECOND, true, 100_000_000));
        // And no longer than that lasts.
        readFor(pace, 3 * SECOND, true, 0);
        assertAbout(250_000_000, readFor(pace, 5 * SECOND, true, 0));
    }

    @Test
    void aPauseIsNotMadeUpForBeyondAMoment() {
        readFor(pace, SECOND, true, 0);
        for (int each = 0; each < 10; each++) {
            nanos += SECOND / 2;
            pace.delivered(1);
        }
        // Twenty milliseconds of the pace are a megabyte.
        assertAbout(51_000_000, readFor(pace, SECOND, true, 0));
    }

    @Test
    void othersThatAreFarBehindAsWellDoNotCount() {
        pace.delayNanos();
        pace.delivered(1_000_000);
        pace.read(READ_BYTES);

        assertEquals(0, pace.delayNanos());
    }

    @Test
    void withoutReadsNothingIsWatched() {
        assertFalse(pace.isWatched());
        pace.delayNanos();
        assertTrue(pace.isWatched());
        nanos += SECOND + 1;
        assertFalse(pace.isWatched());
    }

    @Test
    void zeroIsNoLimit() {
        CatchUpPace free = new CatchUpPace(() -> nanos, 0);
        assertAbout(2_000 * (long) READ_BYTES, readFor(free, 2 * SECOND, true, 0));
    }
}
