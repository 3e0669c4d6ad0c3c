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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Receivers that move messages from one queue to another, some in each transaction, and know what
 * they were told of it: what was received and what was sent in it happens together or not at all.
 */
final class Movers implements AutoCloseable {

    private static final int MOVERS = 2;
    private static final int MOST = 5;
    private static final long WAIT_MILLIS = 200;

    private final Connection connection;
    private final AtomicBoolean moving = new AtomicBoolean(true);
    private final Thread[] threads = new Thread[MOVERS];
    private final Map<String, TransactedLoad.Told> toldByMove = new ConcurrentHashMap<>();
    private final Map<String, List<String>> movedByMove = new ConcurrentHashMap<>();

    /** Ids of messages whose acknowledgement was committed, for all that their mover heard. */
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final AtomicLong committed = new AtomicLong();

    Movers(String uri) throws JMSException {
        connection = new MillraceConnectionFactory(uri).createConnection();
        connection.start();
        for (int index = 0; index < MOVERS; index++) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            String name = "mover-" + index;
            threads[index] = new Thread(() -> move(session, name), name);
            threads[index].start();
        }
    }

    static Queue moved(Session session) throws JMSException {
        return session.createQueue("moved");
    }

    private void move(Session session, String name) {
        try {
            MessageConsumer from = session.createConsumer(TransactedLoad.left(session));
            MessageProducer to = session.createProducer(moved(session));
            for (long number = 1; moving.get(); number++) {
                String move = name + ":" + number;
                List<String> ids = new ArrayList<>();
                List<String> texts = new ArrayList<>();
                for (Message next = from.receive(WAIT_MILLIS);
                        next != null;
                        next = texts.size() < MOST ? from.receiveNoWait() : null) {
                    String id = next.getJMSMessageID();
                    if (acknowledged.contains(id)) {
                        faults.add(id + " came again after its acknowledgement was committed");
                    }
                    ids.add(id);
                    texts.add(next.getBody(String.class));
                    Message copy = session.createTextMessage(next.getBody(String.class));
                    copy.setStringProperty("move", move);
                    to.send(copy);
                }
                movedByMove.put(move, texts);
                TransactedLoad.Told told = commit(session);
                toldByMove.put(move, told);
                if (told == TransactedLoad.Told.COMMITTED) {
                    acknowledged.addAll(ids);
                }
            }
            session.close();
        } catch (JMSException e) {
            faults.add(name + " failed: " + e);
        }
    }

    private TransactedLoad.Told commit(Session session) throws JMSException {
        try {
            session.commit();
            committed.incrementAndGet();
            return TransactedLoad.Told.COMMITTED;
        } catch (TransactionRolledBackException e) {
            return TransactedLoad.Told.ROLLED_BACK;
        } catch (MillraceOutcomeUnknownException e) {
            return TransactedLoad.Told.UNKNOWN;
        }
    }

    long committedCount() {
        return committed.get();
    }

    void stop() throws InterruptedException {
        moving.set(false);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /**
     * Empties the queue that was moved to, and says what is wrong with it.
     *
     * @param countsByText is told how often each text was moved
     */
    List<String> check(Map<String, Integer> countsByText) throws JMSException {
        List<String> wrong = new ArrayList<>(faults);
        Map<String, Integer> countsByMove = new ConcurrentHashMap<>();
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            MessageConsumer consumer = session.createConsumer(moved(session));
            for (Message next = consumer.receiveNoWait();
                    next != null;
                    next = consumer.receiveNoWait()) {
                countsByText.merge(next.getBody(String.class), 1, Integer::sum);
                countsByMove.merge(next.getStringProperty("move"), 1, Integer::sum);
            }
            session.commit();
        }
        toldByMove.forEach(
                (move, told) -> {
                    int all = movedByMove.getOrDefault(move, List.of()).size();
                    int found = countsByMove.getOrDefault(move, 0);
                    int wanted = told == TransactedLoad.Told.COMMITTED ? all : 0;
                    if (told == TransactedLoad.Told.UNKNOWN || found != wanted) {
                        wrong.add(move + " of " + all + " was " + told + ", but has " + found);
                    }
                });
        if (!toldByMove.keySet().containsAll(countsByMove.keySet())) {
            wrong.add("somebody else moved messages");
        }
        return wrong;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
