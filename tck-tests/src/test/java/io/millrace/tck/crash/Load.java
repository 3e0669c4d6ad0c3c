package io.millrace.tck.crash;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Producers that send numbered messages as fast as they are let, and a consumer that writes down
 * what comes.
 */
final class Load implements AutoCloseable {

    private static final int PRODUCERS = 2;
    private static final long PAUSE_NANOS = 20_000;

    private final Connection connection;
    private final History history;
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final Thread[] threads = new Thread[PRODUCERS];
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    /**
     * @param firstProducer number of the first producer; each run of an application uses new ones
     */
    Load(String uri, History history, int firstProducer) throws JMSException {
        this.history = history;
        connection = new MillraceConnectionFactory(uri).createConnection();
        Session receiving = connection.createSession();
        Queue queue = receiving.createQueue("crash");
        receiving.createConsumer(queue).setMessageListener(this::receive);
        for (int index = 0; index < PRODUCERS; index++) {
            int producer = firstProducer + index;
            Session session = connection.createSession();
            MessageProducer sender = session.createProducer(queue);
            threads[index] =
                    new Thread(() -> send(session, sender, producer), "producer-" + producer);
        }
        connection.start();
        for (Thread thread : threads) {
            thread.start();
        }
    }

    private void receive(Message message) {
        try {
            history.received(
                    message.getIntProperty("producer"),
                    message.getLongProperty("sequence"),
                    message.getJMSRedelivered(),
                    message.getIntProperty("JMSXDeliveryCount"));
            received.incrementAndGet();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(Session session, MessageProducer sender, int producer) {
        CompletionListener completion =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        try {
                            history.confirmed(producer, message.getLongProperty("sequence"));
                            confirmed.incrementAndGet();
                        } catch (JMSException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        // Not confirmed: the checker expects nothing of it.
                    }
                };
        try {
            for (long sequence = 1; sending.get(); sequence++) {
                TextMessage message =
                        session.createTextMessage(
                                "some text that makes the message a hundred bytes long");
                message.setIntProperty("producer", producer);
                message.setLongProperty("sequence", sequence);
                sender.send(message, completion);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (JMSException e) {
            // The connection was closed under a send; what was confirmed until then counts.
        }
    }

    long confirmedCount() {
        return confirmed.get();
    }

    long receivedCount() {
        return received.get();
    }

    /** Ends the producers; returns when their last sends are confirmed or refused. */
    void stopSending() throws InterruptedException {
        sending.set(false);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
