package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.HdrHistogram.Histogram;

/**
 * One producer whose every send returns when the broker has confirmed it; a consumer drains the
 * queue.
 */
record SyncSends(int bodyBytes) implements Workload {

    @Override
    public String name() {
        return "sync-%dk".formatted(bodyBytes / 1_024);
    }

    @Override
    public String title() {
        return "synchronous persistent sends of %d bytes, one producer, a consumer draining"
                .formatted(bodyBytes);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        return OneToOne.start(factory, queue, new Synchronously(bodyBytes), bodyBytes, BACKLOG);
    }

    private static final class Synchronously implements OneToOne.Sender {

        private final Body body;
        private final Histogram sendNanos = new Histogram(3);
        private volatile long confirmed;
        private volatile boolean measuring;

        Synchronously(int bodyBytes) {
            body = new Body(bodyBytes);
        }

        @Override
        public void send(Session session, MessageProducer producer, long sequence)
                throws JMSException {
            boolean counted = measuring;
            long begin = System.nanoTime();
            producer.send(body.message(session, sequence));
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
        public Histogram sendNanos() {
            return sendNanos;
        }
    }
}
