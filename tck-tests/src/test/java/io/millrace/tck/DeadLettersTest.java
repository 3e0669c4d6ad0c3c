package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.partition.RedeliveryPolicy;
import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Jakarta Messaging 3.1, 6.2.10 and 8.7: what is given back again and again is put aside. */
class DeadLettersTest {

    private static final int LIMIT = RedeliveryPolicy.USUAL.maxDeliveries();

    @OverEachUri
    void aMessageThatIsGivenBackTooOftenMovesToTheDeadLetters(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        TextMessage poison = session.createTextMessage("poison");
        poison.setStringProperty("order", "17");
        poison.setJMSCorrelationID("c");
        session.createProducer(queue).send(poison);
        Texts.send(session, queue, "next");
        MessageConsumer consumer = session.createConsumer(queue);
        for (int delivery = 1; delivery <= LIMIT; delivery++) {
            Message given = Texts.expect(consumer, "poison");
            assertEquals(delivery, given.getIntProperty("JMSXDeliveryCount"));
            session.recover();
        }
        Texts.assertFirst(Texts.expect(consumer, "next"));
        session.recover();
        Message dead = Texts.expect(session.createConsumer(session.createQueue("DLQ")), "poison");
        Texts.assertFirst(dead);
        assertEquals("work", dead.getStringProperty("JMS_Millrace_Origin"));
        assertEquals("queue", dead.getStringProperty("JMS_Millrace_OriginKind"));
        assertEquals(LIMIT, dead.getIntProperty("JMS_Millrace_Deliveries"));
        assertEquals(
                "It was delivered " + LIMIT + " times and given back each time",
                dead.getStringProperty("JMS_Millrace_Cause"));
        assertEquals("17", dead.getStringProperty("order"));
        assertEquals("c", dead.getJMSCorrelationID());
        assertEquals(poison.getJMSMessageID(), dead.getJMSMessageID());
        assertEquals(poison.getJMSTimestamp(), dead.getJMSTimestamp());
        Texts.assertRedelivered(Texts.expect(consumer, "next"), 2);
        assertNull(consumer.receiveNoWait());
    }

    /**
     * On a topic only for the subscription that cannot do with it; dead letters themselves stay.
     */
    @OverEachUri
    void deadLettersStayWhereTheyAre(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = session.createTopic("news");
        MessageConsumer failing = session.createConsumer(topic);
        Session other = provider.started().createSession();
        MessageConsumer working = other.createConsumer(topic);
        Texts.send(other, topic, "poison");
        for (int delivery = 1; delivery <= LIMIT; delivery++) {
            Texts.expect(failing, "poison");
            session.recover();
        }
        Texts.assertFirst(Texts.expect(working, "poison"));
        MessageConsumer dead = session.createConsumer(session.createQueue("DLQ"));
        for (int delivery = 1; delivery <= LIMIT + 2; delivery++) {
            Message given = Texts.expect(dead, "poison");
            assertEquals("topic", given.getStringProperty("JMS_Millrace_OriginKind"));
            assertEquals(delivery, given.getIntProperty("JMSXDeliveryCount"));
            session.recover();
        }
        assertNull(failing.receiveNoWait());
    }

