package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Messages at a fixed rate, and how long each took from the time at which it was <em>to be</em>
 * sent until the consumer had it. When provider or machine hold the sender up, the messages that
 * were due meanwhile wait too, and count: no coordinated omission.
 *
 * <p>The warm-up sends as fast as the provider takes messages, so that both sides are compiled code
 * when the rate begins.
 */
record FixedRate(int perSecond) implements Workload {

    private static final int BODY_BYTES = 100;

    @Override
    public String name() {
        return "latency-" + perSecond;
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "latency at %,d persistent messages of %d bytes a second, one to one",
                perSecond,
                BODY_BYTES);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        Wiring wiring = new Wiring(factory);
        SendWindow received = new SendWindow("messages received", BACKLOG);
        Session consuming = wiring.consumerSession("");
        Session producing = wiring.producerSession(false);
        Wiring.Lane lane =
                Wiring.lane(producing, producing.createQueue(queue), DeliveryMode.PERSISTENT);
        AsyncSender sender = new AsyncSender(List.of(lane), new Body(BODY_BYTES), WINDOW);
        Paced paced = new Paced(sender, received, TimeUnit.SECONDS.toNanos(1) / perSecond);
        consuming
                .createConsumer(consuming.createQueue(queue))
                .setMessageListener(
                        wiring.watched(new Arrivals(BODY_BYTES, received, paced::arrived)));
        return wiring.start(paced, received, 1);
    }

    @Override
    public String latencyOf() {
        return "a message, from the time it was due to its receipt";
    }

    @Override
    public boolean ratedByLatency() {
        return true;
    }

    @Override
    public Optional<FloorLoad> floor() {
        return Optional.of(new FloorLoad.Paced(perSecond));
    }

    @Override
    public String aim() {
        return "p50 at most 0.4 ×, p99 no higher";
    }

    private static final class Paced implements Traffic.Sender {

        /** Longer than any message may be under way, at a million a second. */
        private static final int DUE_KEPT = 1 << 20;

        /** A parked thread wakes up some 60 us late; the rest is spun, on all sides alike. */
        private static final long SPIN_NANOS = 150_000;

        private static final long SETTLE_SECONDS = 2;

        private final AsyncSender sender;
        private final SendWindow received;
        private final long intervalNanos;
        private final AtomicLongArray dueNanosBySequence = new AtomicLongArray(DUE_KEPT);
        private final AtomicLongArray lateNanosBySequence = new AtomicLongArray(DUE_KEPT);
        private final @Nullable SlowMessages slow = SlowMessages.ifWanted();
        private final Histogram lateNanos = new Histogram(3);
        private final Histogram latencyNanos = new Histogram(3);
        private volatile boolean paced;
        private volatile long measureFromNanos = Long.MAX_VALUE;
        private volatile long firstPaced = Long.MAX_VALUE;

        /** Owned by the producer's thread. */
        private long dueNanos;

        Paced(AsyncSender sender, SendWindow received, long intervalNanos) {
            this.sender = sender;
            this.received = received;
            this.intervalNanos = intervalNanos;
        }

        @Override
        public void send(long sequence) throws JMSException {
            if (paced) {
                awaitDue(sequence);
            }
            sender.send(sequence);
        }

        private void awaitDue(long sequence) {
            if (firstPaced == Long.MAX_VALUE) {
                received.awaitArrivals(sequence);
                dueNanos = System.nanoTime();
                firstPaced = sequence;
            }
            dueNanos += intervalNanos;
            dueNanosBySequence.set((int) (sequence % DUE_KEPT), dueNanos);
            long left = dueNanos - System.nanoTime();
            while (left > 0) {
                if (left > SPIN_NANOS) {
                    LockSupport.parkNanos(this, left - SPIN_NANOS);
                } else {
                    Thread.onSpinWait();
                }
                left = dueNanos - System.nanoTime();
            }
            lateNanosBySequence.set((int) (sequence % DUE_KEPT), -left);
            if (dueNanos >= measureFromNanos) {
                lateNanos.recordValue(-left);
            }
        }

        /** Called by the consumer's thread. */
        void arrived(long sequence) {
            if (sequence >= firstPaced) {
                long due = dueNanosBySequence.get((int) (sequence % DUE_KEPT));
                if (due >= measureFromNanos) {
                    long latency = Math.max(0, System.nanoTime() - due);
                    latencyNanos.recordValue(latency);
                    if (slow != null) {
                        slow.add(
                                due, lateNanosBySequence.get((int) (sequence % DUE_KEPT)), latency);
                    }
                }
            }
        }

        @Override
        public void settle() throws InterruptedException {
            paced = true;
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        }

        @Override
        public void measure() {
            measureFromNanos = System.nanoTime();
        }

        @Override
        public void awaitConfirmed(long count) throws JMSException {
            sender.awaitConfirmed(count);
        }

        @Override
        public long confirmed() {
            return sender.confirmed();
        }

        @Override
        public Histogram latencyNanos() {
            return latencyNanos;
        }

        @Override
        public String note() {
            if (slow != null) {
                slow.write();
            }
            return String.format(
                    Locale.ROOT,
                    "the driver itself sent late by p50 %.0f us, p99 %.0f us, max %.0f us;"
                            + " p90 %.0f us, p99.9 %.0f us",
                    lateNanos.getValueAtPercentile(50) / 1e3,
                    lateNanos.getValueAtPercentile(99) / 1e3,
                    lateNanos.getMaxValue() / 1e3,
                    latencyNanos.getValueAtPercentile(90) / 1e3,
                    latencyNanos.getValueAtPercentile(99.9) / 1e3);
        }
    }
}
