package io.millrace.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A counter's rate, second by second. Owned by the driver's main thread. */
final class RateSeries {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long LOOK_NANOS = 4_000_000L;

    /** So many seconds in a row within this spread count as steady. */
    private static final int STEADY_SECONDS = 4;

    private static final double STEADY_SPREAD = 0.15;

    private final LongSupplier counter;
    private final List<Double> rates = new ArrayList<>();
    private final long firstCount;
    private final long firstNanos;
    private long lastCount;
    private long lastNanos;

    RateSeries(LongSupplier counter, long nowNanos) {
        this.counter = counter;
        firstCount = counter.getAsLong();
        firstNanos = nowNanos;
        lastNanos = firstNanos;
        lastCount = firstCount;
    }

    void sampleAfterOneSecond() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(lastNanos + SECOND_NANOS - System.nanoTime());
        sample(System.nanoTime());
    }

    /** Earlier, within some milliseconds, if the counter has come to its end. */
    void sampleAfterOneSecondOr(BooleanSupplier ended) throws InterruptedException {
        long due = lastNanos + SECOND_NANOS;
        long left = due - System.nanoTime();
        while (left > 0 && !ended.getAsBoolean()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_NANOS));
            left = due - System.nanoTime();
        }
        sample(System.nanoTime());
    }

    void sample(long nowNanos) {
        long count = counter.getAsLong();
        rates.add((count - lastCount) * 1e9 / (nowNanos - lastNanos));
        lastCount = count;
        lastNanos = nowNanos;
    }

    int seconds() {
        return rates.size();
    }

    boolean steady() {
        if (rates.size() < STEADY_SECONDS) {
            return false;
        }
        List<Double> last = rates.subList(rates.size() - STEADY_SECONDS, rates.size());
        return Collections.max(last) <= Collections.min(last) * (1 + STEADY_SPREAD);
    }

    long count() {
        return lastCount - firstCount;
    }

    /** Over the whole series, not the mean of the seconds. */
    double perSecond() {
        return lastNanos == firstNanos ? 0 : count() * 1e9 / (lastNanos - firstNanos);
    }

    double slowestSecond() {
        return Collections.min(rates);
    }

    double fastestSecond() {
        return Collections.max(rates);
    }
}
