package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicSession;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/** Jakarta Messaging 3.1, 4.1.6: queue browsers. */
class BrowserTest {

    static List<String> texts(Enumeration<?> enumeration) throws JMSException {
        List<String> texts = new ArrayList<>();
        while (enumeration.hasMoreElements()) {
            texts.add(((Message) enumeration.nextElement()).getBody(String.class));
        }
        return texts;
    }

    static List<String> browse(Session session, Queue queue, String selector) throws JMSException {
        try (QueueBrowser browser = session.createBrowser(queue, selector)) {
            return texts(browser.getEnumeration());
        }
    }

    static List<String> browse(Session session, Queue queue) throws JMSException {
        return browse(session, queue, "");
    }

    static String[] numbers(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
    }

    /** "to look at messages on a queue without removing them": nor is it a delivery (3.5.11). */
    @OverEachUri
    void looksWithoutConsuming(Provider provider) throws Exception {
        Connection connection = provider.connect();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        assertEquals(List.of(), browse(session, queue));
        Texts.send(session, queue, "a", "b", "c");
        QueueBrowser browser = session.createBrowser(queue);
        assertEquals(queue, browser.getQueue());
        assertNull(browser.getMessageSelector());
        assertEquals(List.of("a", "b", "c"), texts(browser.getEnumeration()));
        assertEquals(List.of("a", "b", "c"), texts(browser.getEnumeration()));
        Message first = (Message) browser.getEnumeration().nextElement();
        assertEquals(queue, first.getJMSDestination());
        Texts.assertFirst(first);
        assertThrows(
                MessageNotWriteableException.class, () -> ((TextMessage) first).setText("changed"));
        first.acknowledge();
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        for (String text : List.of("a", "b", "c")) {
            Texts.assertFirst(Texts.expect(consumer, text));
        }
        assertEquals(List.of(), browse(session, queue));
    }

    /** "or it may contain only the messages matching a message selector"; 3.8.1. */
    @OverEachUri
    void selects(Provider provider) throws Exception {
        Session session = provider.connect().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        for (int n = 1; n <= 3_000; n++) {
            TextMessage message = session.createTextMessage("" + n);
            message.setIntProperty("n", n);
            producer.send(message);
        }
        assertEquals(List.of("5", "2999"), browse(session, queue, "n = 5 OR n = 2999"));
        assertEquals(List.of(), browse(session, queue, "n > 3000"));
        assertEquals(3_000, browse(session, queue, "").size());
        QueueBrowser browser = session.createBrowser(queue, "n = 1");
        assertEquals("n = 1", browser.getMessageSelector());
        assertNull(session.createBrowser(queue, "").getMessageSelector());
        assertThrows(InvalidSelectorException.class, () -> session.createBrowser(queue, "n = = 1"));
        assertThrows(
                InvalidSelectorRuntimeException.class,
                () -> provider.context(JMSContext.AUTO_ACKNOWLEDGE).createBrowser(queue, "n ="));
    }

    /** "Messages may be arriving and expiring while the scan is done": both are seen. */
    @OverEachUri
    void isALiveView(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Session other = provider.started().createSession();
        Queue queue = session.createQueue("work");
        // More than one step of the enumeration.
        Texts.send(other, queue, numbers(1, 1_500));
        QueueBrowser browser = session.createBrowser(queue);
        Enumeration<?> enumeration = browser.getEnumeration();
        assertEquals("1", ((TextMessage) enumeration.nextElement()).getText());
        assertEquals(1_500, Texts.receive(other.createConsumer(queue), 1_500).size());
        await().until(() -> !session.createBrowser(queue).getEnumeration().hasMoreElements());
        Texts.send(other, queue, "new");
        List<String> rest = texts(enumeration);
        assertEquals("new", rest.get(rest.size() - 1));
        assertFalse(rest.contains("1500"), "was consumed before the enumeration got there");
        // It has ended.
        Texts.send(other, queue, "late");
        assertFalse(enumeration.hasMoreElements());
        assertThrows(NoSuchElementException.class, enumeration::nextElement);
        assertEquals(List.of("new", "late"), texts(browser.getEnumeration()));
    }

