package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who waits for whom: Jakarta Messaging 3.1, 6.1.4, 6.1.5, 6.1.8, 6.2.15, 8.6 and 8.8. */
class StartStopCloseTest {

    private static final Duration LIMIT = Duration.ofMillis(Texts.PATIENCE_MILLIS);
    private static final long SHORT_MILLIS = 100;

    /** A listener that stands in its first message until it is told to go on. */
    private static final class Gate {

        final List<String> seen = new CopyOnWriteArrayList<>();
        final CompletableFuture<@Nullable Exception> action = new CompletableFuture<>();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final Background.Action whenOpen;

        Gate(Background.Action whenOpen) {
            this.whenOpen = whenOpen;
        }

        void onMessage(Message message) {
            try {
                seen.add(message.getBody(String.class));
                if (seen.size() == 1) {
                    entered.countDown();
                    open.await();
                    whenOpen.run();
                    action.complete(null);
                }
            } catch (Exception e) {
                action.complete(e);
            }
        }

        void awaitEntered() throws InterruptedException {
            assertTrue(entered.await(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }

        void open() {
            open.countDown();
        }

        @Nullable Exception failure() throws Exception {
            return action.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static long millisOf(Background.Action action) throws Exception {
        long before = System.nanoTime();
        action.run();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    }

    @OverEachUri
    void receiveWithATimeoutWaitsThatLong(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
        long millis = millisOf(() -> assertNull(consumer.receive(SHORT_MILLIS)));
        assertTrue(millis >= SHORT_MILLIS, millis + " ms");
    }

    @OverEachUri
    void receiveOfZeroWaitsForAMessage(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        Background<Message> waiting = Background.<Message>call(() -> consumer.receive(0));
        waiting.awaitBlocked();
        assertFalse(waiting.isDone());
        Texts.send(provider.connect().createSession(), queue, "now");
        assertEquals("now", waiting.result().getBody(String.class));
    }

    @OverEachUri
    void stoppedConnectionGivesNothingAndItsTimersRun(Provider provider) throws Exception {
        Connection connection = provider.connect();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.send(session, queue, "sent while stopped");
        assertNull(consumer.receiveNoWait());
        assertNull(consumer.receive(SHORT_MILLIS));
        connection.start();
        connection.start();
        Texts.expect(consumer, "sent while stopped");
        connection.stop();
        connection.stop();
        Texts.send(session, queue, "stopped again");
        assertNull(consumer.receiveNoWait());
        long millis = millisOf(() -> assertNull(consumer.receive(SHORT_MILLIS)));
        assertTrue(millis >= SHORT_MILLIS, millis + " ms");
        connection.start();
        Texts.assertFirst(Texts.expect(consumer, "stopped again"));
    }

    @OverEachUri
    void listenersOfAStoppedConnectionCostNothing(Provider provider) throws Exception {
        Connection connection = provider.connect();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        session.createConsumer(queue).setMessageListener(message -> {});
        Texts.send(provider.connect().createSession(), queue, "sent while stopped");
        long before = sessionThreadsNanos();
        Session other = provider.started().createSession();
        MessageConsumer nothing = other.createConsumer(other.createQueue("nothing"));
        assertNull(nothing.receive(5 * SHORT_MILLIS));
        long spent = TimeUnit.NANOSECONDS.toMillis(sessionThreadsNanos() - before);
        assertTrue(spent < 2 * SHORT_MILLIS, spent + " ms of processor time in half a second");
    }

    /** Processor time that the sessions' threads of this JVM have used. */
    private static long sessionThreadsNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("millrace-session")) {
                nanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }

    @OverEachUri
    void receiveBlocksUntilTheConnectionIsStarted(Provider provider) throws Exception {
        Connection connection = provider.connect();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.send(provider.connect().createSession(), queue, "waits");
        Background<Message> waiting = Background.call(() -> Texts.receive(consumer));
        waiting.awaitBlocked();
        assertFalse(waiting.isDone());
        connection.start();
        assertEquals("waits", waiting.result().getBody(String.class));
    }

    @OverEachUri
    void closingEndsAReceiveThatWaits(Provider provider) throws Exception {
        for (String what : List.of("consumer", "session", "connection")) {
            Connection connection = provider.started();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
            Background<@Nullable Message> waiting =
                    Background.<@Nullable Message>call(() -> consumer.receive());
            waiting.awaitBlocked();
            assertFalse(waiting.isDone());
            switch (what) {
                case "consumer" -> consumer.close();
                case "session" -> session.close();
                default -> connection.close();
            }
            assertNull(waiting.result(), what);
        }
    }

    @OverEachUri
    void listenersAreCalledOnlyWhileStarted(Provider provider) throws Exception {
        Connection connection = provider.connect();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue).setMessageListener(message -> seen.add(message.toString()));
        Session sender = provider.started().createSession();
        Texts.send(sender, queue, "one", "two");
        // Somebody else's whole round trip: time enough to call a listener too early.
        Queue other = sender.createQueue("other");
        Texts.send(sender, other, "round trip");
        Texts.expect(sender.createConsumer(other), "round trip");
        assertEquals(List.of(), seen);
        connection.start();
        await().atMost(LIMIT).until(() -> seen.size() == 2);
        connection.stop();
        Texts.send(sender, queue, "three", "four");
        Texts.send(sender, other, "round trip");
        Texts.expect(sender.createConsumer(other), "round trip");
        assertEquals(2, seen.size());
        connection.start();
        await().atMost(LIMIT).until(() -> seen.size() == 4);
    }

    @OverEachUri
    void stopWaitsForTheListenerThatRuns(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        Queue done = session.createQueue("done");
        Gate gate = new Gate(() -> Texts.send(session, done, "sent during stop"));
        session.createConsumer(queue).setMessageListener(gate::onMessage);
        Session other = provider.started().createSession();
        Texts.send(other, queue, "one", "two");
        gate.awaitEntered();
        Background<Boolean> stopping = Background.run(connection::stop);
        stopping.awaitBlocked();
        assertFalse(stopping.isDone());
        gate.open();
        stopping.result();
        assertNull(gate.failure());
        assertEquals(List.of("one"), gate.seen);
        Texts.expect(other.createConsumer(done), "sent during stop");
        connection.start();
        await().atMost(LIMIT).until(() -> gate.seen.equals(List.of("one", "two")));
    }

    /** 6.1.8 and 6.2.15: the listener that runs keeps the use of connection and session. */
    @OverEachUri
    void closeWaitsForTheListenerAndLeavesItEverything(Provider provider) throws Exception {
        for (String what : List.of("session", "connection")) {
            Connection connection = provider.started();
            Session session = connection.createSession();
            Queue queue = session.createQueue("work " + what);
            Queue done = session.createQueue("done " + what);
            Gate gate = new Gate(() -> Texts.send(session, done, "sent during close"));
            session.createConsumer(queue).setMessageListener(gate::onMessage);
            Session other = provider.started().createSession();
            Texts.send(other, queue, "one", "two");
            gate.awaitEntered();
            Background<Boolean> closing =
                    Background.run(what.equals("session") ? session::close : connection::close);
            closing.awaitBlocked();
            assertFalse(closing.isDone(), what);
            gate.open();
            closing.result();
            assertNull(gate.failure(), what);
            assertEquals(List.of("one"), gate.seen, what);
            Texts.expect(other.createConsumer(done), "sent during close");
            MessageConsumer next = other.createConsumer(queue);
            Texts.assertFirst(Texts.expect(next, "two"));
            assertNull(next.receiveNoWait(), "one is acknowledged");
        }
    }

    @OverEachUri
    void closingAConsumerWaitsForItsListener(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Queue done = session.createQueue("done");
        Gate gate = new Gate(() -> Texts.send(session, done, "sent during close"));
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(gate::onMessage);
        Session other = provider.started().createSession();
        Texts.send(other, queue, "one", "two");
        gate.awaitEntered();
        Background<Boolean> closing = Background.run(consumer::close);
        closing.awaitBlocked();
        assertFalse(closing.isDone());
        gate.open();
        closing.result();
        assertNull(gate.failure());
        Texts.expect(other.createConsumer(done), "sent during close");
        MessageConsumer next = other.createConsumer(queue);
        Texts.assertFirst(Texts.expect(next, "two"));
        assertNull(next.receiveNoWait());
    }

    @OverEachUri
    void listenerMayCloseItsOwnConsumer(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        Gate gate = new Gate(consumer::close);
        consumer.setMessageListener(gate::onMessage);
        Session other = provider.started().createSession();
        Texts.send(other, queue, "one", "two");
        gate.open();
        assertNull(gate.failure());
        MessageConsumer next = other.createConsumer(queue);
        Texts.assertFirst(Texts.expect(next, "two"));
        assertEquals(List.of("one"), gate.seen);
        session.close();
        assertNull(next.receiveNoWait(), "one is acknowledged");
    }

    /** The text allows to succeed or to throw; this provider throws. */
    @OverEachUri
    void listenerMayNotStopOrCloseWhatItRunsIn(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        List<Background.Action> calls =
                List.of(connection::stop, connection::close, session::close);
        for (int index = 0; index < calls.size(); index++) {
            Queue queue = session.createQueue("work" + index);
            Gate gate = new Gate(calls.get(index));
            MessageConsumer consumer = session.createConsumer(queue);
            consumer.setMessageListener(gate::onMessage);
            Texts.send(provider.connect().createSession(), queue, "one");
            gate.open();
            assertInstanceOf(IllegalStateException.class, gate.failure());
            consumer.close();
        }
    }

    /**
     * 7.3.4 forbids close in a completion listener; 6.1.5 has stop wait for message listeners only,
     * so that it succeeds here.
     */
    @OverEachUri
    void stopInACompletionListenerSucceeds(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        CompletableFuture<String> outcome = new CompletableFuture<>();
        CompletionListener stopping =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        try {
                            connection.stop();
                            outcome.complete("stopped");
                        } catch (JMSException e) {
                            outcome.complete(e.toString());
                        }
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        outcome.complete(exception.toString());
                    }
                };
        session.createProducer(queue).send(session.createTextMessage("one"), stopping);
        assertEquals("stopped", outcome.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        MessageConsumer consumer = session.createConsumer(queue);
        assertNull(consumer.receiveNoWait());
        connection.start();
        Texts.expect(consumer, "one");
    }

