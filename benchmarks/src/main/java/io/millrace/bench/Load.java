package io.millrace.bench;

import jakarta.jms.JMSException;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A workload that is running. Owned by the driver's main thread; the counts come from the
 * provider's threads.
 */
interface Load {

    /**
     * Messages that are through: confirmed by the broker and, where there is a consumer, received.
     */
    long completed();

    /**
     * Between warming up and measuring: brings about the state that is to be measured, such as a
     * backlog or a fixed rate. Returns when it is reached.
     */
    default void settle() throws JMSException, InterruptedException {}

    /** From here on latencies count, until {@link #stop}. */
    void measure() throws JMSException;

    /** Whether the measured part ends by itself, when {@link #ended}, instead of by time. */
    default boolean finite() {
        return false;
    }

    /** Whether a finite load has done all that was to be measured. */
    default boolean ended() {
        return false;
    }

    /**
     * Stops sending, waits until all that was sent is confirmed and received, and closes the
     * connections.
     */
    void stop() throws JMSException;

    /**
     * Since {@link #measure}, in nanoseconds, of what {@link Workload#latencyOf} says; empty where
     * the workload takes none. After {@link #stop}.
     */
    Histogram latencyNanos();

    /** What was sent in all. After {@link #stop}. */
    long sent();

    /**
     * The first things that were not as the specification promises, and how many there were in all.
     */
    List<String> faults();

    long faultCount();

    /** What else the workload has to say for a reader of the figures, or nothing. */
    default String note() {
        return "";
    }
}