    /** 3.4.9: a message past its expiration is not shown. */
    @OverEachUri
    void leavesOutTheExpired(Provider provider) throws Exception {
        Session session = provider.connect().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        TextMessage brief = session.createTextMessage("brief");
        producer.send(brief, DeliveryMode.PERSISTENT, 4, 1);
        producer.send(
                session.createTextMessage("long"),
                DeliveryMode.PERSISTENT,
                4,
                Texts.PATIENCE_MILLIS);
        producer.send(session.createTextMessage("for ever"));
        await().until(() -> System.currentTimeMillis() > brief.getJMSExpiration());
        assertEquals(List.of("long", "for ever"), browse(session, queue));
    }

    /** 6.2.10: acknowledged messages are gone at once, others are on the queue until they are. */
    @OverEachUri
    void showsWhatIsNotAcknowledged(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session auto = connection.createSession();
        Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = auto.createQueue("work");
        Texts.send(auto, queue, numbers(1, 2_003));
        MessageConsumer consumer = auto.createConsumer(queue);
        assertEquals(2_000, Texts.receive(consumer, 2_000).size());
        assertEquals(List.of("2001", "2002", "2003"), browse(auto, queue));
        assertEquals(List.of("2001", "2002", "2003"), browse(client, queue));
        consumer.close();
        MessageConsumer held = client.createConsumer(queue);
        Texts.expect(held, "2001");
        Message second = Texts.expect(held, "2002");
        assertEquals(List.of("2001", "2002", "2003"), browse(auto, queue));
        client.recover();
        Texts.assertRedelivered(Texts.expect(held, "2001"), 2);
        Enumeration<?> enumeration = auto.createBrowser(queue).getEnumeration();
        Texts.assertRedelivered((Message) enumeration.nextElement(), 2);
        Texts.assertRedelivered((Message) enumeration.nextElement(), 2);
        Texts.assertFirst((Message) enumeration.nextElement());
        second.acknowledge();
        assertEquals(List.of("2002", "2003"), browse(auto, queue));
    }

    /** 6.2.15: what is closed throws. */
    @OverEachUri
    void throwsOnceItIsClosed(Provider provider) throws Exception {
        Session session = provider.connect().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a");
        QueueBrowser browser = session.createBrowser(queue);
        Enumeration<?> enumeration = browser.getEnumeration();
        browser.close();
        browser.close();
        assertThrows(IllegalStateException.class, browser::getEnumeration);
        assertThrows(IllegalStateException.class, browser::getQueue);
        assertThrows(IllegalStateException.class, browser::getMessageSelector);
        assertThrows(IllegalStateRuntimeException.class, enumeration::hasMoreElements);
        QueueBrowser second = session.createBrowser(queue);
        session.close();
        assertThrows(IllegalStateException.class, second::getEnumeration);
        assertThrows(IllegalStateException.class, () -> session.createBrowser(queue));
    }

    /** 4.1.5: a temporary queue is for its own connection. Table 9-1: a TopicSession has none. */
    @OverEachUri
    void refusesWhatCannotBeBrowsed(Provider provider) throws Exception {
        Session session = provider.connect().createSession();
        Queue temporary = session.createTemporaryQueue();
        Texts.send(session, temporary, "mine");
        assertEquals(List.of("mine"), browse(session, temporary));
        Session stranger = provider.connect().createSession();
        assertThrows(InvalidDestinationException.class, () -> stranger.createBrowser(temporary));
        assertThrows(InvalidDestinationException.class, () -> session.createBrowser(null));
        TopicSession topics =
                provider.factory()
                        .createTopicConnection()
                        .createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        assertThrows(
                IllegalStateException.class, () -> topics.createBrowser(session.createQueue("q")));
    }

    /** 2.8: the same in the simplified API. */
    @OverEachUri
    void simplifiedApi(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        context.createProducer().send(queue, "a").send(queue, "b");
        try (QueueBrowser browser = context.createBrowser(queue)) {
            assertEquals(List.of("a", "b"), texts(browser.getEnumeration()));
        }
        QueueBrowser browser = context.createBrowser(queue);
        Enumeration<?> enumeration = browser.getEnumeration();
        context.close();
        assertThrows(IllegalStateRuntimeException.class, enumeration::hasMoreElements);
        assertThrows(IllegalStateException.class, browser::getQueue);
    }
}
