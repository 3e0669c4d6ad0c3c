package io.millrace.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds the producer back while too many of its messages are on their way: a count of arrivals that
 * one thread of the provider advances and the producer reads, at most once per half window while
 * all goes well.
 *
 * <p>A producer that hit the limit goes on when half of the window is free, so that it is not woken
 * for every message.
 */
final class SendWindow {

    private static final long STALL_NANOS = 60_000_000_000L;

    private final String what;
    private final int limit;
    private final AtomicLong arrived = new AtomicLong();
    private volatile @Nullable Thread waiting;
    private volatile long resumeAt;

    /** Owned by the producer: the count of arrivals when it last looked. */
    private long seen;

    SendWindow(String what, int limit) {
        this.what = what;
        this.limit = limit;
    }

    long arrived() {
        return arrived.get();
    }

    /** One message arrived; called by the provider's thread. */
    void advance() {
        long count = arrived.incrementAndGet();
        Thread producer = waiting;
        if (producer != null && count >= resumeAt) {
            waiting = null;
            LockSupport.unpark(producer);
        }
    }

    /**
     * Returns when fewer than the limit of the {@code sent} messages are on their way; called by
     * the producer.
     */
    void awaitRoom(long sent) {
        if (sent - seen < limit) {
            return;
        }
        seen = arrived.get();
        if (sent - seen >= limit) {
            awaitArrivals(sent - limit / 2);
        }
    }

    /** Returns when {@code count} messages have arrived; called by the producer. */
    void awaitArrivals(long count) {
        long deadline = System.nanoTime() + STALL_NANOS;
        resumeAt = count;
        waiting = Thread.currentThread();
        while ((seen = arrived.get()) < count) {
            LockSupport.parkNanos(this, 100_000_000L);
            // Set before looking again, so that an arrival after the look finds whom to wake.
            waiting = Thread.currentThread();
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "Expected %d %s within 60 s, but there are %d"
                                .formatted(count, what, seen));
            }
        }
        waiting = null;
    }
}
