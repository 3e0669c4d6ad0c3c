package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Jakarta Messaging 3.1, 3.8 (message selection) on queues; {@link TopicSelectorsTest} on topics.
 */
class SelectorsTest {

    /** Sends texts "first" to "last", each with its number as property n. */
    static void sendNumbers(Session session, Destination to, int first, int last)
            throws JMSException {
        MessageProducer producer = session.createProducer(to);
        for (int number = first; number <= last; number++) {
            Message message = session.createTextMessage(String.valueOf(number));
            message.setIntProperty("n", number);
            producer.send(message);
        }
        producer.close();
    }

    static List<String> numbers(int first, int last, int step) {
        List<String> numbers = new ArrayList<>();
        for (int number = first; number <= last; number += step) {
            numbers.add(String.valueOf(number));
        }
        return numbers;
    }

    /** 3.8.1.1: verified "at the time it is presented". */
    @OverEachUri
    void refusesWhatIsNoSelectorAndSaysWhere(Provider provider) throws Exception {
        Session session = provider.startedAs("reader").createSession();
        Queue queue = session.createQueue("orders");
        Topic topic = session.createTopic("news");
        InvalidSelectorException refused =
                assertThrows(
                        InvalidSelectorException.class,
                        () -> session.createConsumer(queue, "n > 1 AND\n  n = 'x"));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("line 2, column 7"),
                refused.getMessage());
        assertThrows(
                InvalidSelectorException.class, () -> session.createConsumer(topic, "NULL = 0"));
        assertThrows(
                InvalidSelectorException.class,
                () -> session.createDurableConsumer(topic, "archive", "JMSReplyTo IS NULL", false));
        assertThrows(
                InvalidSelectorException.class,
                () -> session.createConsumer(session.createTemporaryTopic(), "n >"));
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        assertThrows(
                InvalidSelectorRuntimeException.class, () -> context.createConsumer(queue, "("));
        // Nothing is left behind by any of them.
        Texts.send(session, queue, "one");
        Texts.assertFirst(Texts.expect(session.createConsumer(queue, ""), "one"));
        assertThrows(JMSException.class, () -> session.unsubscribe("archive"));
    }

    /** 4.1.2: what does not match stays for others, as if it had never been looked at. */
    @OverEachUri
    void leavesOnAQueueWhatDoesNotMatch(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("orders");
        sendNumbers(session, queue, 1, 9);
        MessageConsumer even = session.createConsumer(queue, "n = 2 OR n = 4 OR n = 6 OR n = 8");
        assertEquals(numbers(2, 8, 2), Texts.receive(even, 4));
        assertNull(even.receiveNoWait());
        assertEquals("n = 2 OR n = 4 OR n = 6 OR n = 8", even.getMessageSelector());
        MessageConsumer rest = session.createConsumer(queue);
        for (String number : numbers(1, 9, 2)) {
            Texts.assertFirst(Texts.expect(rest, number));
        }
        assertNull(rest.receiveNoWait());
    }

    /** A message that nobody wants now blocks nobody. */
    @OverEachUri
    void servesSeveralSelectorsOnOneQueue(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("orders");
        MessageConsumer low = session.createConsumer(queue, "n <= 100");
        MessageConsumer high = provider.started().createSession().createConsumer(queue, "n > 200");
        sendNumbers(session, queue, 101, 110);
        sendNumbers(session, queue, 1, 3);
        sendNumbers(session, queue, 201, 203);
        assertEquals(numbers(1, 3, 1), Texts.receive(low, 3));
        assertEquals(numbers(201, 203, 1), Texts.receive(high, 3));
        assertNull(low.receiveNoWait());
        assertNull(high.receiveNoWait());
        MessageConsumer middle = session.createConsumer(queue, "n BETWEEN 101 AND 200");
        assertEquals(numbers(101, 110, 1), Texts.receive(middle, 10));
    }

    /** Two receivers with the same selector both get work. */
    @OverEachUri
    void sharesWhatMatches(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("orders");
        LinkedBlockingQueue<String> first = listen(provider, queue);
        LinkedBlockingQueue<String> second = listen(provider, queue);
        for (int round = 0; first.isEmpty() || second.isEmpty(); round++) {
            assertTrue(round < 50, "both should have got something");
            int expected = 10 * (round + 1);
            sendNumbers(session, queue, 1, 20);
            await().until(() -> first.size() + second.size() == expected);
        }
    }

    private static LinkedBlockingQueue<String> listen(Provider provider, Queue queue)
            throws JMSException {
        LinkedBlockingQueue<String> got = new LinkedBlockingQueue<>();
        MessageConsumer consumer =
                provider.started().createSession().createConsumer(queue, "n > 10");
        consumer.setMessageListener(message -> got.add(String.valueOf(message)));
        return got;
    }

    /** Messages that come while the listener waits are found at once. */
    @OverEachUri
    void calledListenerGetsOnlyWhatMatches(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("orders");
        LinkedBlockingQueue<Integer> got = new LinkedBlockingQueue<>();
        provider.started()
                .createSession()
                .createConsumer(queue, "n / 2 * 2 <> n")
                .setMessageListener(
                        message -> {
                            try {
                                got.add(message.getIntProperty("n"));
                            } catch (JMSException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        for (int number = 1; number <= 20; number++) {
            sendNumbers(session, queue, number, number);
            if (number % 2 == 1) {
                assertEquals(number, got.poll(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            }
        }
        assertTrue(got.isEmpty(), "nothing else");
    }

    /** 3.8.1.1: the six headers; 3.8.1.3: the delivery mode has names. */
    @OverEachUri
    void selectsByHeaders(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("orders");
        MessageProducer producer = session.createProducer(queue);
        Message plain = session.createTextMessage("plain");
        producer.send(plain);
        Message marked = session.createTextMessage("marked");
        marked.setJMSType("car");
        marked.setJMSCorrelationID("c-1");
        marked.setJMSReplyTo(queue);
        marked.setStringProperty("JMSXGroupID", "g");
        producer.send(marked, DeliveryMode.NON_PERSISTENT, 7, 0);
        String id = marked.getJMSMessageID();
        long sentAt = marked.getJMSTimestamp();
        for (String selector :
                List.of(
                        "JMSType = 'car'",
                        "JMSCorrelationID LIKE 'c-_'",
                        "JMSPriority > 4 AND JMSPriority < 8",
                        "JMSDeliveryMode = 'NON_PERSISTENT'",
                        "JMSMessageID = '" + id + "'",
                        "JMSXGroupID IN ('g', 'h')",
                        "JMSTimestamp = " + sentAt + " AND JMSType IS NOT NULL",
                        "JMSType IS NOT NULL AND nothing IS NULL")) {
            Session other = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = other.createConsumer(queue, selector);
            Texts.expect(consumer, "marked");
            assertNull(consumer.receiveNoWait(), selector);
            // Unacknowledged: it comes back for the next selector.
            other.close();
        }
        MessageConsumer untyped = session.createConsumer(queue, "JMSType IS NULL");
        Texts.expect(untyped, "plain");
        assertNull(untyped.receiveNoWait());
    }

    /** 3.8.1.1: no conversion of types; the example is the specification's. */
    @OverEachUri
    void convertsNoProperties(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("orders");
        MessageProducer producer = session.createProducer(queue);
        Message text = session.createTextMessage("text");
        text.setStringProperty("NumberOfOrders", "2");
        producer.send(text);
        Message number = session.createTextMessage("number");
        number.setByteProperty("NumberOfOrders", (byte) 2);
        number.setFloatProperty("größe", 1.5f);
        number.setBooleanProperty("yes", true);
        number.setDoubleProperty("d", 0.25);
        number.setLongProperty("l", Long.MIN_VALUE);
        number.setShortProperty("s", (short) -3);
        number.setStringProperty("last", "it's");
        producer.send(number);
        MessageConsumer consumer =
                session.createConsumer(
                        queue,
                        "NumberOfOrders > 1 AND größe = 1.5 AND yes AND d = 0.25"
                                + " AND l = -9223372036854775808 AND s + 3 = 0 AND last = 'it''s'");
        Texts.expect(consumer, "number");
        assertNull(consumer.receiveNoWait());
        // NOT of what is false for unlike types is true.
        Texts.expect(session.createConsumer(queue, "NOT (NumberOfOrders > 1)"), "text");
    }

    /** What came back goes to whom it matches, flagged and counted; a non-match counts nothing. */
    @OverEachUri
    void redeliversToWhomItMatches(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("orders");
        sendNumbers(session, queue, 1, 4);
        MessageConsumer odd = session.createConsumer(queue, "n = 1 OR n = 3");
        Texts.assertFirst(Texts.expect(odd, "1"));
        session.recover();
        Texts.assertRedelivered(Texts.expect(odd, "1"), 2);
        Texts.assertFirst(Texts.expect(odd, "3"));
        session.close();
        Session after = provider.started().createSession();
        MessageConsumer all = after.createConsumer(queue);
        Texts.assertRedelivered(Texts.expect(all, "1"), 3);
        Texts.assertFirst(Texts.expect(all, "2"));
        Texts.assertRedelivered(Texts.expect(all, "3"), 2);
        Texts.assertFirst(Texts.expect(all, "4"));
    }

    /** A backlog that is looked at in many stretches, in order, with the rest left whole. */
    @OverEachUri
    void findsFewAmongMany(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("orders");
        MessageProducer producer = session.createProducer(queue);
        for (int number = 1; number <= 6_000; number++) {
            Message message = session.createTextMessage("x".repeat(500) + number);
            message.setIntProperty("n", number);
            message.setStringProperty("rare", number % 1_000 == 0 ? "yes" : "no");
            producer.send(message);
        }
        MessageConsumer rare = session.createConsumer(queue, "rare = 'yes'");
        for (int number = 1_000; number <= 6_000; number += 1_000) {
            assertEquals(number, Texts.receive(rare).getIntProperty("n"));
        }
        assertNull(rare.receiveNoWait());
        MessageConsumer rest = session.createConsumer(queue);
        for (int number = 1; number <= 6_000; number++) {
            if (number % 1_000 != 0) {
                Message message = Texts.receive(rest);
                assertEquals(number, message.getIntProperty("n"));
                Texts.assertFirst(message);
            }
        }
        assertNull(rest.receiveNoWait());
    }

    /** A reply found by its correlation id, each with a consumer of its own. */
    @OverEachUri
    void findsAReplyByItsCorrelationId(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue replies = session.createTemporaryQueue();
        MessageProducer producer = session.createProducer(replies);
        for (int number = 0; number < 30; number++) {
            Message reply = session.createTextMessage("reply " + number);
            reply.setJMSCorrelationID("request-" + number);
            producer.send(reply);
        }
        for (int number = 29; number >= 0; number -= 3) {
            String selector = "JMSCorrelationID = 'request-" + number + "'";
            MessageConsumer consumer = session.createConsumer(replies, selector);
            Texts.assertFirst(Texts.expect(consumer, "reply " + number));
            consumer.close();
        }
    }
}
