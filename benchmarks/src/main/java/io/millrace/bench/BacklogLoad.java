package io.millrace.bench;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One to one traffic behind a backlog: settling stops the consumer's connection until the backlog
 * is there. What the provider fetched ahead while it was stopped belongs to it, on all sides alike.
 */
final class BacklogLoad implements Load {

    private static final long FILL_LIMIT_MILLIS = 600_000;

    private final Traffic traffic;
    private final SendWindow received;
    private final int messages;
    private final boolean drain;
    private String note = "";
    private boolean settled;

    private BacklogLoad(Traffic traffic, SendWindow received, int messages, boolean drain) {
        this.traffic = traffic;
        this.received = received;
        this.messages = messages;
        this.drain = drain;
    }

    /** The producer goes on and keeps {@code messages} waiting. */
    static Load standing(Traffic traffic, SendWindow received, int messages) {
        return new BacklogLoad(traffic, received, messages, false);
    }

    /** The producer ends when {@code messages} wait; measured is the time until none does. */
    static Load drained(Traffic traffic, SendWindow received, int messages) {
        return new BacklogLoad(traffic, received, messages, true);
    }

    @Override
    public void settle() throws JMSException, InterruptedException {
        traffic.pauseConsumers();
        // As much may be on its way beside the backlog as without one.
        received.widen(messages + Workload.WINDOW);
        long sentBefore = traffic.sent();
        long begin = System.nanoTime();
        long deadline = System.currentTimeMillis() + FILL_LIMIT_MILLIS;
        while (waiting() < messages) {
            TimeUnit.MILLISECONDS.sleep(1);
            if (System.currentTimeMillis() > deadline) {
                throw new IllegalStateException(
                        "Expected a backlog of %d within 600 s, but it is %d"
                                .formatted(messages, waiting()));
            }
        }
        if (drain) {
            traffic.endSending();
            traffic.awaitConfirmed();
            note = rate("filled", traffic.sent() - sentBefore, begin);
        } else {
            traffic.resumeConsumers();
            TimeUnit.SECONDS.sleep(1);
        }
        settled = true;
    }

    private long waiting() {
        return traffic.sent() - traffic.received();
    }

    private static String rate(String what, long count, long beginNanos) {
        double seconds = (System.nanoTime() - beginNanos) / 1e9;
        return String.format(Locale.ROOT, "%s %,d messages, %,.0f/s", what, count, count / seconds);
    }

    @Override
    public long completed() {
        return drain && settled ? traffic.received() : traffic.completed();
    }

    @Override
    public void measure() throws JMSException {
        if (drain) {
            traffic.resumeConsumers();
        }
    }

    @Override
    public boolean finite() {
        return drain;
    }

    @Override
    public boolean ended() {
        return waiting() <= 0;
    }

    @Override
    public void stop() throws JMSException {
        traffic.endSending();
        long left = waiting();
        long begin = System.nanoTime();
        traffic.stop();
        if (!drain) {
            note = rate("at the end drained", left, begin);
        }
    }

    @Override
    public Histogram latencyNanos() {
        return traffic.latencyNanos();
    }

    @Override
    public long sent() {
        return traffic.sent();
    }

    @Override
    public List<String> faults() {
        return traffic.faults();
    }

    @Override
    public long faultCount() {
        return traffic.faultCount();
    }

    @Override
    public String note() {
        return note;
    }
}
