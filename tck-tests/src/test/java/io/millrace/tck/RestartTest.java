package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The broker stops and starts again, and applications notice a pause at most. */
class RestartTest extends RestartedBroker {

    private static final Duration LIMIT = Duration.ofMillis(Texts.PATIENCE_MILLIS);

    private final List<JMSException> reported = new CopyOnWriteArrayList<>();

    RestartTest() {
        super(1);
    }

    @Override
    Connection connect(String options) throws JMSException {
        Connection connection = super.connect(options);
        connection.setExceptionListener(reported::add);
        return connection;
    }

    private Session session() throws JMSException {
        return connect("").createSession();
    }

    /** Numbers that arrived, in order; every second arrival of one must carry the flag. */
    private static final class Arrivals {
        private final List<Integer> numbers = new CopyOnWriteArrayList<>();
        private final List<String> errors = new CopyOnWriteArrayList<>();

        void add(Message message) {
            try {
                int number = message.getIntProperty("number");
                if (!numbers.contains(number)) {
                    numbers.add(number);
                } else if (!message.getJMSRedelivered()) {
                    errors.add(number + " came twice without the flag");
                }
            } catch (JMSException e) {
                errors.add(e.toString());
            }
        }

        void assertAll(int count) {
            await().atMost(LIMIT).until(() -> numbers.size() >= count);
            assertEquals(IntStream.range(0, count).boxed().toList(), numbers);
            assertEquals(List.of(), errors);
        }
    }

    private static void send(MessageProducer producer, Session session, int number)
            throws JMSException {
        Message message = session.createMessage();
        message.setIntProperty("number", number);
        producer.send(message);
    }

    @Test
    void listenersAndSendersGoOnOverSeveralRestarts() throws Exception {
        Session receiving = session();
        Queue queue = receiving.createQueue("work");
        Topic topic = receiving.createTopic("news");
        Arrivals fromQueue = new Arrivals();
        receiving.createConsumer(queue).setMessageListener(fromQueue::add);
        Arrivals fromTopic = new Arrivals();
        session().createConsumer(topic).setMessageListener(fromTopic::add);
        Arrivals fromDurable = new Arrivals();
        connect("?clientId=reader")
                .createSession()
                .createDurableConsumer(topic, "archive")
                .setMessageListener(fromDurable::add);

        AtomicInteger confirmed = new AtomicInteger();
        AtomicInteger wanted = new AtomicInteger(Integer.MAX_VALUE);
        Session sending = session();
        Background<Boolean> sender =
                Background.run(
                        () -> {
                            MessageProducer toQueue = sending.createProducer(queue);
                            MessageProducer toTopic = sending.createProducer(topic);
                            while (confirmed.get() < wanted.get()) {
                                send(toQueue, sending, confirmed.get());
                                send(toTopic, sending, confirmed.get());
                                confirmed.incrementAndGet();
                            }
                        });
        for (int restart = 0; restart < 3; restart++) {
            int before = confirmed.get();
            await().atMost(LIMIT).until(() -> confirmed.get() > before + 20);
            broker.restart();
        }
        int before = confirmed.get();
        await().atMost(LIMIT).until(() -> confirmed.get() > before + 20);
        wanted.set(0);
        sender.result();
        fromQueue.assertAll(confirmed.get());
        fromTopic.assertAll(confirmed.get());
        fromDurable.assertAll(confirmed.get());
        assertEquals(List.of(), reported);
    }

    @Test
    void temporaryQueueKeepsItsMessagesAndItsConsumer() throws Exception {
        Session asker = session();
        TemporaryQueue replies = asker.createTemporaryQueue();
        MessageConsumer answers = asker.createConsumer(replies);
        Session answerer = session();
        Texts.send(answerer, replies, "before");
        broker.restart();
        Texts.send(answerer, replies, "after");
        Texts.expect(answers, "before");
        Texts.expect(answers, "after");
        answers.close();
        replies.delete();
        assertThrows(JMSException.class, () -> Texts.send(answerer, replies, "too late"));
        assertEquals(List.of(), reported);
    }

    @Test
    void plainSubscriberMissesNothing() throws Exception {
        Session session = session();
        Topic topic = session.createTopic("news");
        MessageConsumer subscriber = session.createConsumer(topic);
        Session publisher = session();
        Texts.send(publisher, topic, "before");
        broker.restart();
        Texts.send(publisher, topic, "after");
        Texts.assertFirst(Texts.expect(subscriber, "before"));
        Texts.assertFirst(Texts.expect(subscriber, "after"));
    }

