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

    /** From here on latencies count, until {@link #stop}. */
    void measure();

    /**
     * Stops sending, waits until all that was sent is confirmed and received, and closes the
     * connections.
     */
    void stop() throws JMSException;

    /**
     * Of the sends since {@link #measure}, in nanoseconds; empty where the workload takes none.
     * After {@link #stop}.
     */
    Histogram sendNanos();

    /** What was sent in all. After {@link #stop}. */
    long sent();

    /**
     * The first things that were not as the specification promises, and how many there were in all.
     */
    List<String> faults();

    long faultCount();
}
