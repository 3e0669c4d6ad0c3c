package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Jakarta Messaging 3.1, 7.8 and 3.4.9 (time to live), 7.9 and 3.4.13 (delivery delay), 3.4.10
 * (priority).
 */
class DeliveryTermsTest {

    private static final long BRIEF_MILLIS = 40;
    private static final long DELAY_MILLIS = 300;

    private static void send(
            Session session, MessageProducer producer, String text, int priority, long ttl)
            throws JMSException {
        producer.send(session.createTextMessage(text), DeliveryMode.PERSISTENT, priority, ttl);
    }

    private static void awaitExpired(long since) {
        await().until(() -> System.currentTimeMillis() > since + BRIEF_MILLIS);
    }

    /** 3.4.9: "Clients should not receive messages that have expired"; here they never do. */
    @OverEachUri
    void whatExpiresWhileItWaitsIsNotDelivered(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        for (int number = 0; number < 100; number++) {
            send(session, producer, "brief", 4, BRIEF_MILLIS);
        }
        send(session, producer, "long", 4, Texts.PATIENCE_MILLIS);
        send(session, producer, "for ever", 4, 0);
        awaitExpired(System.currentTimeMillis());
        assertEquals(List.of("long", "for ever"), BrowserTest.browse(session, queue));
        MessageConsumer consumer = session.createConsumer(queue);
        Message first = Texts.expect(consumer, "long");
        assertEquals(first.getJMSTimestamp() + Texts.PATIENCE_MILLIS, first.getJMSExpiration());
        assertEquals(0, Texts.expect(consumer, "for ever").getJMSExpiration());
        assertNull(consumer.receiveNoWait());
    }

    /** 3.4.9: nor what expires at the client, or after it came back. */
    @OverEachUri
    void whatExpiresOnTheWayIsNotDeliveredEither(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        // So many that the client reads ahead.
        List<String> expected = new ArrayList<>();
        for (int number = 0; number < 500; number++) {
            producer.send(session.createTextMessage("" + number));
            expected.add("" + number);
        }
        producer.setTimeToLive(BRIEF_MILLIS);
        for (int number = 0; number < 500; number++) {
            producer.send(session.createTextMessage("brief"));
        }
        producer.setTimeToLive(0);
        producer.send(session.createTextMessage("last"));
        assertEquals(expected, Texts.receive(consumer, 500));
        awaitExpired(System.currentTimeMillis());
        session.recover();
        assertEquals(expected, Texts.receive(consumer, 500));
        Texts.expect(consumer, "last");
        session.recover();
        Texts.expect(consumer, "0");
        assertTrue(producer.getTimeToLive() == 0);
    }

    /**
     * 3.4.13: "the message must not be delivered before" its delivery time, and what is behind is.
     */
    @OverEachUri
    void aDelayKeepsBackOnlyItsMessage(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryDelay(DELAY_MILLIS);
        assertEquals(DELAY_MILLIS, producer.getDeliveryDelay());
        TextMessage late = session.createTextMessage("late");
        producer.send(late);
        assertEquals(late.getJMSTimestamp() + DELAY_MILLIS, late.getJMSDeliveryTime());
        producer.setDeliveryDelay(0);
        producer.send(session.createTextMessage("soon"));
        assertEquals(List.of("soon"), BrowserTest.browse(session, queue));
        Message soon = Texts.expect(consumer, "soon");
        assertEquals(soon.getJMSTimestamp(), soon.getJMSDeliveryTime());
        assertNull(consumer.receiveNoWait());
        Message arrived = Texts.expect(consumer, "late");
        assertTrue(System.currentTimeMillis() >= late.getJMSDeliveryTime(), "never early");
        assertEquals(late.getJMSDeliveryTime(), arrived.getJMSDeliveryTime());
        assertEquals(late.getJMSTimestamp(), arrived.getJMSTimestamp());
        Texts.assertFirst(arrived);
        assertThrows(JMSException.class, () -> producer.setDeliveryDelay(-1));
    }

    /** 7.9: a delayed message of a topic goes to those subscriptions that exist when it is sent. */
    @OverEachUri
    void aSubscriptionGetsNothingThatWasSentBeforeIt(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Topic topic = context.createTopic("news");
        jakarta.jms.JMSConsumer early = context.createSharedDurableConsumer(topic, "early");
        JMSProducer producer = context.createProducer().setDeliveryDelay(DELAY_MILLIS);
        producer.send(topic, "delayed");
        jakarta.jms.JMSConsumer late = context.createSharedDurableConsumer(topic, "late");
        assertEquals("delayed", early.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        context.createProducer().send(topic, "after");
        assertEquals("after", late.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        assertEquals("after", early.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        assertEquals(DELAY_MILLIS, producer.getDeliveryDelay());
        assertThrows(JMSRuntimeException.class, () -> producer.setDeliveryDelay(-1));
    }

    /** 7.8 and 7.9: both count from the send call, so that a life can end before it begins. */
    @OverEachUri
    void aLifeShorterThanItsDelayIsNeverSeen(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryDelay(2 * BRIEF_MILLIS);
        send(session, producer, "never", 4, BRIEF_MILLIS);
        send(session, producer, "delayed", 4, 0);
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "delayed");
        assertNull(consumer.receiveNoWait());
    }

    /** 3.4.10: higher first, in order within each, however much of lower priority waits. */
    @OverEachUri
    void higherPrioritiesOvertakeTheBacklog(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        List<String> expected = new ArrayList<>();
        for (int number = 0; number < 300; number++) {
            send(session, producer, "4-" + number, 4, 0);
            expected.add("4-" + number);
        }
        List<String> urgent = new ArrayList<>();
        for (int priority = 0; priority <= 9; priority++) {
            if (priority != 4) {
                for (int number = 0; number < 3; number++) {
                    send(session, producer, priority + "-" + number, priority, 0);
                    urgent.add(priority + "-" + number);
                }
            }
        }
        expected.addAll(urgent);
        Collections.sort(
                expected,
                (one, other) ->
                        one.charAt(0) != other.charAt(0)
                                ? other.charAt(0) - one.charAt(0)
                                : Integer.parseInt(one.substring(2))
                                        - Integer.parseInt(other.substring(2)));
        MessageConsumer consumer = session.createConsumer(queue);
        assertEquals(expected, Texts.receive(consumer, expected.size()));
    }

    /** 3.4.10: the same for one consumer with a selector and others beside it. */
    @OverEachUri
    void selectorsAndPrioritiesGoTogether(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        for (String text : List.of("low", "normal", "high")) {
            TextMessage message = session.createTextMessage(text);
            message.setBooleanProperty("wanted", true);
            int priority = text.equals("low") ? 1 : text.equals("high") ? 8 : 4;
            producer.send(message, DeliveryMode.PERSISTENT, priority, 0);
            send(session, producer, "other " + text, priority, 0);
        }
        try (MessageConsumer selective = session.createConsumer(queue, "wanted")) {
            Texts.expect(selective, "high");
            Texts.expect(selective, "normal");
            Texts.expect(selective, "low");
            assertNull(selective.receiveNoWait());
        }
        MessageConsumer rest = session.createConsumer(queue);
        assertEquals(List.of("other high", "other normal", "other low"), Texts.receive(rest, 3));
    }
}
