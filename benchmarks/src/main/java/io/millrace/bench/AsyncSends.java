package io.millrace.bench;

import jakarta.jms.CompletionListener;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.HdrHistogram.Histogram;

/**
 * One producer that sends with a completion listener and keeps up to {@code window} messages
 * unconfirmed.
 */
record AsyncSends(int bodyBytes, int window) implements Workload {

    @Override
    public String name() {
        return "async-%db".formatted(bodyBytes);
    }

    @Override
    public String title() {
        return "asynchronous persistent sends of %d bytes, one to one".formatted(bodyBytes);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        return OneToOne.start(
                factory, queue, new Asynchronously(bodyBytes, window), bodyBytes, BACKLOG);
    }

    private static final class Asynchronously implements OneToOne.Sender, CompletionListener {

        private final Body body;
        private final SendWindow confirmed;
        private volatile String failure = "";

        Asynchronously(int bodyBytes, int window) {
            body = new Body(bodyBytes);
            confirmed = new SendWindow("messages confirmed", window);
        }

        @Override
        public void send(Session session, MessageProducer producer, long sequence)
                throws JMSException {
            confirmed.awaitRoom(sequence);
            if (!failure.isEmpty()) {
                throw new JMSException(failure);
            }
            producer.send(body.message(session, sequence), this);
        }

        @Override
        public void onCompletion(Message message) {
            confirmed.advance();
        }

        @Override
        public void onException(Message message, Exception exception) {
            failure = "Expected a confirmation, but the send failed: " + exception;
        }

        @Override
        public void awaitConfirmed(long count) {
            confirmed.awaitArrivals(count);
        }

        @Override
        public long confirmed() {
            return confirmed.arrived();
        }

        @Override
        public void measure() {}

        @Override
        public Histogram sendNanos() {
            return new Histogram(3);
        }
    }
}
