package io.millrace.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the producer back while too many of its messages are on their way: a count of arrivals that
 * threads of the provider advance and the producer reads, at most once per half window while all
 * goes well.
 *
 * <p>A producer that hit the limit goes on when half of the window is free, so that it is not woken
 * for every message.
 */
final class SendWindow {

    /** A large window is not emptied by half before the producer goes on. */
    private static final int MOST_FREED = 50_000;

    private static final long STALL_NANOS = 60_000_000_000L;

    private final String what;
    private volatile int limit;
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

    /** Lets more messages be on their way from here on; called by any thread. */
    void widen(int to) {
        limit = to;
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
            // Asked again at each wake-up, because the limit may be widened meanwhile.
            await(() -> sent - limit + Math.max(1, Math.min(limit / 2, MOST_FREED)));
        }
    }

    /**
     * Returns when {@code count} messages have arrived; called by the producer.
     *
     * @throws IllegalStateException if none arrives for 60 s
     */
    void awaitArrivals(long count) {
        await(() -> count);
    }

    private void await(LongSupplier count) {
        long before = seen;
        long deadline = System.nanoTime() + STALL_NANOS;
        resumeAt = count.getAsLong();
        waiting = Thread.currentThread();
        while ((seen = arrived.get()) < resumeAt) {
            if (seen != before) {
                before = seen;
                deadline = System.nanoTime() + STALL_NANOS;
            }
            LockSupport.parkNanos(this, 100_000_000L);
            resumeAt = count.getAsLong();
            // Set before looking again, so that an arrival after the look finds whom to wake.
            waiting = Thread.currentThread();
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "Expected %d %s, but there are %d and for 60 s came no other"
                                .formatted(resumeAt, what, seen));
            }
        }
        waiting = null;
    }
}
