package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Jakarta Messaging 3.1, 6.2.10, 6.2.11, 8.7 and 8.8. */
class AcknowledgingTest {

    /** What a listener saw: text and delivery count, with a star when flagged. */
    private static String seen(Message message) throws JMSException {
        return message.getBody(String.class)
                + message.getIntProperty("JMSXDeliveryCount")
                + (message.getJMSRedelivered() ? "*" : "");
    }

    @OverEachUri
    void whatAutoAcknowledgeGaveDoesNotComeAgain(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.assertFirst(Texts.expect(consumer, "a"));
        Texts.assertFirst(Texts.expect(consumer, "b"));
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        Texts.assertFirst(Texts.expect(next, "c"));
        assertNull(next.receiveNoWait());
    }

    @OverEachUri
    void unacknowledgedComesAgainFlaggedWhenTheSessionCloses(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c", "d");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a").acknowledge();
        Texts.expect(consumer, "b");
        Texts.expect(consumer, "c");
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        Texts.assertRedelivered(Texts.expect(next, "b"), 2);
        Texts.assertRedelivered(Texts.expect(next, "c"), 2);
        Texts.assertFirst(Texts.expect(next, "d"));
        assertNull(next.receiveNoWait());
    }

    @OverEachUri
    void recoverStartsAgainAtTheFirstUnacknowledged(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c", "d", "e");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a").acknowledge();
        Texts.expect(consumer, "b");
        Texts.expect(consumer, "c");
        session.recover();
        Texts.assertRedelivered(Texts.expect(consumer, "b"), 2);
        Texts.assertRedelivered(Texts.expect(consumer, "c"), 2);
        Texts.assertFirst(Texts.expect(consumer, "d"));
        session.recover();
        Texts.assertRedelivered(Texts.expect(consumer, "b"), 3);
        Texts.assertRedelivered(Texts.expect(consumer, "c"), 3);
        Texts.assertRedelivered(Texts.expect(consumer, "d"), 2);
        Message last = Texts.expect(consumer, "e");
        Texts.assertFirst(last);
        last.acknowledge();
        session.recover();
        assertNull(consumer.receiveNoWait());
    }

    @OverEachUri
    void recoverOfAnAutoAcknowledgeSessionBringsNothingBack(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a");
        session.recover();
        Texts.assertFirst(Texts.expect(consumer, "b"));
    }

    @OverEachUri
    void acknowledgeSettlesAllThatTheSessionDelivered(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue left = session.createQueue("left");
        Queue right = session.createQueue("right");
        Texts.send(session, left, "l1", "l2");
        Texts.send(session, right, "r1", "r2");
        MessageConsumer fromLeft = session.createConsumer(left);
        MessageConsumer fromRight = session.createConsumer(right);
        Message first = Texts.expect(fromLeft, "l1");
        Texts.expect(fromRight, "r1");
        first.acknowledge();
        session.close();
        Session next = connection.createSession();
        Texts.assertFirst(Texts.expect(next.createConsumer(left), "l2"));
        Texts.assertFirst(Texts.expect(next.createConsumer(right), "r2"));
    }

    @OverEachUri
    void messagesOfAClosedConsumerCanBeAcknowledged(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(queue);
        Message first = Texts.expect(consumer, "a");
        Texts.expect(consumer, "b");
        consumer.close();
        first.acknowledge();
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        Texts.assertFirst(Texts.expect(next, "c"));
        assertNull(next.receiveNoWait());
    }

    @OverEachUri
    void recoverBringsBackWhatAClosedConsumerGot(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a");
        consumer.close();
        session.recover();
        MessageConsumer next = session.createConsumer(queue);
        Texts.assertRedelivered(Texts.expect(next, "a"), 2);
        Texts.assertFirst(Texts.expect(next, "b"));
    }

    @OverEachUri
    void acknowledgeOnAClosedSessionIsRefused(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a");
        Message message = Texts.expect(session.createConsumer(queue), "a");
        session.close();
        assertThrows(IllegalStateException.class, message::acknowledge);
        assertThrows(IllegalStateException.class, session::recover);
    }

    @OverEachUri
    void acknowledgeMeansNothingInAnAutoAcknowledgeSession(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a").acknowledge();
        Texts.expect(consumer, "b").acknowledge();
    }

    @OverEachUri
    void autoListenerThatThrowsGetsTheMessageAgainAtOnce(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                seen.add(seen(message));
                            } catch (JMSException e) {
                                seen.add(e.toString());
                            }
                            if (seen.size() == 2 || seen.size() == 3) {
                                throw new RuntimeException("planned");
                            }
                        });
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= 5);
        assertEquals(List.of("a1", "b1", "b2*", "b3*", "c1"), seen);
    }

    @OverEachUri
    void clientListenerThatThrowsGetsTheNextMessage(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                seen.add(seen(message));
                            } catch (JMSException e) {
                                seen.add(e.toString());
                            }
                            throw new RuntimeException("planned");
                        });
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= 3);
        assertEquals(List.of("a1", "b1", "c1"), seen);
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        Texts.assertRedelivered(Texts.expect(next, "a"), 2);
        Texts.assertRedelivered(Texts.expect(next, "b"), 2);
        Texts.assertRedelivered(Texts.expect(next, "c"), 2);
    }

    @OverEachUri
    void recoverInAListenerBringsTheMessageBack(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                seen.add(seen(message));
                                if (seen.size() == 2) {
                                    session.recover();
                                } else if (seen.size() == 5) {
                                    message.acknowledge();
                                }
                            } catch (JMSException e) {
                                seen.add(e.toString());
                            }
                        });
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= 5);
        assertEquals(List.of("a1", "b1", "a2*", "b2*", "c1"), seen);
    }

    /**
     * 6.2.10: where the session acknowledges by itself, what its listener runs for is not
     * acknowledged yet, so recover brings that again.
     */
    @OverEachUri
    void recoverInAListenerBringsTheMessageBackThatItRunsFor(Provider provider) throws Exception {
        for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE}) {
            Connection connection = provider.started();
            Session session = connection.createSession(mode);
            Queue queue = session.createQueue("work" + mode);
            Texts.send(session, queue, "a", "b", "c");
            List<String> seen = new CopyOnWriteArrayList<>();
            session.createConsumer(queue)
                    .setMessageListener(
                            message -> {
                                try {
                                    String text = seen(message);
                                    seen.add(text);
                                    if (text.equals("b1")) {
                                        session.recover();
                                    } else if (text.equals("b2*")) {
                                        session.recover();
                                        throw new IllegalArgumentException("planned");
                                    }
                                } catch (JMSException e) {
                                    seen.add(e.toString());
                                }
                            });
            await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= 5);
            assertEquals(List.of("a1", "b1", "b2*", "b3*", "c1"), seen);
            connection.close();
            Session next = provider.started().createSession();
            assertNull(next.createConsumer(queue).receiveNoWait());
        }
    }
}
