package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.Rewinder;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
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
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged comes again because somebody went back in time. */
class RewindTest {

    private static final String REPLAY = "JMS_Millrace_Replay";

    @TempDir Path directory = Path.of("");

    private static void consume(Session session, Destination from, int count) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(from)) {
            Texts.receive(consumer, count);
        }
    }

    private static void assertReplay(Message message) throws JMSException {
        Texts.assertRedelivered(message, 2);
        assertTrue(message.getBooleanProperty(REPLAY));
        assertEquals("true", message.getStringProperty(REPLAY));
        assertTrue(message.propertyExists(REPLAY));
        assertTrue(Collections.list(message.getPropertyNames()).contains(REPLAY));
    }

    private static void assertNoReplay(Message message) throws JMSException {
        Texts.assertFirst(message);
        assertFalse(message.propertyExists(REPLAY));
        assertNull(message.getObjectProperty(REPLAY));
        assertFalse(Collections.list(message.getPropertyNames()).contains(REPLAY));
    }

    @OverEachUri
    void whatWasAcknowledgedComesAgainInItsPlace(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("orders");
        Texts.send(session, queue, "a", "b", "c", "d");
        consume(session, queue, 3);
        // Over a connection that was never started.
        Rewinder orders = Rewinder.of(provider.connect()).queue("orders");
        Rewinder.Outcome counted = orders.count();
        assertEquals(3, counted.messages());
        assertEquals(1, counted.firstSequence());
        Instant stored = counted.firstStored();
        assertTrue(stored != null && stored.isAfter(Instant.now().minusSeconds(60)), "" + stored);
        assertEquals(counted, orders.rewind());
        assertEquals(new Rewinder.Outcome(0, 0, null), orders.count());
        MessageConsumer consumer = session.createConsumer(queue);
        assertReplay(Texts.expect(consumer, "a"));
        assertReplay(Texts.expect(consumer, "b"));
        assertReplay(Texts.expect(consumer, "c"));
        assertNoReplay(Texts.expect(consumer, "d"));
        assertNull(consumer.receiveNoWait());
        // A replay that was acknowledged can come once more.
        assertEquals(2, orders.fromSequence(3).rewind().messages());
        assertReplay(Texts.expect(consumer, "c"));
        assertReplay(Texts.expect(consumer, "d"));
        assertNull(consumer.receiveNoWait());
    }

    @OverEachUri
    void onlyWhatASelectorMatchesComesAgain(Provider provider) throws Exception {
        try (JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE)) {
            Queue queue = context.createQueue("orders");
            for (int number = 0; number < 10; number++) {
                context.createProducer()
                        .setProperty("region", number % 3 == 0 ? "EU" : "US")
                        .send(queue, "" + number);
            }
            var consumer = context.createConsumer(queue);
            for (int number = 0; number < 10; number++) {
                assertEquals("" + number, consumer.receiveBody(String.class, 30_000));
            }
            Rewinder europe = Rewinder.of(context).queue("orders").matching("region = 'EU'");
            assertEquals(4, europe.count().messages());
            assertEquals(4, europe.rewind().messages());
            for (int number = 0; number < 10; number += 3) {
                assertEquals("" + number, consumer.receiveBody(String.class, 30_000));
            }
            assertNull(consumer.receiveNoWait());
            InvalidSelectorException refused =
                    assertThrows(
                            InvalidSelectorException.class,
                            () -> europe.matching("region = = 'EU'").count());
            assertTrue(String.valueOf(refused.getMessage()).contains("column 10"));
        }
    }

    @OverEachUri
    void timeIsWhenTheBrokerStoredAMessage(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("orders");
        Texts.send(session, queue, "before");
        long then = System.currentTimeMillis() + 1;
        await().until(() -> System.currentTimeMillis() > then);
        Texts.send(session, queue, "after", "later");
        consume(session, queue, 3);
        Rewinder orders = Rewinder.of(connection).queue("orders");
        assertEquals(3, orders.from(Instant.EPOCH).count().messages());
        assertEquals(0, orders.from(Instant.now().plusSeconds(3_600)).count().messages());
        Rewinder.Outcome done = orders.from(Instant.ofEpochMilli(then)).rewind();
        assertEquals(2, done.messages());
        assertEquals(2, done.firstSequence());
        MessageConsumer consumer = session.createConsumer(queue);
        assertReplay(Texts.expect(consumer, "after"));
        assertReplay(Texts.expect(consumer, "later"));
    }

    @OverEachUri
    void aSubscriptionGetsWhatWasPublishedBeforeItBegan(Provider provider) throws Exception {
        Connection connection = provider.startedAs("desk");
        Session session = connection.createSession();
        Topic topic = session.createTopic("prices");
        Texts.send(session, topic, "1");
        MessageConsumer first = session.createDurableConsumer(topic, "first");
        MessageConsumer big = session.createSharedDurableConsumer(topic, "big", "size > 5");
        try (MessageProducer producer = session.createProducer(topic)) {
            for (int size = 4; size < 8; size++) {
                Message message = session.createTextMessage("size " + size);
                message.setIntProperty("size", size);
                producer.send(message);
            }
        }
        for (int size = 4; size < 8; size++) {
            assertNoReplay(Texts.expect(first, "size " + size));
        }
        Texts.expect(big, "size 6");
        Texts.expect(big, "size 7");
        Rewinder.Target target = Rewinder.of(connection);
        // Consumers are attached: they get it as it comes.
        assertEquals(5, target.subscription("prices", "first").rewind().messages());
        assertReplay(Texts.expect(first, "1"));
        assertReplay(Texts.expect(first, "size 4"));
        assertEquals(2, target.subscription("prices", "big").rewind().messages());
        assertReplay(Texts.expect(big, "size 6"));
        assertReplay(Texts.expect(big, "size 7"));
        assertNull(big.receiveNoWait());
        // Another connection names the client id.
        Rewinder.Target other = Rewinder.of(provider.connect());
        assertEquals(
                1,
                other.subscription("prices", "big", "desk")
                        .matching("size = 7")
                        .count()
                        .messages());
        assertThrows(
                InvalidDestinationException.class,
                () -> other.subscription("prices", "big").count());
    }

    @OverEachUri
    void listenersGetReplaysWhileNewMessagesArrive(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("orders");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                seen.add(
                                        message.getBody(String.class)
                                                + (message.propertyExists(REPLAY) ? "*" : ""));
                            } catch (JMSException e) {
                                seen.add(e.toString());
                            }
                        });
        Session sending = connection.createSession();
        Texts.send(sending, queue, "a", "b");
        await().until(() -> seen.equals(List.of("a", "b")));
        Rewinder orders = Rewinder.of(connection).queue("orders");
        await().until(() -> orders.count().messages() == 2);
        orders.rewind();
        Texts.send(sending, queue, "c");
        await().until(() -> seen.equals(List.of("a", "b", "a*", "b*", "c")));
    }

    @OverEachUri
    void prioritiesAndGroupsHoldForReplays(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("orders");
        try (MessageProducer producer = session.createProducer(queue)) {
            for (int number = 0; number < 4; number++) {
                TextMessage message = session.createTextMessage("g" + number);
                message.setStringProperty("JMSXGroupID", "g");
                producer.send(message);
            }
            producer.setPriority(9);
            producer.send(session.createTextMessage("urgent"));
            producer.setTimeToLive(1);
            Message brief = session.createTextMessage("short-lived");
            producer.send(brief);
            long over = brief.getJMSExpiration();
            await().until(() -> System.currentTimeMillis() > over);
        }
        consume(session, queue, 5);
        assertEquals(5, Rewinder.of(connection).queue("orders").rewind().messages());
        Session one = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = one.createConsumer(queue);
        assertReplay(Texts.expect(consumer, "urgent"));
        MessageConsumer other =
                connection.createSession(Session.CLIENT_ACKNOWLEDGE).createConsumer(queue);
        for (int number = 0; number < 4; number++) {
            Message message = Texts.expect(consumer, "g" + number);
            assertReplay(message);
            assertEquals("g", message.getStringProperty("JMSXGroupID"));
            assertNull(other.receiveNoWait());
        }
    }

    @OverEachUri
    void whatIsNotThereIsRefused(Provider provider) throws Exception {
        Connection connection = provider.connect();
        Rewinder.Target target = Rewinder.of(connection);
        InvalidDestinationException refused =
                assertThrows(
                        InvalidDestinationException.class, () -> target.queue("nowhere").count());
        assertTrue(String.valueOf(refused.getMessage()).contains("'nowhere'"));
        assertThrows(
                InvalidDestinationException.class,
                () -> target.subscription("nowhere", "name").rewind());
        Session session = connection.createSession();
        session.createConsumer(session.createTopic("prices")).close();
        refused =
                assertThrows(
                        InvalidDestinationException.class,
                        () -> target.subscription("prices", "name").rewind());
        assertTrue(String.valueOf(refused.getMessage()).contains("name"));
        assertThrows(IllegalArgumentException.class, () -> target.queue("q").fromSequence(-1));
    }

    @Test
    void replaysOutliveTheBroker() throws Exception {
        try (NetworkBroker broker = new NetworkBroker(directory);
                JMSContext context = broker.factory("").createContext()) {
            Queue queue = context.createQueue("orders");
            context.createProducer().send(queue, "a").send(queue, "b");
            try (var consumer = context.createConsumer(queue)) {
                assertEquals("a", consumer.receiveBody(String.class, 30_000));
                assertEquals("b", consumer.receiveBody(String.class, 30_000));
            }
            assertEquals(2, Rewinder.of(context).queue("orders").rewind().messages());
            broker.restart();
            assertReplay(context.createConsumer(queue).receive(30_000));
            assertEquals(1, Rewinder.of(context).queue("orders").count().messages());
        }
    }

    @Test
    void whatTheLogGaveBackComesAgainOnlyIfItWasToBeKept() throws Exception {
        for (boolean kept : new boolean[] {true, false}) {
            MillraceConnectionFactory factory =
                    new MillraceConnectionFactory(
                            "millrace:file:"
                                    + directory.resolve("kept-" + kept)
                                    + "?broker.log.segment.bytes=1048576"
                                    + (kept ? "&broker.log.retention.hours=-1" : ""));
            try (JMSContext context = factory.createContext()) {
                Queue queue = context.createQueue("orders");
                byte[] bytes = new byte[100_000];
                for (int number = 0; number < 40; number++) {
                    context.createProducer().send(queue, bytes);
                }
                try (var consumer = context.createConsumer(queue)) {
                    for (int number = 0; number < 40; number++) {
                        assertTrue(consumer.receive(30_000) instanceof BytesMessage);
                    }
                }
            }
            // Each clean stop takes a checkpoint, and gives back what the last two do not need.
            for (int stop = 0; stop < 2; stop++) {
                factory.createContext().close();
            }
            try (JMSContext context = factory.createContext()) {
                Rewinder orders = Rewinder.of(context).queue("orders");
                if (kept) {
                    assertEquals(40, orders.fromSequence(1).rewind().messages());
                    assertReplay(context.createConsumer(context.createQueue("orders")).receive());
                } else {
                    JMSException refused =
                            assertThrows(JMSException.class, () -> orders.fromSequence(1).rewind());
                    assertEquals("NOT_RETAINED", refused.getErrorCode());
                    assertTrue(orders.fromBeginning().count().messages() < 20);
                }
            }
        }
    }
}