    @OverEachUri
    void consumerWithAListenerCannotReceive(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
        consumer.setMessageListener(message -> {});
        assertThrows(IllegalStateException.class, consumer::receive);
        assertThrows(IllegalStateException.class, () -> consumer.receive(1));
        assertThrows(IllegalStateException.class, consumer::receiveNoWait);
        consumer.setMessageListener(null);
        assertNull(consumer.receiveNoWait());
    }

    @OverEachUri
    void whatIsClosedCanOnlyBeClosedAgain(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        Message message = session.createTextMessage("kept");
        connection.close();
        List<Background.Action> calls =
                List.of(
                        connection::start,
                        connection::stop,
                        connection::createSession,
                        connection::getClientID,
                        connection::getMetaData,
                        () -> connection.setClientID("late"),
                        () -> session.createConsumer(queue),
                        () -> session.createProducer(queue),
                        () -> session.createQueue("late"),
                        session::createMessage,
                        session::createTemporaryQueue,
                        session::recover,
                        consumer::receive,
                        consumer::receiveNoWait,
                        consumer::getMessageListener,
                        () -> consumer.setMessageListener(each -> {}),
                        () -> producer.send(message),
                        producer::getDestination);
        for (int index = 0; index < calls.size(); index++) {
            assertThrows(IllegalStateException.class, calls.get(index)::run, "call " + index);
        }
        assertEquals("kept", message.getBody(String.class));
        consumer.close();
        producer.close();
        session.close();
        connection.close();
    }
}
