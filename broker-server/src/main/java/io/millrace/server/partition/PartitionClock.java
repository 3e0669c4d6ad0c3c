package io.millrace.server.partition;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What time it is for a partition. Owned by whoever has the partition's turn.
 *
 * <p>What somebody wrote into a message (when it expires, when it is due) is compared with the wall
 * clock. How long something has lasted is measured on a clock that nobody sets: deliveries held for
 * a lost link must not wait longer, or shorter, because the wall clock was corrected.
 */
final class PartitionClock {

    private final LongSupplier wallMillis;
    private final LongSupplier nanoTime;
    private final long beganNanos;
    private long lastWallMillis;

    /**
     * @param wallMillis milliseconds since 1970
     * @param nanoTime as {@link System#nanoTime}
     */
    PartitionClock(LongSupplier wallMillis, LongSupplier nanoTime) {
        this.wallMillis = wallMillis;
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
    }

    /** Milliseconds since 1970; stands still while the clock is behind what it has shown. */
    long wallMillis() {
        lastWallMillis = Math.max(lastWallMillis, wallMillis.getAsLong());
        return lastWallMillis;
    }

    /** Milliseconds since this clock was made. */
    long steadyMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - beganNanos);
    }

    /** As {@link System#nanoTime}. */
    long nanos() {
        return nanoTime.getAsLong();
    }
}