    /** What a listener threw at last is told, in a few words (8.7). */
    @OverEachUri
    void aDeadLetterSaysWhatItsListenerThrew(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "poison");
        Session working = provider.started().createSession(Session.DUPS_OK_ACKNOWLEDGE);
        working.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            throw new IllegalStateException("no order " + "x".repeat(2_000));
                        });
        Message dead = Texts.expect(session.createConsumer(session.createQueue("DLQ")), "poison");
        String thrown = dead.getStringProperty("JMS_Millrace_Exception");
        assertTrue(
                thrown.startsWith("java.lang.IllegalStateException: no order xxx"), () -> thrown);
        assertEquals(500, thrown.length());
        assertEquals(LIMIT, dead.getIntProperty("JMS_Millrace_Deliveries"));
        assertNull(dead.getStringProperty("JMS_Millrace_Delays"));
    }

    /** Also when several sessions fail at once, each for a reason of its own (8.7, 11.2). */
    @OverEachUri
    void eachDeadLetterSaysWhatItsSessionThrew(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        ServerSessions pool =
                new ServerSessions(
                        connection,
                        3,
                        Session.AUTO_ACKNOWLEDGE,
                        session ->
                                message -> {
                                    throw new IllegalArgumentException("no " + idOf(message));
                                });
        connection.createConnectionConsumer(queue, null, pool, 2);
        Texts.send(sender, queue, "0", "1", "2", "3", "4", "5");
        MessageConsumer dead = sender.createConsumer(sender.createQueue("DLQ"));
        Set<String> seen = new TreeSet<>();
        while (seen.size() < 6) {
            Message letter = dead.receive(Texts.PATIENCE_MILLIS);
            assertNotNull(letter);
            assertEquals(
                    "java.lang.IllegalArgumentException: no " + idOf(letter),
                    letter.getStringProperty("JMS_Millrace_Exception"));
            assertTrue(seen.add(idOf(letter)));
        }
    }

    private static String idOf(Message message) {
        try {
            return message.getJMSMessageID();
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    /** What a transaction received counts when it is rolled back (6.2.7). */
    @OverEachUri
    void rollbacksCount(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "poison");
        Texts.send(session, queue, "next");
        session.commit();
        MessageConsumer consumer = session.createConsumer(queue);
        for (int delivery = 1; delivery <= LIMIT; delivery++) {
            Message given = Texts.expect(consumer, "poison");
            assertEquals(delivery, given.getIntProperty("JMSXDeliveryCount"));
            session.rollback();
        }
        Texts.expect(consumer, "next");
        session.commit();
        Texts.expect(session.createConsumer(session.createQueue("DLQ")), "poison");
        session.rollback();
        assertNull(consumer.receiveNoWait());
    }

    /** Limit, delay, back-off and queue by destination; the others are not kept back meanwhile. */
    @Test
    void eachDestinationHasItsOwnPolicy() throws Exception {
        String uri =
                "millrace:mem:policies?broker.destination.slow.*.max.deliveries=3"
                        + "&broker.destination.slow.*.redelivery.delay.ms=150"
                        + "&broker.destination.slow.*.redelivery.backoff=2"
                        + "&broker.destination.slow.*.dead.letters=slow.dead&broker.max.deliveries=1";
        try (JMSContext context =
                new MillraceConnectionFactory(uri).createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            Queue queue = context.createQueue("slow.work");
            JMSConsumer consumer = context.createConsumer(queue);
            context.createProducer().send(queue, "poison");
            long givenBack = System.nanoTime();
            for (int delivery = 1; delivery <= 3; delivery++) {
                assertEquals("poison", text(consumer));
                long waitedMillis = (System.nanoTime() - givenBack) / 1_000_000;
                long delayMillis = delivery == 1 ? 0 : 150L * (delivery - 1);
                // The broker counts in whole milliseconds.
                assertTrue(waitedMillis >= delayMillis - 2, "waited only " + waitedMillis);
                givenBack = System.nanoTime();
                context.recover();
                context.createProducer().send(queue, "next");
                assertEquals("next", text(consumer));
                context.acknowledge();
            }
            JMSConsumer dead = context.createConsumer(context.createQueue("slow.dead"));
            Message letter = dead.receive(Texts.PATIENCE_MILLIS);
            assertEquals("poison", letter.getBody(String.class));
            assertEquals("150, 300", letter.getStringProperty("JMS_Millrace_Delays"));
            context.acknowledge();
            Queue quick = context.createQueue("quick");
            context.createProducer().send(quick, "other");
            assertEquals("other", text(context.createConsumer(quick)));
            context.recover();
            assertEquals("other", text(context.createConsumer(context.createQueue("DLQ"))));
            assertNull(consumer.receiveNoWait());
        }
    }

    private static String text(JMSConsumer consumer) throws JMSException {
        Message message = consumer.receive(Texts.PATIENCE_MILLIS);
        assertNotNull(message);
        return message.getBody(String.class);
    }

    @Test
    void policiesThatCannotBeAreRefused() {
        for (String wrong :
                List.of(
                        "max.deliveries=-1",
                        "destination.x.redelivery.delay.ms=soon",
                        "redelivery.backoff=0.5",
                        "destination..max.deliveries=3",
                        "destination.x.deliveries=3")) {
            assertThrows(
                    JMSException.class,
                    () ->
                            new MillraceConnectionFactory("millrace:mem:wrong?broker." + wrong)
                                    .createConnection(),
                    wrong);
        }
    }

    @Test
    void aWrongPolicyIsNamedWithItsDestination() {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace:mem:named?broker.destination.x.redelivery.delay.ms=soon");
        JMSException thrown = assertThrows(JMSException.class, factory::createConnection);
        String message = String.valueOf(thrown.getMessage());
        assertTrue(message.contains("destination.x.redelivery.delay.ms"), message);
    }
}
