package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * JMSXGroupID (Jakarta Messaging 3.1, 3.5.9): messages of one group go to one consumer at a time,
 * in order.
 */
class GroupsTest {

    private static final int GROUPS = 6;
    private static final int IN_EACH = 50;

    /** The first letter is the group; a text that begins with a dash belongs to none. */
    private static void send(Session session, Destination to, String... texts) throws JMSException {
        try (MessageProducer producer = session.createProducer(to)) {
            for (String text : texts) {
                TextMessage message = session.createTextMessage(text);
                if (!text.startsWith("-")) {
                    message.setStringProperty("JMSXGroupID", text.substring(0, 1));
                }
                producer.send(message);
            }
        }
    }

    @OverEachUri
    void aGroupIsWithOneConsumerUntilNothingOfItIsOut(Provider provider) throws Exception {
        Session one = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Session other = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = one.createQueue("work");
        send(one, queue, "a0", "a1", "a2", "b0", "-0");
        MessageConsumer consumer = one.createConsumer(queue);
        MessageConsumer otherConsumer = other.createConsumer(queue);
        Texts.expect(consumer, "a0");
        Texts.expect(otherConsumer, "b0");
        Texts.expect(otherConsumer, "-0");
        assertNull(otherConsumer.receiveNoWait());
        one.recover();
        Message again = Texts.expect(consumer, "a0");
        assertEquals("a", again.getStringProperty("JMSXGroupID"));
        Texts.assertRedelivered(again, 2);
        // What is closed has its messages until the session is done with them.
        consumer.close();
        assertNull(otherConsumer.receiveNoWait());
        again.acknowledge();
        Texts.expect(otherConsumer, "a1");
        Texts.expect(otherConsumer, "a2");
    }

    @OverEachUri
    void listenersProcessEachGroupInOrder(Provider provider) throws Exception {
        Map<String, List<String>> processed = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> busy = new ConcurrentHashMap<>();
        AtomicInteger mostBusy = new AtomicInteger();
        AtomicInteger count = new AtomicInteger();
        List<String> expected = new ArrayList<>();
        Connection connection = provider.started();
        for (int listener = 0; listener < 4; listener++) {
            Session session = connection.createSession();
            session.createConsumer(session.createQueue("work"))
                    .setMessageListener(
                            message -> {
                                String text = text(message);
                                String group = text.substring(0, 1);
                                AtomicInteger inGroup =
                                        busy.computeIfAbsent(group, key -> new AtomicInteger());
                                mostBusy.accumulateAndGet(inGroup.incrementAndGet(), Math::max);
                                LockSupport.parkNanos(200_000);
                                processed
                                        .computeIfAbsent(group, key -> new ArrayList<>())
                                        .add(text);
                                inGroup.decrementAndGet();
                                count.incrementAndGet();
                            });
        }
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        for (int number = 0; number < IN_EACH; number++) {
            for (int group = 0; group < GROUPS; group++) {
                send(session, queue, (char) ('a' + group) + "" + number);
            }
            expected.add("" + number);
        }
        await().until(() -> count.get() == GROUPS * IN_EACH);
        assertEquals(1, mostBusy.get(), "one listener in a group at a time");
        processed.forEach(
                (group, texts) ->
                        assertEquals(
                                expected,
                                texts.stream().map(text -> text.substring(1)).toList(),
                                group));
    }

    private static String text(Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new IllegalStateException("Expected a text", e);
        }
    }

    @OverEachUri
    void aRollbackKeepsTheOrder(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.SESSION_TRANSACTED);
        Session other = provider.started().createSession();
        Queue queue = session.createQueue("work");
        send(other, queue, "a0", "a1", "a2", "b0");
        MessageConsumer consumer = session.createConsumer(queue);
        assertEquals(List.of("a0", "a1"), Texts.receive(consumer, 2));
        session.rollback();
        assertEquals(List.of("a0", "a1", "a2"), Texts.receive(consumer, 3));
        MessageConsumer late = other.createConsumer(queue);
        session.commit();
        send(other, queue, "a3");
        List<String> rest = new ArrayList<>(Texts.receive(late, 1));
        consumer.close();
        rest.addAll(Texts.receive(late, 1));
        assertTrue(rest.containsAll(List.of("a3", "b0")), rest.toString());
    }

    /** What waits for its redelivery parks its group, and no other. */
    @Test
    void aPoisonMessageParksOnlyItsGroup() throws Exception {
        String uri = "millrace:mem:groups?broker.redelivery.delay.ms=300&broker.max.deliveries=2";
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            Session sending = connection.createSession();
            Queue queue = session.createQueue("work");
            send(sending, queue, "a0", "a1", "b0", "-0");
            MessageConsumer consumer = session.createConsumer(queue);
            Texts.expect(consumer, "a0");
            session.rollback();
            assertEquals(List.of("b0", "-0"), Texts.receive(consumer, 2));
            session.commit();
            Texts.expect(consumer, "a0");
            session.rollback();
            // It is dead: the group goes on without it.
            Texts.expect(consumer, "a1");
            session.commit();
            Texts.expect(session.createConsumer(session.createQueue("DLQ")), "a0");
        }
    }
}
