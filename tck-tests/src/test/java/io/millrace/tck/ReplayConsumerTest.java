package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Destinations with a past: consumers that read it and take nothing, subscriptions that begin
 * there.
 */
class ReplayConsumerTest {

    private static final String REPLAY = "JMS_Millrace_Replay";

    @TempDir Path directory = Path.of("");

    private static void expectReplays(MessageConsumer consumer, String... texts)
            throws JMSException {
        for (String text : texts) {
            Message message = Texts.expect(consumer, text);
            assertTrue(message.getBooleanProperty(REPLAY));
            Texts.assertRedelivered(message, 2);
        }
    }

    private static void expectLive(MessageConsumer consumer, String... texts) throws JMSException {
        for (String text : texts) {
            Message message = Texts.expect(consumer, text);
            assertFalse(message.propertyExists(REPLAY));
            Texts.assertFirst(message);
        }
    }

    private static void consume(Session session, Destination from, int count) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(from)) {
            Texts.receive(consumer, count);
        }
    }

    @OverEachUri
    void readsWhatWasConsumedAndWhatWaitsAndGoesOn(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue orders = session.createQueue("orders");
        Texts.send(session, orders, "a", "b", "c", "d");
        consume(session, orders, 2);
        MessageConsumer replay =
                session.createConsumer(session.createQueue("orders?from=beginning"));
        Message first = replay.receive(30_000);
        assertNotNull(first);
        assertEquals("a", first.getBody(String.class));
        assertEquals(orders, first.getJMSDestination());
        expectReplays(replay, "b", "c", "d");
        assertNull(replay.receiveNoWait());
        Texts.send(session, orders, "e");
        expectLive(replay, "e");
        assertEquals(3, Collections.list(session.createBrowser(orders).getEnumeration()).size());
        replay.close();
        MessageConsumer consumer = session.createConsumer(orders);
        expectLive(consumer, "c", "d", "e");
        assertNull(consumer.receiveNoWait());
    }

    @OverEachUri
    void beginsAtATimeOrANumberWithWhatItsSelectorMatches(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue orders = session.createQueue("orders");
        try (MessageProducer producer = session.createProducer(orders)) {
            for (int number = 1; number <= 6; number++) {
                TextMessage message = session.createTextMessage("" + number);
                message.setBooleanProperty("even", number % 2 == 0);
                producer.send(message);
            }
        }
        consume(session, orders, 6);
        expectReplays(session.createConsumer(session.createQueue("orders?from=5")), "5", "6");
        Queue since = session.createQueue("orders?from=" + Instant.now().minusSeconds(3_600));
        MessageConsumer even = session.createConsumer(since, "even = TRUE");
        expectReplays(even, "2", "4", "6");
        assertNull(even.receiveNoWait());
        Queue later = session.createQueue("orders?from=" + Instant.now().plusSeconds(3_600));
        MessageConsumer nothing = session.createConsumer(later);
        assertNull(nothing.receiveNoWait());
        Texts.send(session, orders, "now");
        expectLive(nothing, "now");
    }

    /** Whatever becomes of what it gives: the queue has nothing to do with it. */
    @OverEachUri
    void whatItGivesBackComesAgainAndIsNeverADeadLetter(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue orders = session.createQueue("orders");
        Texts.send(session, orders, "a", "b");
        Session transacted = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageConsumer replay =
                transacted.createConsumer(transacted.createQueue("orders?from=beginning"));
        for (int time = 2; time < 15; time++) {
            Message message = Texts.expect(replay, "a");
            assertTrue(message.getJMSRedelivered());
            assertEquals(time, message.getIntProperty("JMSXDeliveryCount"));
            transacted.rollback();
        }
        expectReplaysInOrder(replay, "a", "b");
        transacted.commit();
        assertNull(replay.receiveNoWait());
        assertNull(session.createConsumer(session.createQueue("DLQ")).receiveNoWait());
        MessageConsumer consumer = session.createConsumer(orders);
        expectLive(consumer, "a", "b");
    }

    private static void expectReplaysInOrder(MessageConsumer consumer, String... texts)
            throws JMSException {
        for (String text : texts) {
            assertTrue(Texts.expect(consumer, text).getBooleanProperty(REPLAY));
        }
    }

    @OverEachUri
    void isOnlyForConsumers(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue past = session.createQueue("orders?from=beginning");
        Topic topic = session.createTopic("prices?from=1");
        MessageProducer anonymous = session.createProducer(null);
        for (InvalidDestinationException refused :
                List.of(
                        assertThrows(
                                InvalidDestinationException.class,
                                () -> session.createProducer(past)),
                        assertThrows(
                                InvalidDestinationException.class,
                                () -> session.createProducer(topic)),
                        assertThrows(
                                InvalidDestinationException.class,
                                () -> anonymous.send(past, session.createMessage())),
                        assertThrows(
                                InvalidDestinationException.class,
                                () -> session.createBrowser(past)))) {
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("?from="), refused.getMessage());
        }
        for (String wrong :
                List.of("yesterday", "", "-1", "2026-11-21", "2026-11-21T09:14:00", "1e3")) {
            InvalidDestinationException refused =
                    assertThrows(
                            InvalidDestinationException.class,
                            () -> session.createQueue("orders?from=" + wrong));
            assertTrue(String.valueOf(refused.getMessage()).contains("2026-11-21T09:14:00Z"));
        }
        assertThrows(
                InvalidDestinationException.class, () -> session.createTopic("?from=beginning"));
    }

    @OverEachUri
    void aDurableSubscriptionBeginsInThePastIfItIsNew(Provider provider) throws Exception {
        Connection connection = provider.connect();
        connection.setClientID("desk");
        connection.start();
        Session session = connection.createSession();
        Topic prices = session.createTopic("prices");
        Texts.send(session, prices, "a", "b", "c");
        Topic past = session.createTopic("prices?from=2");
        MessageConsumer durable = session.createDurableConsumer(past, "name");
        expectReplays(durable, "b", "c");
        Texts.send(session, prices, "d");
        expectLive(durable, "d");
        durable.close();
        Texts.send(session, prices, "e");
        // It exists: it goes on where it was, with or without a past.
        durable = session.createDurableConsumer(past, "name");
        expectLive(durable, "e");
        assertNull(durable.receiveNoWait());
        durable.close();
        durable = session.createDurableConsumer(prices, "name");
        assertNull(durable.receiveNoWait());
        durable.close();
        session.unsubscribe("name");
        MessageConsumer shared = session.createSharedDurableConsumer(past, "shared");
        expectReplays(shared, "b", "c", "d", "e");
        MessageConsumer other = session.createSharedDurableConsumer(past, "shared");
        assertNull(other.receiveNoWait());
        MessageConsumer plain =
                session.createConsumer(session.createTopic("prices?from=beginning"));
        expectReplays(plain, "a", "b", "c", "d", "e");
    }

    @Test
    void fillsNoQueue() throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace:mem:fills-no-queue?broker.max.waiting.messages=3");
        try (JMSContext context = factory.createContext();
                JMSContext reading = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            Queue orders = context.createQueue("orders");
            var replay = reading.createConsumer(context.createQueue("orders?from=beginning"));
            for (int number = 0; number < 9; number++) {
                context.createProducer().send(orders, "" + number);
                assertEquals("" + number, replay.receiveBody(String.class, 30_000));
                try (var consumer = context.createConsumer(orders)) {
                    assertEquals("" + number, consumer.receiveBody(String.class, 30_000));
                }
            }
        }
    }

    @Test
    void whatTheLogDoesNotHaveIsRefusedAndLeavesNothing() throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace:file:"
                                + directory.resolve("given-back")
                                + "?broker.log.segment.bytes=1048576");
        for (int start = 0; start < 3; start++) {
            try (JMSContext context = factory.createContext()) {
                Topic prices = context.createTopic("prices");
                for (int number = 0; number < 30; number++) {
                    context.createProducer().send(prices, new byte[100_000]);
                }
            }
        }
        try (Connection connection = factory.createConnection()) {
            connection.setClientID("desk");
            Session session = connection.createSession();
            Topic past = session.createTopic("prices?from=1");
            JMSException refused =
                    assertThrows(
                            JMSException.class, () -> session.createDurableConsumer(past, "name"));
            assertEquals("NOT_RETAINED", refused.getErrorCode());
            assertThrows(
                    InvalidDestinationException.class,
                    () -> session.unsubscribe("name"),
                    "there is none");
        }
    }

    @Test
    void goesOnOverARestart() throws Exception {
        try (NetworkBroker broker = new NetworkBroker(directory);
                JMSContext context = broker.factory("").createContext()) {
            Queue orders = context.createQueue("orders");
            for (int number = 0; number < 100; number++) {
                context.createProducer().send(orders, "" + number);
            }
            try (var consumer = context.createConsumer(orders)) {
                for (int number = 0; number < 50; number++) {
                    assertEquals("" + number, consumer.receiveBody(String.class, 30_000));
                }
            }
            var replay = context.createConsumer(context.createQueue("orders?from=11"));
            for (int number = 10; number < 100; number++) {
                if (number % 30 == 0) {
                    broker.restart();
                }
                assertEquals("" + number, replay.receiveBody(String.class, 30_000));
            }
            context.createProducer().send(orders, "100");
            assertEquals("100", replay.receiveBody(String.class, 30_000));
            var consumer = context.createConsumer(orders);
            for (int number = 50; number <= 100; number++) {
                assertEquals("" + number, consumer.receiveBody(String.class, 30_000));
            }
        }
    }
}
