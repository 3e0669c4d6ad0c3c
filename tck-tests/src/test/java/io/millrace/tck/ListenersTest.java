package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Who calls message listeners, and when: Jakarta Messaging 3.1, 6.2.5, 6.2.6, 6.2.13, 6.2.14. */
class ListenersTest {

    private static final Duration LIMIT = Duration.ofMillis(Texts.PATIENCE_MILLIS);

    private static String text(Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static String[] numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** 6.2.13: one thread for all listeners of a session. */
    @OverEachUri
    void aSessionCallsOneListenerAtATime(Provider provider) throws Exception {
        Connection connection = provider.connect();
        Session session = connection.createSession();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<String> seen = new CopyOnWriteArrayList<>();
        Session sender = provider.connect().createSession();
        for (String name : List.of("left", "right", "middle")) {
            Queue queue = session.createQueue(name);
            session.createConsumer(queue)
                    .setMessageListener(
                            message -> {
                                if (inside.incrementAndGet() > 1) {
                                    together.incrementAndGet();
                                }
                                threads.add(Thread.currentThread());
                                Thread.yield();
                                seen.add(name + text(message));
                                inside.decrementAndGet();
                            });
            Texts.send(sender, queue, numbers(50));
        }
        connection.start();
        await().atMost(LIMIT).until(() -> seen.size() == 150);
        assertEquals(0, together.get());
        assertEquals(1, threads.size());
        for (String name : List.of("left", "right", "middle")) {
            assertEquals(
                    IntStream.range(0, 50).mapToObj(n -> name + n).toList(),
                    seen.stream().filter(each -> each.startsWith(name)).toList());
        }
    }

    /** 6.2.14: sessions of one connection run beside each other. */
    @OverEachUri
    void sessionsListenAtTheSameTime(Provider provider) throws Exception {
        Connection connection = provider.started();
        CountDownLatch bothInside = new CountDownLatch(2);
        List<String> seen = new CopyOnWriteArrayList<>();
        MessageListener listener =
                message -> {
                    bothInside.countDown();
                    awaitQuietly(bothInside);
                    seen.add(text(message));
                };
        Session sender = provider.connect().createSession();
        for (String name : List.of("left", "right")) {
            Session session = connection.createSession();
            Queue queue = session.createQueue(name);
            session.createConsumer(queue).setMessageListener(listener);
            Texts.send(sender, queue, name);
        }
        await().atMost(LIMIT).until(() -> seen.size() == 2);
        assertEquals(Set.of("left", "right"), Set.copyOf(seen));
    }

    /** 6.2.6: further listeners of a context may be set though it is started. */
    @OverEachUri
    void aSecondListenerMayBeSetWhileTheFirstIsCalled(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        JMSContext sender = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue first = context.createQueue("first");
        Queue second = context.createQueue("second");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<String> seen = new CopyOnWriteArrayList<>();
        context.createConsumer(first)
                .setMessageListener(
                        message -> {
                            entered.countDown();
                            awaitQuietly(go);
                            seen.add(text(message));
                        });
        sender.createProducer().send(first, "one").send(second, "other").send(first, "two");
        awaitQuietly(entered);
        JMSConsumer consumer = context.createConsumer(second);
        consumer.setMessageListener(message -> seen.add(text(message)));
        assertEquals(List.of(), seen);
        go.countDown();
        await().atMost(LIMIT).until(() -> seen.size() == 3);
        assertEquals(Set.of("one", "two", "other"), Set.copyOf(seen));
        assertTrue(seen.indexOf("one") < seen.indexOf("two"));
    }

    /** 6.2.6: making a context uses no session, so anybody may, also in the listener. */
    @OverEachUri
    void contextsAreMadeWhileAListenerIsCalled(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        Queue answers = context.createQueue("answers");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<String> inside = new CompletableFuture<>();
        context.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            entered.countDown();
                            awaitQuietly(go);
                            try (JMSContext own =
                                    context.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
                                own.createProducer().send(answers, "from the listener");
                                inside.complete("sent");
                            }
                        });
        provider.context(JMSContext.AUTO_ACKNOWLEDGE).createProducer().send(queue, "one");
        awaitQuietly(entered);
        JMSContext beside = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        JMSConsumer consumer = beside.createConsumer(answers);
        go.countDown();
        assertEquals("sent", inside.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        assertEquals(
                "from the listener", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        beside.close();
    }

    /**
     * 6.1.5, 6.1.8: the text lets a provider throw or succeed; this one throws, for each context.
     */
    @OverEachUri
    void contextsAreNeitherStoppedNorClosedInAListenerOfTheirs(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        JMSContext beside = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        List<Background.Action> calls = List.of(context::stop, beside::stop, context::close);
        List<String> thrown = new CopyOnWriteArrayList<>();
        context.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            for (Background.Action call : calls) {
                                try {
                                    call.run();
                                    thrown.add("nothing");
                                } catch (Exception e) {
                                    thrown.add(e.getClass().getSimpleName());
                                }
                            }
                        });
        provider.context(JMSContext.AUTO_ACKNOWLEDGE).createProducer().send(queue, "one");
        await().atMost(LIMIT).until(() -> thrown.size() == 3);
        assertEquals(Set.of("IllegalStateRuntimeException"), Set.copyOf(thrown));
        beside.close();
        context.close();
    }

    /** 8.7: as in AUTO_ACKNOWLEDGE. */
    @OverEachUri
    void dupsOkListenerThatThrowsGetsTheMessageAgain(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.DUPS_OK_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        Texts.send(provider.connect().createSession(), queue, "a", "b");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                seen.add(
                                        text(message)
                                                + message.getIntProperty("JMSXDeliveryCount")
                                                + message.getJMSRedelivered());
                            } catch (JMSException e) {
                                throw new AssertionError(e);
                            }
                            if (seen.size() == 1) {
                                throw new IllegalArgumentException("on purpose");
                            }
                        });
        await().atMost(LIMIT).until(() -> seen.size() == 3);
        assertEquals(List.of("a1false", "a2true", "b1false"), seen);
    }

    @OverEachUri
    void aListenerIsReplacedAndTakenAway(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Session sender = provider.connect().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        List<String> seen = new CopyOnWriteArrayList<>();
        MessageListener first = message -> seen.add("first " + text(message));
        MessageListener second = message -> seen.add("second " + text(message));
        assertNull(consumer.getMessageListener());
        consumer.setMessageListener(first);
        assertSame(first, consumer.getMessageListener());
        Texts.send(sender, queue, "a");
        await().atMost(LIMIT).until(() -> seen.size() == 1);
        consumer.setMessageListener(second);
        Texts.send(sender, queue, "b");
        await().atMost(LIMIT).until(() -> seen.size() == 2);
        consumer.setMessageListener(null);
        Texts.send(sender, queue, "c");
        Texts.expect(consumer, "c");
        assertEquals(List.of("first a", "second b"), seen);
    }
}
