package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Facilities for application servers: Jakarta Messaging 3.1, 11.2. */
class ConnectionConsumersTest {

    private static final Duration LIMIT = Duration.ofMillis(Texts.PATIENCE_MILLIS);

    private static String text(Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static String[] numbers(int count) {
        return IntStream.range(0, count).mapToObj(n -> "" + n).toArray(String[]::new);
    }

    /** 11.2.6: several sessions process one subscription, each message once. */
    @OverEachUri
    void sessionsOfAPoolShareTheMessages(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        Set<Session> busy = ConcurrentHashMap.newKeySet();
        CountDownLatch threeAtOnce = new CountDownLatch(3);
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        3,
                        Session.AUTO_ACKNOWLEDGE,
                        session ->
                                message -> {
                                    if (busy.add(session)) {
                                        threeAtOnce.countDown();
                                    }
                                    awaitQuietly(threeAtOnce);
                                    seen.add(text(message));
                                });
        ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 4);
        assertSame(pool, consumer.getServerSessionPool());
        Texts.send(sender, queue, numbers(50));
        await().atMost(LIMIT).until(() -> seen.size() == 50 && pool.isIdle());
        assertEquals(3, busy.size());
        assertEquals(new TreeSet<>(List.of(numbers(50))), new TreeSet<>(seen));
        assertTrue(pool.starts() >= 50 / 4, pool.starts() + " starts");
        consumer.close();
        consumer.close();
        assertThrows(IllegalStateException.class, consumer::getServerSessionPool);
        connection.close();
        // All is acknowledged.
        assertNull(sender.createConsumer(queue).receiveNoWait());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** 11.2.4: at most so many at a time, in order within a session. */
    @OverEachUri
    void oneSessionGetsThemInOrder(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Topic topic = sender.createTopic("news");
        List<String> seen = new CopyOnWriteArrayList<>();
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        1,
                        Session.DUPS_OK_ACKNOWLEDGE,
                        session -> message -> seen.add(text(message)));
        connection.createConnectionConsumer(topic, null, pool, 1);
        Texts.send(sender, topic, numbers(20));
        await().atMost(LIMIT).until(() -> seen.size() == 20);
        assertEquals(List.of(numbers(20)), seen);
        assertEquals(20, pool.starts());
    }

    @OverEachUri
    void selectorsAndDurableSubscriptions(Provider provider) throws Exception {
        Connection connection = provider.startedAs("server");
        Session sender = provider.started().createSession();
        Topic topic = sender.createTopic("news");
        List<String> seen = new CopyOnWriteArrayList<>();
        Function<Session, MessageListener> listener = session -> message -> seen.add(text(message));
        ServerSessions pool = new ServerSessions(connection, 1, Session.AUTO_ACKNOWLEDGE, listener);
        ConnectionConsumer first =
                connection.createDurableConnectionConsumer(
                        topic, "all", "JMSPriority > 3", pool, 5);
        Texts.send(sender, topic, "one");
        await().atMost(LIMIT).until(() -> seen.equals(List.of("one")));
        first.close();
        Texts.send(sender, topic, "while away");
        connection.createDurableConnectionConsumer(topic, "all", "JMSPriority > 3", pool, 5);
        await().atMost(LIMIT).until(() -> seen.equals(List.of("one", "while away")));
    }

    /** 8.7: a listener that throws gets the message again, flagged and counted. */
    @OverEachUri
    void whatAListenerFailsAtComesAgain(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        2,
                        Session.AUTO_ACKNOWLEDGE,
                        session ->
                                message -> {
                                    try {
                                        int count = message.getIntProperty("JMSXDeliveryCount");
                                        seen.add(text(message) + " " + count);
                                        if (count < 3 && text(message).equals("poison")) {
                                            throw new IllegalArgumentException("on purpose");
                                        }
                                    } catch (JMSException e) {
                                        throw new AssertionError(e);
                                    }
                                });
        connection.createConnectionConsumer(queue, null, pool, 10);
        Texts.send(sender, queue, "poison", "a", "b");
        await().atMost(LIMIT).until(() -> seen.contains("poison 3") && pool.isIdle());
        connection.close();
        assertTrue(seen.containsAll(List.of("poison 1", "poison 2", "poison 3", "a 1", "b 1")));
        assertNull(sender.createConsumer(queue).receiveNoWait());
    }

    /** 6.2.10: acknowledge settles what its own session got, recover brings it again. */
    @OverEachUri
    void clientAcknowledgeIsTheSessions(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        List<Message> seen = Collections.synchronizedList(new ArrayList<>());
        ServerSessions pool =
                new ServerSessions(connection, 2, Session.CLIENT_ACKNOWLEDGE, session -> seen::add);
        connection.createConnectionConsumer(queue, null, pool, 1);
        Texts.send(sender, queue, "a");
        await().atMost(LIMIT).until(() -> seen.size() == 1 && pool.isIdle());
        Texts.send(sender, queue, "b");
        await().atMost(LIMIT).until(() -> seen.size() == 2 && pool.isIdle());
        // The pool hands out its sessions in turn, so each has one.
        seen.get(0).acknowledge();
        pool.session(1).recover();
        await().atMost(LIMIT).until(() -> seen.size() == 3 && pool.isIdle());
        assertEquals("b", text(seen.get(2)));
        Texts.assertRedelivered(seen.get(2), 2);
        connection.close();
        MessageConsumer next = sender.createConsumer(queue);
        Texts.assertRedelivered(Texts.expect(next, "b"), 3);
        assertNull(next.receiveNoWait());
    }

    /** 6.2.7 with 11.2: what a listener of a server session gets and sends is one transaction. */
    @OverEachUri
    void transactedServerSessionsCommitAndRollBack(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session other = provider.started().createSession();
        Queue queue = other.createQueue("work");
        Queue answers = other.createQueue("answers");
        List<String> seen = new CopyOnWriteArrayList<>();
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        2,
                        Session.SESSION_TRANSACTED,
                        session -> message -> answerAtSecond(session, answers, message, seen));
        connection.createConnectionConsumer(queue, null, pool, 3);
        Texts.send(other, queue, numbers(10));
        await().atMost(LIMIT).until(() -> seen.size() == 20 && pool.isIdle());
        Set<String> expected = new TreeSet<>();
        for (String number : numbers(10)) {
            expected.add(number + " delivery 1");
            expected.add(number + " delivery 2");
        }
        assertEquals(expected, new TreeSet<>(seen));
        MessageConsumer consumer = other.createConsumer(answers);
        assertEquals(
                new TreeSet<>(List.of(numbers(10))), new TreeSet<>(Texts.receive(consumer, 10)));
        assertNull(consumer.receiveNoWait(), "what was rolled back was never sent");
        connection.close();
        assertNull(other.createConsumer(queue).receiveNoWait());
    }

    private static void answerAtSecond(
            Session session, Queue answers, Message message, List<String> seen) {
        try {
            int count = message.getIntProperty("JMSXDeliveryCount");
            Texts.send(session, answers, text(message));
            if (count == 1) {
                session.rollback();
            } else {
                session.commit();
            }
            seen.add(text(message) + " delivery " + count);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    /** 6.2.15: closing rolls back what its listener left open. */
    @OverEachUri
    void transactedServerSessionThatClosesRollsBack(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session other = provider.started().createSession();
        Queue queue = other.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        1,
                        Session.SESSION_TRANSACTED,
                        session -> message -> seen.add(text(message)));
        connection.createConnectionConsumer(queue, null, pool, 1);
        Texts.send(other, queue, "a", "b");
        await().atMost(LIMIT).until(() -> seen.equals(List.of("a", "b")) && pool.isIdle());
        connection.close();
        MessageConsumer next = other.createConsumer(queue);
        Texts.assertRedelivered(Texts.expect(next, "a"), 2);
        Texts.assertRedelivered(Texts.expect(next, "b"), 2);
        assertNull(next.receiveNoWait());
    }

    /** 6.2.10: recover in the listener of an AUTO_ACKNOWLEDGE session, too. */
    @OverEachUri
    void recoverInAListenerBringsItsMessageAgain(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        1,
                        Session.AUTO_ACKNOWLEDGE,
                        session ->
                                message -> {
                                    try {
                                        int count = message.getIntProperty("JMSXDeliveryCount");
                                        seen.add(text(message) + " " + count);
                                        if (count < 3) {
                                            session.recover();
                                        }
                                    } catch (JMSException e) {
                                        throw new AssertionError(e);
                                    }
                                });
        connection.createConnectionConsumer(queue, null, pool, 1);
        Texts.send(sender, queue, "a");
        await().atMost(LIMIT).until(() -> seen.contains("a 3") && pool.isIdle());
        connection.close();
        assertEquals(List.of("a 1", "a 2", "a 3"), seen);
        assertNull(sender.createConsumer(queue).receiveNoWait());
    }

    /** 6.1.5: stop waits for the listener, and nothing is given until start. */
    @OverEachUri
    void stopHoldsForServerSessionsToo(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        1,
                        Session.AUTO_ACKNOWLEDGE,
                        session ->
                                message -> {
                                    entered.countDown();
                                    awaitQuietly(open);
                                    seen.add(text(message));
                                });
        connection.createConnectionConsumer(queue, null, pool, 10);
        Texts.send(sender, queue, "one", "two", "three");
        awaitQuietly(entered);
        Background<Boolean> stopping = Background.run(connection::stop);
        stopping.awaitBlocked();
        assertFalse(stopping.isDone());
        open.countDown();
        stopping.result();
        assertEquals(List.of("one"), seen);
        connection.start();
        await().atMost(LIMIT).until(() -> seen.equals(List.of("one", "two", "three")));
    }

    /** 6.2.15: what a session was assigned and did not get is given by another, unflagged. */
    @OverEachUri
    void aSessionThatClosesLeavesTheRestToOthers(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        List<Message> seen = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        2,
                        Session.AUTO_ACKNOWLEDGE,
                        session ->
                                message -> {
                                    entered.countDown();
                                    awaitQuietly(open);
                                    seen.add(message);
                                });
        Texts.send(sender, queue, "one", "two", "three");
        connection.createConnectionConsumer(queue, null, pool, 10);
        awaitQuietly(entered);
        Background<Boolean> closing = Background.run(pool.session(0)::close);
        closing.awaitBlocked();
        assertFalse(closing.isDone());
        open.countDown();
        closing.result();
        await().atMost(LIMIT).until(() -> seen.size() == 3);
        for (Message each : seen) {
            Texts.assertFirst(each);
        }
        connection.close();
        assertNull(sender.createConsumer(queue).receiveNoWait());
    }

    @OverEachUri
    void misuseIsRefused(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        assertThrows(
                JMSException.class,
                () -> connection.createConnectionConsumer(queue, null, null, 1));
        ServerSessions pool =
                new ServerSessions(connection, 0, Session.AUTO_ACKNOWLEDGE, each -> null);
        assertThrows(
                JMSException.class,
                () -> connection.createConnectionConsumer(queue, null, pool, 0));
        assertThrows(
                jakarta.jms.InvalidSelectorException.class,
                () -> connection.createConnectionConsumer(queue, "= 5", pool, 1));
        assertThrows(IllegalStateRuntimeException.class, session::run);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageListener listener = message -> {};
        session.setMessageListener(listener);
        assertSame(listener, session.getMessageListener());
        assertThrows(IllegalStateException.class, consumer::receiveNoWait);
        session.run();
        session.setMessageListener(null);
        assertNull(consumer.receiveNoWait());
    }
}
