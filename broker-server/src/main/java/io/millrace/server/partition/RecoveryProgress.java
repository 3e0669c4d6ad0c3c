package io.millrace.server.partition;

import io.millrace.core.PartitionLoop;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how far the replay of a log has come, for whoever waits for a start: nothing while it is
 * short, then a line every two seconds, and one at the end. Owned by the partition's thread.
 */
final class RecoveryProgress implements PartitionLoop.Progress {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryProgress.class);

    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final double MEGABYTE = 1e6;

    private final String what;
    private final LongSupplier nanoTime;
    private final long beganNanos;
    private long saidNanos;

    /**
     * A replay begins.
     *
     * @param what has a log, as the lines begin
     * @param nanoTime as {@link System#nanoTime}
     */
    RecoveryProgress(String what, LongSupplier nanoTime) {
        this.what = what;
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
        this.saidNanos = beganNanos;
    }

    @Override
    public void replayed(long from, long upTo, long end, long entries) {
        String line = line(from, upTo, end, entries);
        if (line != null) {
            LOG.info(line);
        }
    }

    /** What there is to say now; null for nothing. */
    @Nullable String line(long from, long upTo, long end, long entries) {
        long now = nanoTime.getAsLong();
        boolean slow = now - beganNanos >= EVERY_NANOS;
        if (slow && upTo >= end) {
            return String.format(
                    Locale.ROOT,
                    "%s replayed %.0f MB of its log, %d entries, in %d ms",
                    what,
                    (upTo - from) / MEGABYTE,
                    entries,
                    TimeUnit.NANOSECONDS.toMillis(now - beganNanos));
        }
        if (now - saidNanos < EVERY_NANOS) {
            return null;
        }
        saidNanos = now;
        return String.format(
                Locale.ROOT,
                "%s replays its log since the last checkpoint: %.0f of %.0f MB, %.0f %%",
                what,
                (upTo - from) / MEGABYTE,
                (end - from) / MEGABYTE,
                100.0 * (upTo - from) / Math.max(1, end - from));
    }
}
