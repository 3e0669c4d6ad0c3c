package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** Jakarta Messaging 3.1, 6.2.7: local transactions, seen through the classic interfaces. */
class TransactionsTest {

    private static Session transacted(Connection connection) throws JMSException {
        return connection.createSession(Session.SESSION_TRANSACTED);
    }

    /** What a session of its own finds in a queue, with its order. */
    private static List<String> drain(Connection connection, Queue queue) throws JMSException {
        List<String> found = new CopyOnWriteArrayList<>();
        try (Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(queue)) {
            for (Message next = consumer.receiveNoWait();
                    next != null;
                    next = consumer.receiveNoWait()) {
                found.add(next.getBody(String.class) + next.getIntProperty("JMSXDeliveryCount"));
            }
        }
        return found;
    }

    @OverEachUri
    void sessionsSayThatTheyAreTransacted(Provider provider) throws Exception {
        Connection connection = provider.started();
        for (Session session :
                List.of(
                        connection.createSession(true, Session.AUTO_ACKNOWLEDGE),
                        connection.createSession(true, Session.SESSION_TRANSACTED),
                        connection.createSession(Session.SESSION_TRANSACTED))) {
            assertTrue(session.getTransacted());
            assertEquals(Session.SESSION_TRANSACTED, session.getAcknowledgeMode());
        }
        assertThrows(
                JMSException.class,
                () -> connection.createSession(false, Session.SESSION_TRANSACTED));
        try (QueueConnection queues = provider.factory().createQueueConnection();
                TopicConnection topics = provider.factory().createTopicConnection()) {
            QueueSession queueSession = queues.createQueueSession(true, 0);
            TopicSession topicSession = topics.createTopicSession(true, 0);
            assertTrue(queueSession.getTransacted());
            assertTrue(topicSession.getTransacted());
        }
    }

    @OverEachUri
    void sendsAreInvisibleUntilTheCommit(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue left = session.createQueue("left");
        Queue right = session.createQueue("right");
        Topic topic = session.createTopic("news");
        Session reading = connection.createSession();
        MessageConsumer fromLeft = reading.createConsumer(left);
        MessageConsumer fromRight = reading.createConsumer(right);
        MessageConsumer fromTopic = reading.createConsumer(topic);
        MessageProducer producer = session.createProducer(null);
        for (int number = 1; number <= 3; number++) {
            producer.send(left, session.createTextMessage("l" + number));
            producer.send(right, session.createTextMessage("r" + number));
            producer.send(topic, session.createTextMessage("t" + number));
        }
        assertNull(fromLeft.receiveNoWait());
        assertNull(fromRight.receiveNoWait());
        assertNull(fromTopic.receiveNoWait());
        session.commit();
        assertEquals(List.of("l1", "l2", "l3"), Texts.receive(fromLeft, 3));
        assertEquals(List.of("r1", "r2", "r3"), Texts.receive(fromRight, 3));
        assertEquals(List.of("t1", "t2", "t3"), Texts.receive(fromTopic, 3));
        session.commit();
        assertNull(fromLeft.receiveNoWait());
    }

    @OverEachUri
    void rollbackForgetsWhatWasSent(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b");
        session.rollback();
        Texts.send(session, queue, "c");
        session.rollback();
        session.rollback();
        Texts.send(session, queue, "d");
        session.commit();
        assertEquals(List.of("d1"), drain(connection, queue));
    }

    @OverEachUri
    void rollbackBringsBackInOrderFlaggedAndCounted(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        Texts.send(connection.createSession(), queue, "a", "b", "c", "d");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.assertFirst(Texts.expect(consumer, "a"));
        session.commit();
        Texts.assertFirst(Texts.expect(consumer, "b"));
        Texts.assertFirst(Texts.expect(consumer, "c"));
        session.rollback();
        Texts.assertRedelivered(Texts.expect(consumer, "b"), 2);
        Texts.assertRedelivered(Texts.expect(consumer, "c"), 2);
        Texts.assertFirst(Texts.expect(consumer, "d"));
        session.rollback();
        Texts.assertRedelivered(Texts.expect(consumer, "b"), 3);
        session.commit();
        session.close();
        assertEquals(List.of("c3", "d2"), drain(connection, queue));
    }

