package io.millrace.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Producers with a thread each, and consumers that check what arrives. How a producer sends is up
 * to its {@link Sender}.
 */
final class Traffic implements Load {

    /** Sends message after message; called by one producer's thread alone unless it says else. */
    interface Sender {
        void send(long sequence) throws JMSException;

        /** Returns when the broker has confirmed all of the first {@code count} messages. */
        void awaitConfirmed(long count) throws JMSException;

        /** Called by any thread. */
        long confirmed();

        /** As {@link Load#settle}; called by the driver's main thread. */
        default void settle() throws InterruptedException {}

        /** Latencies count from here; called by the driver's main thread. */
        default void measure() {}

        /** After the producer's thread has ended. */
        default Histogram latencyNanos() {
            return new Histogram(3);
        }

        default String note() {
            return "";
        }
    }

    /**
     * @param received how far this sender's messages came; each message counts once for each copy
     * @param copies how many consumers get each message
     */
    record Producer(Sender sender, SendWindow received, int copies) {}

    private static final long STOP_LIMIT_MILLIS = 300_000;

    private final List<Line> lines;
    private final List<Arrivals> arrivals;
    private final List<Connection> producing;
    private final List<Connection> consuming;
    private volatile boolean stopped;

    Traffic(
            List<Producer> producers,
            List<Arrivals> arrivals,
            List<Connection> producing,
            List<Connection> consuming) {
        this.lines = producers.stream().map(Line::new).toList();
        this.arrivals = List.copyOf(arrivals);
        this.producing = List.copyOf(producing);
        this.consuming = List.copyOf(consuming);
    }

    void start() throws JMSException {
        resumeConsumers();
        for (Connection connection : producing) {
            connection.start();
        }
        lines.forEach(Thread::start);
    }

    /** A producer's thread. */
    private final class Line extends Thread {

        private final Producer producer;
        private volatile long sent;
        private volatile boolean sendingEnded;
        private volatile String failure = "";

        Line(Producer producer) {
            super("bench-producer");
            this.producer = producer;
        }

        @Override
        public void run() {
            long sequence = 0;
            try {
                while (!stopped) {
                    producer.received().awaitRoom(sequence * producer.copies());
                    producer.sender().send(sequence);
                    sequence++;
                    sent = sequence;
                }
                sendingEnded = true;
                producer.sender().awaitConfirmed(sequence);
                producer.received().awaitArrivals(sequence * producer.copies());
            } catch (JMSException | IllegalStateException e) {
                failure = e.toString();
            }
        }

        long completed() {
            return Math.min(producer.sender().confirmed(), received());
        }

        long received() {
            return producer.received().arrived() / producer.copies();
        }

        /** Messages that did not arrive, or did too often. */
        long difference() {
            return Math.abs(producer.received().arrived() - sent * producer.copies());
        }
    }

    @Override
    public long completed() {
        refuseFailures();
        return lines.stream().mapToLong(Line::completed).sum();
    }

    /** Sent so far; after {@link #stop} what was sent in all. */
    @Override
    public long sent() {
        return lines.stream().mapToLong(line -> line.sent).sum();
    }

    long received() {
        refuseFailures();
        return lines.stream().mapToLong(Line::received).sum();
    }

    void pauseConsumers() throws JMSException {
        for (Connection connection : consuming) {
            connection.stop();
        }
    }

    void resumeConsumers() throws JMSException {
        for (Connection connection : consuming) {
            connection.start();
        }
    }

    /** The producers send no more; what they sent may still be on its way. */
    void endSending() {
        stopped = true;
    }

    /** After {@link #endSending}: returns when all that was sent is confirmed. */
    void awaitConfirmed() throws InterruptedException {
        long deadline = System.currentTimeMillis() + STOP_LIMIT_MILLIS;
        for (Line line : lines) {
            while (!line.sendingEnded || line.producer.sender().confirmed() < line.sent) {
                refuseFailures();
                if (System.currentTimeMillis() > deadline) {
                    throw new IllegalStateException(
                            "Expected %d messages confirmed within 300 s, but there are %d"
                                    .formatted(line.sent, line.producer.sender().confirmed()));
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    @Override
    public void settle() throws InterruptedException {
        for (Line line : lines) {
            line.producer.sender().settle();
        }
    }

    @Override
    public void measure() {
        lines.forEach(line -> line.producer.sender().measure());
    }

    @Override
    public void stop() throws JMSException {
        endSending();
        try {
            for (Line line : lines) {
                line.join(STOP_LIMIT_MILLIS);
                if (line.isAlive()) {
                    throw new IllegalStateException(
                            "Expected the producer to end within 300 s, but it is still waiting");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Connection connection : producing) {
            connection.close();
        }
        for (Connection connection : consuming) {
            connection.close();
        }
        refuseFailures();
    }

    private void refuseFailures() {
        for (Line line : lines) {
            if (!line.failure.isEmpty()) {
                throw new IllegalStateException(line.failure);
            }
        }
    }

    @Override
    public Histogram latencyNanos() {
        Histogram all = new Histogram(3);
        lines.forEach(line -> all.add(line.producer.sender().latencyNanos()));
        return all;
    }

    @Override
    public List<String> faults() {
        return arrivals.stream().flatMap(each -> each.faults().stream()).limit(5).toList();
    }

    @Override
    public long faultCount() {
        return arrivals.stream().mapToLong(Arrivals::faultCount).sum()
                + lines.stream().mapToLong(Line::difference).sum();
    }

    @Override
    public String note() {
        return lines.stream()
                .map(line -> line.producer.sender().note())
                .filter(note -> !note.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
