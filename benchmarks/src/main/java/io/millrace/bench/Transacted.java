package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import org.HdrHistogram.Histogram;

/** One producer that commits every few messages of 1 KB; a consumer drains the queue. */
record Transacted(int messagesPerCommit) implements Workload {

    private static final int BODY_BYTES = 1_024;

    @Override
    public String name() {
        return "transacted-" + messagesPerCommit;
    }

    @Override
    public String title() {
        return "persistent sends of %d bytes, committed every %d messages, a consumer draining"
                .formatted(BODY_BYTES, messagesPerCommit);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        Wiring wiring = new Wiring(factory);
        SendWindow received = new SendWindow("messages received", BACKLOG);
        Session session = transactedSession(wiring);
        wiring.consume(queue, BODY_BYTES, received);
        Wiring.Lane lane =
                Wiring.lane(session, session.createQueue(queue), DeliveryMode.PERSISTENT);
        return wiring.start(new InTransactions(lane, messagesPerCommit), received, 1);
    }

    private static Session transactedSession(Wiring wiring) throws JMSException {
        try {
            return wiring.producerSession(true);
        } catch (JMSException e) {
            throw new NotSupportedException("transacted sessions: " + e.getMessage(), e);
        }
    }

    @Override
    public String latencyOf() {
        return "a commit";
    }

    @Override
    public boolean waitsOften() {
        return true;
    }

    private static final class InTransactions implements Traffic.Sender {

        private final Wiring.Lane lane;
        private final int messagesPerCommit;
        private final Body body = new Body(BODY_BYTES);
        private final Histogram commitNanos = new Histogram(3);
        private volatile long confirmed;
        private volatile boolean measuring;

        InTransactions(Wiring.Lane lane, int messagesPerCommit) {
            this.lane = lane;
            this.messagesPerCommit = messagesPerCommit;
        }

        @Override
        public void send(long sequence) throws JMSException {
            lane.producer().send(body.message(lane.session(), sequence));
            if ((sequence + 1) % messagesPerCommit == 0) {
                commit(sequence + 1);
            }
        }

        private void commit(long count) throws JMSException {
            boolean counted = measuring;
            long begin = System.nanoTime();
            lane.session().commit();
            if (counted) {
                commitNanos.recordValue(System.nanoTime() - begin);
            }
            confirmed = count;
        }

        @Override
        public void awaitConfirmed(long count) throws JMSException {
            if (confirmed < count) {
                commit(count);
            }
        }

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
            return commitNanos;
        }
    }
}
