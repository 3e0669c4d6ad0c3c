package io.millrace.server.partition;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How fast messages are read from the log for those who are far behind.
 *
 * <p>As fast as they can take them, while nobody else is there. But a consumer that catches up with
 * gigabytes can take all of the processors and of the disk, and messages that come and go beside it
 * would then take ten times as long. So while messages are delivered that only just came, reads
 * keep to a pace. It is always twice as fast as new messages come, or who is behind would stay
 * behind for ever.
 *
 * <p>Costs nothing unless somebody reads. Owned by the partition's thread.
 */
final class CatchUpPace {

    /** Who is not further behind gets what is new. */
    private static final long NEW_MESSAGES = 4_096;

    /** So long after it happened something still counts. */
    private static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What was missed of the pace may be made up for, of so long a time. */
    private static final long CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Beside others, so much is read at a time: they wait while it goes through. */
    private static final int STEP_BYTES = 256 * 1024;

    private static final long NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private final long bytesPerSecond;

    private boolean wasRead;
    private long lastReadNanos;
    private boolean wasNewDelivered;
    private long lastNewDeliveredNanos;
    private long nextReadNanos;

    // What came in the second before this one, and in this one.
    private long windowNanos;
    private long arrivedBytes;
    private long arrivingBytes;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param bytesPerSecond 0 for no limit
     */
    CatchUpPace(LongSupplier nanoTime, long bytesPerSecond) {
        this.nanoTime = nanoTime;
        this.bytesPerSecond = bytesPerSecond;
        this.nextReadNanos = nanoTime.getAsLong();
        this.windowNanos = nextReadNanos;
    }

    /** Somebody wants to read: how long that has to wait, in nanoseconds. */
    long delayNanos() {
        if (bytesPerSecond == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        wasRead = true;
        lastReadNanos = now;
        if (!isKept(now)) {
            nextReadNanos = now;
            return 0;
        }
        if (nextReadNanos - now < -CREDIT_NANOS) {
            nextReadNanos = now - CREDIT_NANOS;
        }
        return Math.max(0, nextReadNanos - now);
    }

    /** How much of what is wanted should be read at a time. */
    int stepBytes(int wantedBytes) {
        return bytesPerSecond > 0 && isKept(nanoTime.getAsLong())
                ? Math.min(wantedBytes, STEP_BYTES)
                : wantedBytes;
    }

    private boolean isKept(long now) {
        return wasNewDelivered && now - lastNewDeliveredNanos <= MEMORY_NANOS;
    }

    /** So many bytes were read. */
    void read(long bytes) {
        if (bytesPerSecond > 0) {
            turnWindow(nanoTime.getAsLong());
            long pace = Math.max(bytesPerSecond, 2 * Math.max(arrivedBytes, arrivingBytes));
            nextReadNanos += (long) ((double) bytes / pace * NANOS_A_SECOND);
        }
    }

    /** Messages were stored. */
    void stored(int bytes) {
        if (wasRead) {
            turnWindow(nanoTime.getAsLong());
            arrivingBytes += bytes;
        }
    }

    private void turnWindow(long now) {
        long elapsed = now - windowNanos;
        if (elapsed > MEMORY_NANOS) {
            arrivedBytes = elapsed > 2 * MEMORY_NANOS ? 0 : arrivingBytes;
            arrivingBytes = 0;
            windowNanos = now;
        }
    }

    /** Whether somebody reads, so that it has to be known who else is there. */
    boolean isWatched() {
        if (wasRead && nanoTime.getAsLong() - lastReadNanos > MEMORY_NANOS) {
            wasRead = false;
        }
        return wasRead;
    }

    /**
     * Messages leave for a consumer.
     *
     * @param behind how many messages of the destination were stored after them
     */
    void delivered(long behind) {
        if (behind < NEW_MESSAGES) {
            wasNewDelivered = true;
            lastNewDeliveredNanos = nanoTime.getAsLong();
        }
    }
}