    @OverEachUri
    void acknowledgementsHappenAtTheCommitOnly(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        Texts.send(connection.createSession(), queue, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        Message first = Texts.expect(consumer, "a");
        first.acknowledge(); // 6.2.10: ignored.
        Texts.expect(consumer, "b");
        session.close();
        assertEquals(List.of("a2", "b2"), drain(connection, queue));
    }

    @OverEachUri
    void closingRollsBack(Provider provider) throws Exception {
        Connection connection = provider.connect();
        connection.start();
        Connection other = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        Queue replies = session.createQueue("replies");
        Texts.send(other.createSession(), queue, "a");
        Texts.expect(session.createConsumer(queue), "a");
        Texts.send(session, replies, "answer");
        session.close();
        assertEquals(List.of("a2"), drain(other, queue));
        assertEquals(List.of(), drain(other, replies));
        Session second = transacted(connection);
        Texts.send(second, queue, "b");
        connection.close();
        assertEquals(List.of(), drain(other, queue));
        assertThrows(IllegalStateException.class, second::commit);
        assertThrows(IllegalStateException.class, second::rollback);
    }

    @OverEachUri
    void consumingAndSendingAreOneTransaction(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue in = session.createQueue("in");
        Queue out = session.createQueue("out");
        Texts.send(connection.createSession(), in, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(in);
        MessageProducer producer = session.createProducer(out);
        for (int round = 0; round < 3; round++) {
            String text = Texts.receive(consumer).getBody(String.class);
            producer.send(session.createTextMessage(text + text));
            if (round == 1) {
                session.rollback();
            } else {
                session.commit();
            }
        }
        session.close();
        assertEquals(List.of("c1"), drain(connection, in));
        assertEquals(List.of("aa1", "bb1"), drain(connection, out));
    }

    @OverEachUri
    void closedConsumersAndProducersKeepTheirPart(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue in = session.createQueue("in");
        Queue out = session.createQueue("out");
        Texts.send(connection.createSession(), in, "a", "b", "c", "d");
        MessageConsumer first = session.createConsumer(in);
        Texts.expect(first, "a");
        first.close();
        Texts.send(session, out, "one"); // Its producer is closed again.
        session.commit();
        MessageConsumer second = session.createConsumer(in);
        Texts.assertFirst(Texts.expect(second, "b"));
        second.close();
        Texts.send(session, out, "two");
        session.rollback();
        MessageConsumer third = session.createConsumer(in);
        Texts.assertRedelivered(Texts.expect(third, "b"), 2);
        session.commit();
        session.close();
        assertEquals(List.of("c1", "d1"), drain(connection, in));
        assertEquals(List.of("one1"), drain(connection, out));
    }

    @OverEachUri
    void severalConsumersOfASessionShareItsTransaction(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        Topic topic = session.createTopic("news");
        MessageConsumer fromQueue = session.createConsumer(queue);
        MessageConsumer fromTopic = session.createConsumer(topic);
        Session sending = connection.createSession();
        Texts.send(sending, queue, "q1", "q2");
        Texts.send(sending, topic, "t1", "t2");
        Texts.expect(fromQueue, "q1");
        Texts.expect(fromTopic, "t1");
        session.rollback();
        Texts.assertRedelivered(Texts.expect(fromQueue, "q1"), 2);
        Texts.assertRedelivered(Texts.expect(fromTopic, "t1"), 2);
        session.commit();
        Texts.assertFirst(Texts.expect(fromTopic, "t2"));
        Texts.assertFirst(Texts.expect(fromQueue, "q2"));
        session.commit();
        assertNull(fromQueue.receiveNoWait());
        assertNull(fromTopic.receiveNoWait());
    }

    @OverEachUri
    void transactionsAreSeenInTheOrderOfTheirCommits(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session early = transacted(connection);
        Session late = transacted(connection);
        Queue queue = early.createQueue("work");
        Texts.send(early, queue, "a1");
        Texts.send(late, queue, "b1", "b2");
        Texts.send(early, queue, "a2");
        late.commit();
        early.commit();
        assertEquals(List.of("b11", "b21", "a11", "a21"), drain(connection, queue));
    }

    @OverEachUri
    void recoverIsForOtherSessionsAndCommitForThese(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        assertThrows(IllegalStateException.class, session::recover);
        Session plain = connection.createSession();
        assertThrows(IllegalStateException.class, plain::commit);
        assertThrows(IllegalStateException.class, plain::rollback);
        session.commit();
        session.rollback();
    }

    @OverEachUri
    void aListenerCommitsAndRollsBack(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        Queue out = session.createQueue("out");
        MessageProducer producer = session.createProducer(out);
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                String text = message.getBody(String.class);
                                seen.add(text + message.getIntProperty("JMSXDeliveryCount"));
                                producer.send(session.createTextMessage(text));
                                if (text.equals("b") && !message.getJMSRedelivered()) {
                                    session.rollback();
                                } else {
                                    session.commit();
                                }
                            } catch (JMSException e) {
                                seen.add(e.toString());
                            }
                        });
        Texts.send(connection.createSession(), queue, "a", "b", "c");
        await().atMost(Duration.ofMillis(Texts.PATIENCE_MILLIS)).until(() -> seen.size() >= 4);
        session.close();
        assertEquals(List.of("a1", "b1", "b2", "c1"), seen);
        assertEquals(List.of("a1", "b1", "c1"), drain(connection, out));
    }

    @OverEachUri
    void aListenerThatThrowsGetsTheNextMessage(Provider provider) throws Exception {
        // Jakarta Messaging 3.1, 8.7: no implicit rollback.
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                seen.add(message.getBody(String.class));
                                if (message.getBody(String.class).equals("c")) {
                                    session.rollback();
                                }
                            } catch (JMSException e) {
                                seen.add(e.toString());
                            }
                            if (seen.size() == 1) {
                                throw new IllegalArgumentException("a bug of the application");
                            }
                        });
        Texts.send(connection.createSession(), queue, "a", "b", "c");
        await().atMost(Duration.ofMillis(Texts.PATIENCE_MILLIS)).until(() -> seen.size() >= 6);
        session.close();
        assertEquals(List.of("a", "b", "c", "a", "b", "c"), seen.subList(0, 6));
    }

    @OverEachUri
    void timesCountFromTheSend(Provider provider) throws Exception {
        // Jakarta Messaging 3.1, 3.4.9 and 3.4.13.
        Connection connection = provider.started();
        Session session = transacted(connection);
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        producer.setTimeToLive(1_000_000);
        Message sent = session.createTextMessage("a");
        long before = System.currentTimeMillis();
        producer.send(sent);
        long after = System.currentTimeMillis();
        await().until(() -> System.currentTimeMillis() > after + 20);
        session.commit();
        Message received = Texts.expect(connection.createSession().createConsumer(queue), "a");
        assertTrue(received.getJMSTimestamp() >= before && received.getJMSTimestamp() <= after);
        assertEquals(received.getJMSTimestamp() + 1_000_000, received.getJMSExpiration());
        assertEquals(received.getJMSTimestamp(), received.getJMSDeliveryTime());
        assertEquals(sent.getJMSMessageID(), received.getJMSMessageID());
        assertEquals(sent.getJMSExpiration(), received.getJMSExpiration());
    }

    @OverEachUri
    void manyMessagesTravelInManyBatches(Provider provider) throws Exception {
        Connection connection = provider.factory("send.batch.bytes=2000&").createConnection();
        try (connection) {
            connection.start();
            Session session = transacted(connection);
            Queue queue = session.createQueue("work");
            int count = 1_000;
            String[] texts =
                    IntStream.range(0, count)
                            .mapToObj(number -> "m" + number)
                            .toArray(String[]::new);
            Texts.send(session, queue, texts);
            assertEquals(List.of(), drain(connection, queue));
            session.rollback();
            Texts.send(session, queue, texts);
            session.commit();
            Session reading = transacted(connection);
            MessageConsumer consumer = reading.createConsumer(queue);
            assertEquals(List.of(texts), Texts.receive(consumer, count));
            reading.rollback();
            assertEquals(List.of(texts), Texts.receive(consumer, count));
            reading.commit();
            reading.close();
            assertEquals(List.of(), drain(connection, queue));
        }
    }

    @OverEachUri
    void temporaryQueuesTakePart(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = transacted(connection);
        TemporaryQueue replies = session.createTemporaryQueue();
        MessageConsumer consumer = session.createConsumer(replies);
        Texts.send(session, replies, "a");
        session.commit();
        Texts.expect(consumer, "a");
        consumer.close();
        session.commit();
        replies.delete();
        Texts.send(session, session.createQueue("work"), "b");
        session.commit();
    }
}