    /** Jakarta Messaging 3.1, 7.9: a delayed message is kept like any other. */
    @Test
    void delaysGoOnAfterARestart() throws Exception {
        Session session = session();
        Queue queue = session.createQueue("later");
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryDelay(500);
        Message late = session.createTextMessage("late");
        producer.send(late);
        producer.setDeliveryDelay(0);
        producer.setTimeToLive(1);
        producer.send(session.createTextMessage("expires"));
        broker.restart();
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "late");
        assertTrue(System.currentTimeMillis() >= late.getJMSDeliveryTime());
        assertNull(consumer.receiveNoWait());
    }

    @Test
    void durableSubscriberThatIsOfflineMissesNothing() throws Exception {
        Connection reader = connect("?clientId=reader");
        Session session = reader.createSession();
        Topic topic = session.createTopic("news");
        session.createDurableConsumer(topic, "archive");
        reader.close();
        Session publisher = session();
        Texts.send(publisher, topic, "before");
        broker.restart();
        Texts.send(publisher, topic, "after");
        MessageConsumer again =
                connect("?clientId=reader").createSession().createDurableConsumer(topic, "archive");
        Texts.assertFirst(Texts.expect(again, "before"));
        Texts.assertFirst(Texts.expect(again, "after"));
        assertNull(again.receiveNoWait());
    }

    @Test
    void receiveThatWaitsGoesOnWaiting() throws Exception {
        Session session = session();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        Background<Message> waiting = Background.call(() -> Texts.receive(consumer));
        waiting.awaitBlocked();
        broker.restart();
        assertFalse(waiting.isDone());
        Texts.send(session(), queue, "at last");
        assertEquals("at last", waiting.result().getBody(String.class));
    }

    @Test
    void receiveTimesOutWhileTheBrokerIsAway() throws Exception {
        Session session = session();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        broker.stop();
        assertNull(consumer.receive(200));
        broker.start();
        Texts.send(session, queue, "back");
        Texts.assertFirst(Texts.expect(consumer, "back"));
    }

    @Test
    void sendWaitsForTheBroker() throws Exception {
        Session session = session();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "before");
        broker.stop();
        Background<Boolean> sending = Background.run(() -> Texts.send(session, queue, "meanwhile"));
        sending.awaitBlocked();
        assertFalse(sending.isDone());
        broker.start();
        sending.result();
        Session reading = session();
        assertEquals(
                List.of("before", "meanwhile"), Texts.receive(reading.createConsumer(queue), 2));
    }

    @Test
    void acknowledgeWorksForWhatWasReceivedBefore() throws Exception {
        Connection connection = connect("");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a");
        Message second = Texts.expect(consumer, "b");
        broker.restart();
        second.acknowledge();
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        Texts.assertFirst(Texts.expect(next, "c"));
        assertNull(next.receiveNoWait());
    }

    @Test
    void unacknowledgedIsFlaggedAfterARestartAndARecover() throws Exception {
        Session session = connect("").createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a");
        broker.restart();
        session.recover();
        Texts.assertRedelivered(Texts.expect(consumer, "a"), 2);
        Texts.assertFirst(Texts.expect(consumer, "b"));
    }

    @Test
    void asynchronousSendsAreAllCompletedAndStoredOnce() throws Exception {
        int count = 2_000;
        List<Exception> failures = new CopyOnWriteArrayList<>();
        AtomicInteger completed = new AtomicInteger();
        CompletionListener listener =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        completed.incrementAndGet();
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        failures.add(exception);
                    }
                };
        Session session = session();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        Background<Boolean> sender =
                Background.run(
                        () -> {
                            for (int number = 0; number < count; number++) {
                                Message message = session.createMessage();
                                message.setIntProperty("number", number);
                                producer.send(message, listener);
                            }
                        });
        await().atMost(LIMIT).until(() -> completed.get() > 0);
        broker.restart();
        sender.result();
        await().atMost(LIMIT).until(() -> completed.get() + failures.size() == count);
        assertEquals(List.of(), failures);
        Arrivals arrivals = new Arrivals();
        MessageConsumer consumer = session().createConsumer(queue);
        for (int number = 0; number < count; number++) {
            Message message = Texts.receive(consumer);
            Texts.assertFirst(message);
            arrivals.add(message);
        }
        arrivals.assertAll(count);
        assertNull(consumer.receiveNoWait());
    }

    @Test
    void brokerThatStaysAwayIsReportedAndEndsEveryCall() throws Exception {
        Session session = connect("?reconnect.max.ms=200").createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.send(session, queue, "a");
        Texts.expect(consumer, "a");
        Background<Message> waiting = Background.call(consumer::receive);
        waiting.awaitBlocked();
        broker.stop();
        JMSException ended = assertThrows(JMSException.class, waiting::result);
        assertTrue(
                String.valueOf(ended.getMessage()).contains(":" + broker.port()), ended::toString);
        await().atMost(LIMIT).until(() -> !reported.isEmpty());
        assertEquals("UNAVAILABLE", reported.get(0).getErrorCode());
        assertThrows(JMSException.class, () -> Texts.send(session, queue, "b"));
        assertThrows(JMSException.class, consumer::receiveNoWait);
        session.close();
    }

    @Test
    void firstConnectionToAnAbsentBrokerFailsAtOnce() {
        int port = broker.port();
        broker.stop();
        JMSException refused =
                assertThrows(
                        JMSException.class,
                        () -> broker.factory("?reconnect.max.ms=600000").createConnection());
        assertEquals("UNAVAILABLE", refused.getErrorCode());
        String message = refused.getMessage();
        assertNotNull(message);
        assertTrue(message.contains("127.0.0.1:" + port), message);
        assertTrue(message.contains("start it"), message);
    }
}
