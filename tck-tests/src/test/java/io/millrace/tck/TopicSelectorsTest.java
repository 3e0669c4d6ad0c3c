package io.millrace.tck;

import static io.millrace.tck.SelectorsTest.numbers;
import static io.millrace.tck.SelectorsTest.sendNumbers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jakarta Messaging 3.1, 4.2.2 and 8.3: selectors and noLocal of subscriptions. */
class TopicSelectorsTest {

    @OverEachUri
    void addsToAPlainSubscriptionOnlyWhatMatches(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer even = session.createConsumer(topic, "n / 2 * 2 = n");
        MessageConsumer big = provider.started().createSession().createConsumer(topic, "n >= 8");
        MessageConsumer all = session.createConsumer(topic);
        sendNumbers(session, topic, 1, 9);
        assertEquals(numbers(2, 8, 2), Texts.receive(even, 4));
        assertEquals(numbers(8, 9, 1), Texts.receive(big, 2));
        assertEquals(numbers(1, 9, 1), Texts.receive(all, 9));
        assertNull(even.receiveNoWait());
        assertNull(big.receiveNoWait());
        sendNumbers(session, topic, 10, 10);
        Texts.assertFirst(Texts.expect(even, "10"));
        Texts.assertFirst(Texts.expect(big, "10"));
    }

