package io.millrace.bench;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Producers, each with a thread, whose every send returns when the provider lets it; a consumer
 * drains the queue.
 *
 * @param oneConnection they are sessions of one connection, as where an application has a pool of
 *     sessions; else each has a connection of its own
 */
record SyncSends(int producers, int bodyBytes, int deliveryMode, boolean oneConnection)
        implements Workload {

    @Override
    public String name() {
        if (deliveryMode == DeliveryMode.NON_PERSISTENT) {
            return "nonpersistent-sync-" + Workloads.size(bodyBytes);
        }
        if (producers == 1) {
            return "sync-" + Workloads.size(bodyBytes);
        }
        return "sync-" + producers + (oneConnection ? "-sessions" : "");
    }

    @Override
    public String title() {
        return "synchronous %s sends of %d bytes, %d producer%s%s, a consumer draining"
                .formatted(
                        Workloads.mode(deliveryMode),
                        bodyBytes,
                        producers,
                        producers == 1 ? "" : "s",
                        oneConnection ? " of one connection" : "");
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        Wiring wiring = new Wiring(factory);
        SendWindow[] received = Wiring.windows(producers, BACKLOG / producers);
        wiring.consume(queue, bodyBytes, received);
        List<Traffic.Producer> all = new ArrayList<>();
        Connection shared = oneConnection ? wiring.producerConnection() : null;
        for (int i = 0; i < producers; i++) {
            Connection connection = shared == null ? wiring.producerConnection() : shared;
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Wiring.Lane lane = Wiring.lane(session, session.createQueue(queue), deliveryMode);
            all.add(
                    new Traffic.Producer(
                            new Synchronously(i, lane, new Body(bodyBytes)), received[i], 1));
        }
        return wiring.start(all);
    }

    @Override
    public String latencyOf() {
        return "a send";
    }

    @Override
    public boolean waitsOften() {
        return deliveryMode == DeliveryMode.PERSISTENT;
    }

    @Override
    public boolean boundByDevice() {
        return producers == 1 && deliveryMode == DeliveryMode.PERSISTENT;
    }

    @Override
    public Optional<FloorLoad> floor() {
        return deliveryMode == DeliveryMode.PERSISTENT
                ? Optional.of(new FloorLoad.Senders(producers, oneConnection))
                : Optional.empty();
    }

    @Override
    public String aim() {
        if (boundByDevice()) {
            return "embedded at least 0.7 × the device's rate, network at least 0.35 ×";
        }
        return producers > 1 ? "at least 5 ×, at least 5 messages a flush" : "";
    }

    private static final class Synchronously implements Traffic.Sender {

        private final int number;
        private final Wiring.Lane lane;
        private final Body body;
        private final Histogram sendNanos = new Histogram(3);
        private volatile long confirmed;
        private volatile boolean measuring;

        Synchronously(int number, Wiring.Lane lane, Body body) {
            this.number = number;
            this.lane = lane;
            this.body = body;
        }

        @Override
        public void send(long sequence) throws JMSException {
            boolean counted = measuring;
            long begin = System.nanoTime();
            lane.producer().send(body.message(lane.session(), Body.number(number, sequence)));
            if (counted) {
                sendNanos.recordValue(System.nanoTime() - begin);
            }
            confirmed = sequence + 1;
        }

        @Override
        public void awaitConfirmed(long count) {}

        @Override
        public long confirmed() {
            return confirmed;
        }

        @Override
        public void measure() {
            measuring = true;
        }

        @Override
        public Histogram latencyNanos() {
            return sendNanos;
        }
    }
}
