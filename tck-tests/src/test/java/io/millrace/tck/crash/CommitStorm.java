package io.millrace.tck.crash;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceOutcomeUnknownException;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many sessions that commit at the same moment, again and again, each a few messages to each of two
 * queues; they know what they were told of each transaction.
 */
final class CommitStorm implements AutoCloseable {

    /** How many sessions commit at a time. */
    static final int SESSIONS = 1_000;

    private static final int CONNECTIONS = 20;

    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CyclicBarrier barrier = new CyclicBarrier(SESSIONS + 1);
    private final AtomicInteger decided = new AtomicInteger();
    private final Map<String, TransactedLoad.Told> toldByTransaction = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    CommitStorm(String uri) throws JMSException {
        MillraceConnectionFactory factory = new MillraceConnectionFactory(uri);
        for (int index = 0; index < CONNECTIONS; index++) {
            connections.add(factory.createConnection());
        }
        for (int index = 0; index < SESSIONS; index++) {
            Session session =
                    connections.get(index % CONNECTIONS).createSession(Session.SESSION_TRANSACTED);
            String name = "session-" + index;
            threads.add(new Thread(() -> commitAgainAndAgain(session, name), name));
        }
        threads.forEach(Thread::start);
    }

    private void commitAgainAndAgain(Session session, String name) {
        try {
            MessageProducer toLeft = session.createProducer(TransactedLoad.left(session));
            MessageProducer toRight = session.createProducer(TransactedLoad.right(session));
            for (int round = 1; ; round++) {
                String transaction = name + ":" + round;
                for (int part = 0; part < TransactedLoad.PART; part++) {
                    toLeft.send(session.createTextMessage(transaction));
                    toRight.send(session.createTextMessage(transaction));
                }
                barrier.await();
                if (stopping) {
                    return;
                }
                toldByTransaction.put(transaction, commit(session));
                decided.incrementAndGet();
            }
        } catch (JMSException | BrokenBarrierException | InterruptedException e) {
            throw new IllegalStateException("only commit may fail here", e);
        }
    }

    private static TransactedLoad.Told commit(Session session) throws JMSException {
        try {
            session.commit();
            return TransactedLoad.Told.COMMITTED;
        } catch (TransactionRolledBackException e) {
            return TransactedLoad.Told.ROLLED_BACK;
        } catch (MillraceOutcomeUnknownException e) {
            return TransactedLoad.Told.UNKNOWN;
        }
    }

    /** All sessions commit now, those that have sent what they will. */
    void begin() throws BrokenBarrierException, InterruptedException {
        decided.set(0);
        barrier.await();
    }

    /** How many of those that began to commit have returned from it. */
    int decided() {
        return decided.get();
    }

    /** What was told of each transaction. */
    Map<String, TransactedLoad.Told> told() {
        return toldByTransaction;
    }

    /** What was sent last is never committed. */
    void stop() throws BrokenBarrierException, InterruptedException {
        stopping = true;
        barrier.await();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() throws JMSException {
        barrier.reset();
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