    @OverEachUri
    void selectsOnATemporaryTopicAndInAContext(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Topic temporary = session.createTemporaryTopic();
        MessageConsumer odd = session.createConsumer(temporary, "n <> 2");
        sendNumbers(session, temporary, 1, 3);
        assertEquals(numbers(1, 3, 2), Texts.receive(odd, 2));
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Topic topic = context.createTopic("news");
        var two = context.createConsumer(topic, "n = 2");
        sendNumbers(session, topic, 1, 3);
        assertEquals("2", two.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        assertNull(two.receiveNoWait());
    }

    /** 8.3.3: it accumulates what matches, whether anybody is there or not. */
    @OverEachUri
    void durableSubscriptionSelectsWhileOffline(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Topic topic = session.createTopic("news");
        Connection reader = provider.startedAs("reader");
        Session reading = reader.createSession();
        MessageConsumer first = reading.createDurableConsumer(topic, "archive", "n > 5", false);
        sendNumbers(session, topic, 1, 7);
        assertEquals(numbers(6, 7, 1), Texts.receive(first, 2));
        reader.close();
        sendNumbers(session, topic, 1, 8);
        MessageConsumer again =
                provider.startedAs("reader")
                        .createSession()
                        .createDurableConsumer(topic, "archive", "n > 5", false);
        for (String number : numbers(6, 8, 1)) {
            Texts.assertFirst(Texts.expect(again, number));
        }
        assertNull(again.receiveNoWait());
    }

    /** 8.3.3: another selector is the same as deleting the subscription and creating it anew. */
    @OverEachUri
    void anotherSelectorBeginsAnew(Provider provider) throws Exception {
        Session session = provider.startedAs("reader").createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer low = session.createDurableConsumer(topic, "archive", "n < 5", false);
        JMSException inUse =
                assertThrows(
                        JMSException.class,
                        () -> session.createDurableConsumer(topic, "archive", "n > 5", false));
        assertTrue(String.valueOf(inUse.getMessage()).contains("close"), inUse.getMessage());
        sendNumbers(session, topic, 1, 9);
        Texts.expect(low, "1");
        low.close();
        MessageConsumer high = session.createDurableConsumer(topic, "archive", "n > 5", false);
        assertNull(high.receiveNoWait(), "what was sent before is gone");
        sendNumbers(session, topic, 1, 9);
        assertEquals(numbers(6, 9, 1), Texts.receive(high, 4));
        high.close();
        sendNumbers(session, topic, 7, 7);
        MessageConsumer same = session.createDurableConsumer(topic, "archive", "n > 5", false);
        Texts.expect(same, "7");
        same.close();
        MessageConsumer all = session.createDurableConsumer(topic, "archive");
        sendNumbers(session, topic, 1, 2);
        assertEquals(numbers(1, 2, 1), Texts.receive(all, 2));
    }

    /** 8.3.3: so is another topic. */
    @OverEachUri
    void anotherTopicBeginsAnew(Provider provider) throws Exception {
        Session session = provider.startedAs("reader").createSession();
        Topic old = session.createTopic("old");
        Topic fresh = session.createTopic("fresh");
        MessageConsumer first = session.createDurableConsumer(old, "archive");
        assertThrows(JMSException.class, () -> session.createDurableConsumer(fresh, "archive"));
        first.close();
        sendNumbers(session, old, 1, 3);
        MessageConsumer second = session.createDurableConsumer(fresh, "archive");
        sendNumbers(session, old, 4, 4);
        sendNumbers(session, fresh, 5, 5);
        Texts.expect(second, "5");
        assertNull(second.receiveNoWait());
    }

    /** 8.3.1: its own connection's, whichever session sends them. */
    @OverEachUri
    void plainSubscriptionLeavesOutItsOwnConnection(Provider provider) throws Exception {
        Connection own = provider.started();
        Session session = own.createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer others = session.createConsumer(topic, null, true);
        MessageConsumer selected = session.createConsumer(topic, "n > 1", true);
        MessageConsumer all = session.createConsumer(topic);
        sendNumbers(own.createSession(), topic, 1, 2);
        sendNumbers(provider.started().createSession(), topic, 3, 4);
        sendNumbers(session, topic, 5, 5);
        assertEquals(numbers(3, 4, 1), Texts.receive(others, 2));
        assertEquals(numbers(3, 4, 1), Texts.receive(selected, 2));
        assertEquals(numbers(1, 5, 1), Texts.receive(all, 5));
        assertNull(others.receiveNoWait());
        assertNull(selected.receiveNoWait());
    }

    /** 8.3.3: "or any other connection with the same client identifier". */
    @OverEachUri
    void durableSubscriptionLeavesOutItsClientId(Provider provider) throws Exception {
        Connection first = provider.startedAs("reader");
        Session session = first.createSession();
        Topic topic = session.createTopic("news");
        session.createDurableConsumer(topic, "archive", null, true).close();
        session.createDurableConsumer(topic, "some", "n <> 6", true).close();
        sendNumbers(session, topic, 1, 2);
        first.close();
        Connection second = provider.startedAs("reader");
        sendNumbers(second.createSession(), topic, 3, 4);
        second.close();
        sendNumbers(provider.startedAs("writer").createSession(), topic, 5, 7);
        sendNumbers(provider.started().createSession(), topic, 8, 8);
        Session last = provider.startedAs("reader").createSession();
        MessageConsumer archive = last.createDurableConsumer(topic, "archive", null, true);
        MessageConsumer some = last.createDurableConsumer(topic, "some", "n <> 6", true);
        assertEquals(numbers(5, 8, 1), Texts.receive(archive, 4));
        assertEquals(java.util.List.of("5", "7", "8"), Texts.receive(some, 3));
        assertNull(archive.receiveNoWait());
        assertNull(some.receiveNoWait());
        archive.close();
        // Another noLocal begins anew, like another selector.
        sendNumbers(provider.started().createSession(), topic, 9, 9);
        assertNull(last.createDurableConsumer(topic, "archive", null, false).receiveNoWait());
    }

    @OverEachUri
    void subscribersSayWhatTheyWereMadeWith(Provider provider) throws Exception {
        TopicSession session =
                provider.factory()
                        .createTopicConnection()
                        .createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        Topic topic = session.createTopic("news");
        TopicSubscriber subscriber = session.createSubscriber(topic, "n > 1", true);
        assertEquals("n > 1", subscriber.getMessageSelector());
        assertEquals(true, subscriber.getNoLocal());
        assertNull(session.createSubscriber(topic, "", false).getMessageSelector());
    }

    /** The broker comes back with selector and noLocal as they were, and with what was selected. */
    @Test
    void survivesARestart(@TempDir Path directory) throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory("millrace:file:" + directory);
        try (Connection reader = factory.createConnection()) {
            reader.setClientID("reader");
            Session session = reader.createSession();
            Topic topic = session.createTopic("news");
            session.createDurableConsumer(topic, "archive", "n > 5", true).close();
            sendNumbers(session, topic, 1, 9);
            try (Connection writer = factory.createConnection()) {
                sendNumbers(writer.createSession(), topic, 4, 6);
            }
        }
        try (Connection writer = factory.createConnection()) {
            Session session = writer.createSession();
            sendNumbers(session, session.createTopic("news"), 5, 7);
        }
        try (Connection reader = factory.createConnection()) {
            reader.setClientID("reader");
            reader.start();
            Session session = reader.createSession();
            Topic topic = session.createTopic("news");
            MessageConsumer consumer =
                    session.createDurableConsumer(topic, "archive", "n > 5", true);
            sendNumbers(session, topic, 8, 8);
            assertEquals(java.util.List.of("6", "6", "7"), Texts.receive(consumer, 3));
            assertNull(consumer.receiveNoWait());
        }
    }
}
