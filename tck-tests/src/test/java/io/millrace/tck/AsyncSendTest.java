package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The rules of asynchronous sends beside their order: Jakarta Messaging 3.1, 7.3. */
class AsyncSendTest {

    private static final int MANY = 200;

    private static void awaitQuietly(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    }

    /** 7.3.6: what send sets may be read once the listener is called, and is what arrives. */
    @OverEachUri
    void headersAreSetOnceTheListenerIsCalled(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        CompletableFuture<List<Object>> seen = new CompletableFuture<>();
        SendListener listener = new SendListener(message -> seen.complete(headers(message)));
        Message message = session.createTextMessage("text");
        message.setJMSMessageID("ID:ignored");
        session.createProducer(queue)
                .send(message, DeliveryMode.NON_PERSISTENT, 7, 60_000, listener);
        List<Object> sent = seen.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertEquals(headers(Texts.expect(session.createConsumer(queue), "text")), sent);
        assertEquals(queue, sent.get(0));
        assertEquals(DeliveryMode.NON_PERSISTENT, sent.get(1));
        assertEquals(7, sent.get(2));
        assertFalse(sent.contains("ID:ignored"));
    }

    private static List<Object> headers(Message message) throws JMSException {
        return List.of(
                message.getJMSDestination(),
                message.getJMSDeliveryMode(),
                message.getJMSPriority(),
                message.getJMSMessageID(),
                message.getJMSTimestamp(),
                message.getJMSExpiration(),
                message.getJMSDeliveryTime());
    }

    /** 7.3.8: one callback at a time in a session, in the order of the sends of each producer. */
    @OverEachUri
    void listenersOfASessionAreCalledOneAtATime(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        List<MessageProducer> producers = new ArrayList<>();
        List<SendListener> listeners = new ArrayList<>();
        List<List<String>> heard = new ArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        for (int index = 0; index < 3; index++) {
            producers.add(session.createProducer(session.createQueue("work" + index)));
            List<String> order = new CopyOnWriteArrayList<>();
            heard.add(order);
            listeners.add(
                    new SendListener(
                            message -> {
                                if (inside.incrementAndGet() > 1) {
                                    together.incrementAndGet();
                                }
                                Thread.yield();
                                order.add(message.getBody(String.class));
                                inside.decrementAndGet();
                            }));
        }
        for (int number = 0; number < MANY; number++) {
            for (int index = 0; index < 3; index++) {
                producers
                        .get(index)
                        .send(session.createTextMessage("" + number), listeners.get(index));
            }
        }
        List<String> expected = IntStream.range(0, MANY).mapToObj(Integer::toString).toList();
        for (int index = 0; index < 3; index++) {
            listeners.get(index).awaitReturned(MANY);
            assertEquals(expected, heard.get(index));
            assertEquals(List.of(), listeners.get(index).failures);
        }
        assertEquals(0, together.get());
    }

    /** 7.3.4: close waits for the callbacks, and closes nothing before they have returned. */
    @OverEachUri
    void whatIsClosedIsOpenUntilTheCallbacksHaveReturned(Provider provider) throws Exception {
        for (String what : List.of("producer", "session", "connection")) {
            Connection connection = provider.started();
            Session session = connection.createSession();
            Queue queue = session.createQueue("work " + what);
            MessageProducer producer = session.createProducer(queue);
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            SendListener listener =
                    new SendListener(
                            message -> {
                                entered.countDown();
                                awaitQuietly(go);
                                assertEquals(
                                        Session.AUTO_ACKNOWLEDGE, session.getAcknowledgeMode());
                                assertEquals(queue, producer.getDestination());
                                assertEquals("3.1", connection.getMetaData().getJMSVersion());
                            });
            producer.send(session.createTextMessage("one"), listener);
            awaitQuietly(entered);
            Background<Boolean> closing =
                    Background.run(
                            () -> {
                                switch (what) {
                                    case "producer" -> producer.close();
                                    case "session" -> session.close();
                                    default -> connection.close();
                                }
                            });
            closing.awaitBlocked();
            assertFalse(closing.isDone(), what);
            go.countDown();
            closing.result();
            assertEquals(1, listener.returned.get(), what);
            assertEquals(List.of(), listener.failures, what);
        }
    }

    /** 7.3.4, for the producer; session, connection, commit and rollback have tests elsewhere. */
    @OverEachUri
    void producerCannotBeClosedInItsListener(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        MessageProducer producer = session.createProducer(session.createQueue("work"));
        SendListener listener = new SendListener(message -> producer.close());
        producer.send(session.createTextMessage("one"), listener);
        listener.awaitReturned(1);
        assertInstanceOf(IllegalStateException.class, listener.failures.get(0));
        producer.send(session.createTextMessage("still open"));
    }

    /** 7.3.2: what cannot be thrown any more is told once, and those behind it go on. */
    @OverEachUri
    void aSendThatFailsLaterTellsItsListener(Provider provider) throws Exception {
        Connection owner = provider.started();
        Session session = provider.started().createSession();
        TemporaryQueue gone = owner.createSession().createTemporaryQueue();
        Queue stays = session.createQueue("work");
        MessageProducer producer = session.createProducer(null);
        // The producer knows where it is, so that only the broker can tell that it is gone.
        producer.send(gone, session.createTextMessage("arrives"));
        gone.delete();
        List<String> completed = new CopyOnWriteArrayList<>();
        SendListener listener =
                new SendListener(message -> completed.add(message.getBody(String.class)));
        producer.send(gone, session.createTextMessage("lost"), listener);
        producer.send(stays, session.createTextMessage("one"), listener);
        producer.send(stays, session.createTextMessage("two"), listener);
        listener.awaitReturned(3);
        assertEquals(List.of("one", "two"), completed);
        assertEquals(1, listener.failures.size());
        assertInstanceOf(InvalidDestinationException.class, listener.failures.get(0));
        assertEquals(List.of("one", "two"), Texts.receive(session.createConsumer(stays), 2));
    }

    /** A listener's own failure is its own. */
    @OverEachUri
    void aListenerThatThrowsHarmsNobody(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        MessageProducer producer = session.createProducer(session.createQueue("work"));
        AtomicInteger calls = new AtomicInteger();
        CompletionListener throwing =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        calls.incrementAndGet();
                        throw new IllegalArgumentException("on purpose");
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        calls.addAndGet(1_000);
                    }
                };
        for (int number = 0; number < 10; number++) {
            producer.send(session.createTextMessage("" + number), throwing);
        }
        producer.close();
        assertEquals(10, calls.get());
    }

    /** 7.3.7: nobody else uses the session, so a callback may send the next one with it. */
    @OverEachUri
    void aCallbackSendsTheNextMessage(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        CountDownLatch ten = new CountDownLatch(10);
        CompletionListener next =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        ten.countDown();
                        try {
                            if (ten.getCount() > 0) {
                                // One in this thread, and one whose turn it will be.
                                producer.send(session.createTextMessage("beside"));
                                producer.send(session.createTextMessage("next"), this);
                            }
                        } catch (JMSException e) {
                            onException(message, e);
                        }
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        throw new IllegalArgumentException(exception);
                    }
                };
        producer.send(session.createTextMessage("next"), next);
        awaitQuietly(ten);
        MessageConsumer consumer = session.createConsumer(queue);
        assertEquals(19, Texts.receive(consumer, 19).size());
        assertNull(consumer.receiveNoWait());
    }
}
