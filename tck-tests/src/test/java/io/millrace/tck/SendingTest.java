package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Jakarta Messaging 3.1, chapter 7. */
class SendingTest {

    private static final int MANY = 500;

    /** Remembers what it was told. */
    private static final class Recorder implements CompletionListener {
        final List<String> completed = new CopyOnWriteArrayList<>();
        final List<Exception> failures = new CopyOnWriteArrayList<>();
        final List<Thread> threads = new CopyOnWriteArrayList<>();

        @Override
        public void onCompletion(Message message) {
            threads.add(Thread.currentThread());
            try {
                completed.add(message.getBody(String.class));
            } catch (JMSException e) {
                failures.add(e);
            }
        }

        @Override
        public void onException(Message message, Exception exception) {
            failures.add(exception);
        }
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @OverEachUri
    void synchronousSendsArriveInOrder(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        assertEquals(List.of("a", "b", "c"), Texts.receive(session.createConsumer(queue), 3));
    }

    @OverEachUri
    void completionsComeInSendOrderAndNotInTheSendingThread(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        Recorder recorder = new Recorder();
        for (String number : numbers(MANY)) {
            producer.send(session.createTextMessage(number), recorder);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> recorder.completed.size() == MANY);
        assertEquals(numbers(MANY), recorder.completed);
        assertEquals(List.of(), recorder.failures);
        assertTrue(recorder.threads.stream().noneMatch(Thread.currentThread()::equals));
        assertEquals(1, recorder.threads.stream().distinct().count());
        assertEquals(numbers(MANY), Texts.receive(session.createConsumer(queue), MANY));
    }

    @OverEachUri
    void synchronousAndAsynchronousSendsKeepTheirOrder(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        Recorder recorder = new Recorder();
        for (String number : numbers(100)) {
            if (number.endsWith("7")) {
                producer.send(session.createTextMessage(number));
            } else {
                producer.send(session.createTextMessage(number), recorder);
            }
        }
        assertEquals(numbers(100), Texts.receive(session.createConsumer(queue), 100));
    }

    @OverEachUri
    void closingTheSessionWaitsForCompletions(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        MessageProducer producer = session.createProducer(session.createQueue("work"));
        Recorder recorder = new Recorder();
        for (String number : numbers(MANY)) {
            producer.send(session.createTextMessage(number), recorder);
        }
        session.close();
        assertEquals(numbers(MANY), recorder.completed);
    }

    @OverEachUri
    void closingTheProducerWaitsForCompletions(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        MessageProducer producer = session.createProducer(session.createQueue("work"));
        Recorder recorder = new Recorder();
        for (String number : numbers(MANY)) {
            producer.send(session.createTextMessage(number), recorder);
        }
        producer.close();
        assertEquals(numbers(MANY), recorder.completed);
    }

    /** What a completion listener gets when it closes something that waits for it. */
    private static Exception closeInCompletion(Session session, AutoCloseable toClose)
            throws Exception {
        CompletableFuture<Exception> outcome = new CompletableFuture<>();
        CompletionListener closing =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        try {
                            toClose.close();
                            outcome.complete(new Exception("closed"));
                        } catch (Exception e) {
                            outcome.complete(e);
                        }
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        outcome.complete(exception);
                    }
                };
        session.createProducer(session.createQueue("work"))
                .send(session.createTextMessage("close"), closing);
        return outcome.get(30, TimeUnit.SECONDS);
    }

    @OverEachUri
    void sessionCannotBeClosedInItsCompletionListener(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        assertInstanceOf(IllegalStateException.class, closeInCompletion(session, session));
        Texts.send(session, session.createQueue("work"), "still open");
    }

    @OverEachUri
    void connectionCannotBeClosedInItsCompletionListener(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        assertInstanceOf(IllegalStateException.class, closeInCompletion(session, connection));
        Texts.send(session, session.createQueue("work"), "still open");
        connection.createSession().close();
    }

    @OverEachUri
    void completionListenerMayBeSlow(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        CountDownLatch go = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        CompletionListener slow =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        try {
                            go.await();
                            order.add(message.getBody(String.class));
                        } catch (InterruptedException | JMSException e) {
                            order.add(e.toString());
                        }
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        order.add(exception.toString());
                    }
                };
        producer.send(session.createTextMessage("one"), slow);
        producer.send(session.createTextMessage("two"), slow);
        producer.send(session.createTextMessage("three"));
        assertEquals(
                List.of("one", "two", "three"), Texts.receive(session.createConsumer(queue), 3));
        assertEquals(List.of(), order);
        go.countDown();
        await().atMost(Duration.ofSeconds(30)).until(() -> order.equals(List.of("one", "two")));
    }

    @OverEachUri
    void sendThatThrowsNeverCallsTheListener(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        Recorder recorder = new Recorder();
        assertThrows(MessageFormatException.class, () -> producer.send((Message) null, recorder));
        assertThrows(
                IllegalArgumentException.class,
                () -> producer.send(session.createMessage(), (CompletionListener) null));
        assertThrows(
                UnsupportedOperationException.class,
                () -> producer.send(queue, session.createMessage(), recorder));
        producer.close();
        assertThrows(
                IllegalStateException.class,
                () -> producer.send(session.createTextMessage("late"), recorder));
        session.close();
        assertEquals(List.of(), recorder.completed);
        assertEquals(List.of(), recorder.failures);
    }

    @OverEachUri
    void producerWithoutDestinationSendsToAny(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue left = session.createQueue("left");
        Queue right = session.createQueue("right");
        MessageProducer producer = session.createProducer(null);
        producer.send(left, session.createTextMessage("l"));
        producer.send(right, session.createTextMessage("r"));
        producer.send(left, session.createTextMessage("l2"));
        assertThrows(
                UnsupportedOperationException.class,
                () -> producer.send(session.createTextMessage("where")));
        assertEquals(List.of("l", "l2"), Texts.receive(session.createConsumer(left), 2));
        assertEquals(List.of("r"), Texts.receive(session.createConsumer(right), 1));
    }

    @OverEachUri
    void oneMessageObjectCanBeChangedAndSentAgain(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        jakarta.jms.TextMessage message = session.createTextMessage("first");
        producer.send(message);
        String firstId = message.getJMSMessageID();
        message.setText("second");
        producer.send(message);
        assertNotEquals(firstId, message.getJMSMessageID());
        assertEquals(List.of("first", "second"), Texts.receive(session.createConsumer(queue), 2));
    }
}
