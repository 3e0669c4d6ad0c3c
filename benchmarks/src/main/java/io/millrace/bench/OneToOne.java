package io.millrace.bench;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * One producer and one listening consumer, AUTO_ACKNOWLEDGE, on one queue, each with a connection
 * of its own. How the producer sends is up to the {@link Sender}.
 */
final class OneToOne implements Load {

    /** Sends message after message; called by the producer's thread alone. */
    interface Sender {
        void send(Session session, MessageProducer producer, long sequence) throws JMSException;

        /** Returns when the broker has confirmed all of the first {@code count} messages. */
        void awaitConfirmed(long count);

        long confirmed();

        void measure();

        Histogram sendNanos();
    }

    private static final long STOP_LIMIT_MILLIS = 120_000;

    private final Connection producing;
    private final Connection consuming;
    private final Session session;
    private final MessageProducer producer;
    private final Sender sender;
    private final SendWindow received;
    private final Arrivals arrivals;
    private final Thread thread;

    private volatile boolean stopped;
    private volatile long sent;
    private volatile String failure = "";

    private OneToOne(
            ConnectionFactory factory, String queueName, Sender sender, int bodyBytes, int backlog)
            throws JMSException {
        this.sender = sender;
        this.received = new SendWindow("messages received", backlog);
        this.arrivals = new Arrivals(bodyBytes, received);
        consuming = factory.createConnection();
        producing = factory.createConnection();
        session = producing.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Queue queue = session.createQueue(queueName);
        producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        consuming
                .createSession(false, Session.AUTO_ACKNOWLEDGE)
                .createConsumer(queue)
                .setMessageListener(arrivals);
        thread = new Thread(this::produce, "bench-producer");
    }

    static Load start(
            ConnectionFactory factory, String queue, Sender sender, int bodyBytes, int backlog)
            throws JMSException {
        OneToOne load = new OneToOne(factory, queue, sender, bodyBytes, backlog);
        load.consuming.start();
        load.producing.start();
        load.thread.start();
        return load;
    }

    private void produce() {
        long sequence = 0;
        try {
            while (!stopped) {
                received.awaitRoom(sequence);
                sender.send(session, producer, sequence);
                sequence++;
            }
            sent = sequence;
            sender.awaitConfirmed(sequence);
            received.awaitArrivals(sequence);
        } catch (JMSException | IllegalStateException e) {
            sent = sequence;
            failure = e.toString();
        }
    }

    @Override
    public long completed() {
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
        return Math.min(sender.confirmed(), received.arrived());
    }

    @Override
    public void measure() {
        sender.measure();
    }

    @Override
    public void stop() throws JMSException {
        stopped = true;
        try {
            thread.join(STOP_LIMIT_MILLIS);
            if (thread.isAlive()) {
                failure = "Expected the producer to end within 120 s, but it is still waiting";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producing.close();
        consuming.close();
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public Histogram sendNanos() {
        return sender.sendNanos();
    }

    @Override
    public long sent() {
        return sent;
    }

    @Override
    public List<String> faults() {
        return arrivals.faults();
    }

    @Override
    public long faultCount() {
        return arrivals.faultCount() + Math.abs(received.arrived() - sent);
    }
}
