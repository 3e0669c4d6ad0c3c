package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Rules about transactions that stand elsewhere: 7.3, 8.3, 8.6, 10.3, the simplified interface. */
class TransactionRulesTest {

    private static final Duration LIMIT = Duration.ofMillis(Texts.PATIENCE_MILLIS);

    private static void assertNamed(String words, JMSException refused) {
        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused::toString);
    }

    private static CompletionListener listener(List<String> seen, Background.Action inside) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                try {
                    inside.run();
                    seen.add("completed");
                } catch (Exception e) {
                    seen.add(e.getClass().getSimpleName());
                }
            }

            @Override
            public void onException(Message message, Exception exception) {
                seen.add("failed: " + exception);
            }
        };
    }

    @OverEachUri
    void commitWaitsForCompletionsAndIsForbiddenInThem(Provider provider) throws Exception {
        // Jakarta Messaging 3.1, 7.3.4 and 7.3.
        Connection connection = provider.started();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        List<String> seen = new CopyOnWriteArrayList<>();
        producer.send(session.createTextMessage("a"), listener(seen, session::commit));
        producer.send(session.createTextMessage("b"), listener(seen, session::rollback));
        producer.send(session.createTextMessage("c"), listener(seen, session::close));
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        producer.send(
                session.createTextMessage("d"),
                listener(
                        seen,
                        () -> {
                            entered.countDown();
                            release.await();
                        }));
        entered.await();
        Background<Boolean> committing = Background.run(session::commit);
        committing.awaitBlocked();
        assertEquals(false, committing.isDone());
        release.countDown();
        committing.result();
        String forbidden = "IllegalStateException";
        assertEquals(List.of(forbidden, forbidden, forbidden, "completed"), seen);
        MessageConsumer consumer = connection.createSession().createConsumer(queue);
        assertEquals(List.of("a", "b", "c", "d"), Texts.receive(consumer, 4));
    }

    @OverEachUri
    void aMessageThatIsReceivedInATransactionKeepsItsSubscription(Provider provider)
            throws Exception {
        // Jakarta Messaging 3.1, 8.3.3: unsubscribing is an error with a message in a transaction.
        Connection connection = provider.startedAs("client");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Topic topic = session.createTopic("news");
        MessageConsumer subscriber = session.createDurableConsumer(topic, "archive");
        Texts.send(connection.createSession(), topic, "a");
        Texts.expect(subscriber, "a");
        subscriber.close();
        assertThrows(JMSException.class, () -> session.unsubscribe("archive"));
        session.commit();
        session.unsubscribe("archive");
    }

    @OverEachUri
    void whatGoesToADeletedDestinationIsRolledBackWhole(Provider provider) throws Exception {
        // Jakarta Messaging 3.1, 10.3: a commit that rolled back says so.
        Connection connection = provider.started();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("work");
        Queue in = session.createQueue("in");
        Texts.send(connection.createSession(), in, "request");
        MessageConsumer consumer = session.createConsumer(in);
        Texts.expect(consumer, "request");
        TemporaryQueue replies = connection.createSession().createTemporaryQueue();
        Texts.send(session, queue, "a");
        Texts.send(session, replies, "b");
        replies.delete();
        TransactionRolledBackException rolledBack =
                assertThrows(TransactionRolledBackException.class, session::commit);
        assertNamed("was deleted", rolledBack);
        Texts.assertRedelivered(Texts.expect(consumer, "request"), 2);
        session.commit();
        assertNull(connection.createSession().createConsumer(queue).receiveNoWait());
    }

    @OverEachUri
    void limitsAreNamedAndTheTransactionGoesOn(Provider provider) throws Exception {
        Connection connection =
                provider.factory("transaction.messages=3&transaction.bytes=4000&")
                        .createConnection();
        try (connection) {
            connection.start();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            Queue queue = session.createQueue("work");
            MessageProducer producer = session.createProducer(queue);
            producer.send(session.createTextMessage("a"));
            Message large = session.createTextMessage("x".repeat(4_000));
            JMSException refused =
                    assertThrows(ResourceAllocationException.class, () -> producer.send(large));
            assertNamed("transaction.bytes", refused);
            producer.send(session.createTextMessage("b"));
            producer.send(session.createTextMessage("c"));
            Message fourth = session.createTextMessage("d");
            refused = assertThrows(ResourceAllocationException.class, () -> producer.send(fourth));
            assertNamed("transaction.messages", refused);
            session.commit();
            producer.send(fourth);
            session.commit();
            MessageConsumer consumer = connection.createSession().createConsumer(queue);
            assertEquals(List.of("a", "b", "c", "d"), Texts.receive(consumer, 4));
        }
    }

    @OverEachUri
    void theBrokersLimitRollsBack(Provider provider) throws Exception {
        Connection connection = provider.factory("transaction.bytes=100000000&").createConnection();
        try (connection) {
            connection.start();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            Queue queue = session.createQueue("work");
            MessageProducer producer = session.createProducer(queue);
            // Larger bodies would go ahead, and not count.
            for (int count = 0; count < 180; count++) {
                producer.send(session.createTextMessage("x".repeat(100_000)));
            }
            TransactionRolledBackException rolledBack =
                    assertThrows(TransactionRolledBackException.class, session::commit);
            assertNamed("log.segment.bytes", rolledBack);
            producer.send(session.createTextMessage("small"));
            session.commit();
            Texts.expect(connection.createSession().createConsumer(queue), "small");
        }
    }

    /** What is sent and never decided does not stay in the broker's memory for ever. */
    @Test
    void whatIsNotCommittedInTimeIsRolledBack() throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace:mem:late?broker.transactions.timeout.ms=1000");
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            Queue queue = session.createQueue("late");
            MessageProducer producer = session.createProducer(queue);
            for (int count = 0; count < 10; count++) {
                // Together more than a client holds back.
                producer.send(session.createTextMessage("x".repeat(100_000)));
            }
            await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
            TransactionRolledBackException rolledBack =
                    assertThrows(TransactionRolledBackException.class, session::commit);
            assertNamed("transactions.timeout.ms", rolledBack);
            producer.send(session.createTextMessage("in time"));
            session.commit();
            Texts.expect(connection.createSession().createConsumer(queue), "in time");
        }
    }

    @OverEachUri
    void contextsHaveTheSameTransactions(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.SESSION_TRANSACTED);
        assertTrue(context.getTransacted());
        assertEquals(JMSContext.SESSION_TRANSACTED, context.getSessionMode());
        Queue queue = context.createQueue("work");
        JMSContext reading = context.createContext(JMSContext.SESSION_TRANSACTED);
        JMSConsumer consumer = reading.createConsumer(queue);
        context.createProducer().send(queue, "a").send(queue, "b");
        assertNull(consumer.receiveNoWait());
        context.commit();
        assertEquals("a", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        reading.rollback();
        Message again = consumer.receive(Texts.PATIENCE_MILLIS);
        Texts.assertRedelivered(again, 2);
        reading.acknowledge(); // Ignored.
        reading.commit();
        context.createProducer().send(queue, "c");
        context.rollback();
        assertEquals("b", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        reading.commit();
        assertNull(consumer.receiveNoWait());
        assertThrows(IllegalStateRuntimeException.class, context::recover);
        JMSContext plain = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        assertThrows(IllegalStateRuntimeException.class, plain::commit);
        assertThrows(IllegalStateRuntimeException.class, plain::rollback);
        reading.close();
        plain.close();
    }

    @OverEachUri
    void aBodyOfAnotherTypeCountsAsDelivered(Provider provider) throws Exception {
        // Jakarta Messaging 3.1, 8.6.
        JMSContext context = provider.context(JMSContext.SESSION_TRANSACTED);
        Queue queue = context.createQueue("work");
        JMSContext sending = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        sending.createProducer().send(queue, "a").send(queue, "b");
        JMSConsumer consumer = context.createConsumer(queue);
        assertThrows(
                MessageFormatRuntimeException.class,
                () -> consumer.receiveBody(byte[].class, Texts.PATIENCE_MILLIS));
        assertEquals("b", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        context.rollback();
        Texts.assertRedelivered(consumer.receive(Texts.PATIENCE_MILLIS), 2);
        context.commit();
    }

    @OverEachUri
    void sessionsCloseWhileAListenerIsInATransaction(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                session.close();
                            } catch (IllegalStateException e) {
                                seen.add("refused");
                            } catch (JMSException e) {
                                seen.add(e.toString());
                            }
                        });
        Texts.send(connection.createSession(), queue, "a");
        await().atMost(LIMIT).until(() -> !seen.isEmpty());
        session.close();
        assertEquals(List.of("refused"), seen);
        Texts.assertRedelivered(
                Texts.expect(connection.createSession().createConsumer(queue), "a"), 2);
    }
}
