package io.millrace.simulation;

/** A node's clocks: one that only runs faster or slower than true time, and one that also jumps. */
final class NodeClock {

    /** Wall-clock time at the beginning of every simulation, milliseconds since 1970. */
    static final long BEGINNING_MILLIS = 1_800_000_000_000L;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Timeline timeline;
    private double rate = 1;
    private long anchorTrue;
    private long anchorLocal;
    private long jumpedMillis;

    NodeClock(Timeline timeline) {
        this.timeline = timeline;
    }

    /** As System.nanoTime. */
    long nanos() {
        return anchorLocal + (long) ((timeline.nowNanos() - anchorTrue) * rate);
    }

    /** As System.currentTimeMillis. */
    long millis() {
        return BEGINNING_MILLIS + jumpedMillis + nanos() / NANOS_PER_MILLI;
    }

    /** True nanoseconds in which this clock runs on by so many. */
    long trueNanos(long localNanos) {
        return (long) (localNanos / rate);
    }

    /** From now on runs at another speed; 1 is true. */
    void rate(double newRate) {
        anchorLocal = nanos();
        anchorTrue = timeline.nowNanos();
        rate = newRate;
    }

    /** Somebody sets the wall clock. */
    void jump(long millis) {
        jumpedMillis += millis;
    }

    /** Somebody sets the wall clock right. */
    void correct() {
        jumpedMillis = 0;
        rate(1);
    }
}
