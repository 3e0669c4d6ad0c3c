package io.millrace.tck.crash;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceOutcomeUnknownException;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Senders that commit a few messages to two queues at a time, and know what they were told of each
 * transaction; each message says which one it belongs to.
 */
final class TransactedLoad implements AutoCloseable {

    /** Messages of a transaction for each of the two queues. */
    static final int PART = 3;

    private static final int SENDERS = 4;

    /** What an application is told of a transaction. */
    enum Told {
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    private final Connection connection;
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final Thread[] threads = new Thread[SENDERS];
    private final Map<String, Told> toldByTransaction = new ConcurrentHashMap<>();
    private final AtomicLong committed = new AtomicLong();

    TransactedLoad(String uri) throws JMSException {
        connection = new MillraceConnectionFactory(uri).createConnection();
        for (int index = 0; index < SENDERS; index++) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            String name = "sender-" + index;
            threads[index] = new Thread(() -> send(session, name), name);
        }
        for (Thread thread : threads) {
            thread.start();
        }
    }

    static Queue left(Session session) throws JMSException {
        return session.createQueue("left");
    }

    static Queue right(Session session) throws JMSException {
        return session.createQueue("right");
    }

    private void send(Session session, String name) {
        try {
            MessageProducer toLeft = session.createProducer(left(session));
            MessageProducer toRight = session.createProducer(right(session));
            for (long number = 1; sending.get(); number++) {
                String transaction = name + ":" + number;
                for (int part = 0; part < PART; part++) {
                    toLeft.send(session.createTextMessage(transaction));
                    toRight.send(session.createTextMessage(transaction));
                }
                toldByTransaction.put(transaction, commit(session));
            }
        } catch (JMSException e) {
            throw new IllegalStateException("only commit may fail here", e);
        }
    }

    private Told commit(Session session) throws JMSException {
        try {
            session.commit();
            committed.incrementAndGet();
            return Told.COMMITTED;
        } catch (TransactionRolledBackException e) {
            return Told.ROLLED_BACK;
        } catch (MillraceOutcomeUnknownException e) {
            return Told.UNKNOWN;
        }
    }

    long committedCount() {
        return committed.get();
    }

    /** What was told of each transaction; complete once nothing is sent any more. */
    Map<String, Told> told() {
        return toldByTransaction;
    }

    void stopSending() throws InterruptedException {
        sending.set(false);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** How many messages of each transaction a queue holds; it is empty afterwards. */
    Map<String, Integer> drain(boolean fromLeft) throws JMSException {
        Map<String, Integer> counts = new ConcurrentHashMap<>();
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            Queue queue = fromLeft ? left(session) : right(session);
            connection.start();
            MessageConsumer consumer = session.createConsumer(queue);
            for (Message next = consumer.receiveNoWait();
                    next != null;
                    next = consumer.receiveNoWait()) {
                counts.merge(next.getBody(String.class), 1, Integer::sum);
            }
            session.commit();
        }
        return counts;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
