package io.millrace.tck.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Main;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker with a small heap and far more messages than fit: a long backlog that was sent
 * asynchronously, and many queues with single messages of which half are settled, in no order.
 * After kill -9 it delivers soon, and all that was not settled arrives, once.
 *
 * <p>A short form runs always. {@code -Dbacklog.messages=10000000 -Dbacklog.singles=1000000} runs
 * it at full size; CONTRIBUTING.md has the command.
 */
class LargeBacklogTest {

    private static final int SHORT_FORM = 200_000;
    private static final int MESSAGES = Integer.getInteger("backlog.messages", SHORT_FORM);
    private static final boolean FULL = MESSAGES > SHORT_FORM;
    private static final int SINGLES = Integer.getInteger("backlog.singles", 4_000);

    /** All messages take more than this, in both forms. */
    private static final int HEAP_MEGABYTES = FULL ? 512 : 40;

    private static final int BODY_BYTES = 200;
    private static final int QUEUES = FULL ? 1_000 : 100;
    private static final int SESSIONS = FULL ? 100 : 20;
    private static final int SESSIONS_OF_A_CONNECTION = 10;
    private static final Duration DRAIN_LIMIT =
            FULL ? Duration.ofMinutes(10) : Duration.ofMinutes(2);
    private static final int PATIENCE_MILLIS = 60_000;

    /** What is gone for half of the single messages. */
    private static final String SETTLED = "settled = TRUE";

    private final List<String> report = new ArrayList<>();

    @TempDir Path directory = Path.of("");

    @Test
    @Timeout(3_000)
    void isDeliveredSoonAfterKillAndWhole() throws Exception {
        int port = freePort();
        String uri = "millrace://127.0.0.1:" + port + "?connect.timeout.ms=60000";
        try (ChildProcess broker = broker(port)) {
            long began = System.nanoTime();
            sendBacklog(uri);
            note("backlog sent", began);
            began = System.nanoTime();
            forEachSession(uri, LargeBacklogTest::sendSingles);
            note("single messages sent", began);
            began = System.nanoTime();
            forEachSession(uri, LargeBacklogTest::settleHalf);
            note("half of them settled", began);
            report.add("heap " + (broker.liveHeapBytes() >> 20) + " MiB");
        }
        long began = System.nanoTime();
        try (ChildProcess broker = broker(port)) {
            note("started again", began);
            Drained drained = new Drained();
            try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
                Session session = connection.createSession();
                session.createConsumer(session.createQueue("backlog"))
                        .setMessageListener(drained::take);
                connection.start();
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(DRAIN_LIMIT)
                        .until(() -> drained.count() > 0);
                note("from the start to the first message", began);
                await().pollInterval(Duration.ofMillis(100))
                        .atMost(DRAIN_LIMIT)
                        .until(() -> drained.count() >= MESSAGES);
            }
            note("backlog drained", began);
            drained.requireWhole();
            forEachSession(uri, LargeBacklogTest::drainRest);
            note("all drained", began);
            report.add("heap " + (broker.liveHeapBytes() >> 20) + " MiB");
        } finally {
            System.out.println(
                    MESSAGES
                            + " waiting messages and "
                            + SINGLES
                            + " single ones, heap of "
                            + HEAP_MEGABYTES
                            + " MiB: "
                            + String.join(", ", report));
        }
    }

    private void note(String what, long beganNanos) {
        report.add(what + " " + (System.nanoTime() - beganNanos) / 1_000_000 + " ms");
    }

    /** It ends by kill -9. */
    private ChildProcess broker(int port) throws IOException {
        return new ChildProcess(
                List.of(
                        "-Xmx" + HEAP_MEGABYTES + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError"),
                Main.class,
                directory.resolve("errors"),
                "broker",
                "--port",
                "" + port,
                "--data",
                directory.resolve("data").toString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void sendBacklog(String uri) throws JMSException {
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("backlog"));
            Completions completions = new Completions();
            for (int number = 0; number < MESSAGES; number++) {
                BytesMessage message = session.createBytesMessage();
                message.writeInt(number);
                message.writeBytes(new byte[BODY_BYTES - Integer.BYTES]);
                producer.send(message, completions);
            }
            producer.close();
            completions.requireAll(MESSAGES);
        }
    }

    private interface Work {
        void in(Session session, int number) throws JMSException;
    }

    /** Each session in a thread of its own, some to a connection. */
    private static void forEachSession(String uri, Work work) throws Exception {
        List<Connection> connections = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int number = 0; number < SESSIONS; number++) {
                if (number % SESSIONS_OF_A_CONNECTION == 0) {
                    Connection connection = new MillraceConnectionFactory(uri).createConnection();
                    connection.start();
                    connections.add(connection);
                }
                Session session =
                        connections
                                .get(connections.size() - 1)
                                .createSession(Session.CLIENT_ACKNOWLEDGE);
                int mine = number;
                tasks.add(
                        threads.submit(
                                () -> {
                                    work.in(session, mine);
                                    return null;
                                }));
            }
            for (Future<?> done : tasks) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static String queue(int number) {
        return "single-" + number;
    }

    private static boolean isSettled(int number) {
        return new SplittableRandom(number).nextBoolean();
    }

    /** One session sends to all queues in turn, so that what a queue has comes from many. */
    private static void sendSingles(Session session, int of) throws JMSException {
        MessageProducer producer = session.createProducer(null);
        for (int number = of; number < SINGLES; number += SESSIONS) {
            Message message = session.createMessage();
            message.setIntProperty("number", number);
            message.setBooleanProperty("settled", isSettled(number));
            producer.send(session.createQueue(queue(number % QUEUES)), message);
        }
    }

    private static void settleHalf(Session session, int of) throws JMSException {
        for (int queue = of; queue < QUEUES; queue += SESSIONS) {
            receive(session, queue, SETTLED, true);
        }
    }

    private static void drainRest(Session session, int of) throws JMSException {
        for (int queue = of; queue < QUEUES; queue += SESSIONS) {
            receive(session, queue, null, false);
            MessageConsumer after = session.createConsumer(session.createQueue(queue(queue)));
            assertNull(after.receiveNoWait());
            after.close();
        }
    }

    private static void receive(
            Session session, int queue, @Nullable String selector, boolean settled)
            throws JMSException {
        BitSet expected = new BitSet();
        for (int number = queue; number < SINGLES; number += QUEUES) {
            expected.set(number, isSettled(number) == settled);
        }
        MessageConsumer consumer =
                session.createConsumer(session.createQueue(queue(queue)), selector);
        BitSet arrived = new BitSet();
        for (int left = expected.cardinality(); left > 0; left--) {
            Message message = consumer.receive(PATIENCE_MILLIS);
            assertNotNull(message, left + " are missing in queue " + queue);
            arrived.set(message.getIntProperty("number"));
            message.acknowledge();
        }
        consumer.close();
        assertEquals(expected, arrived);
    }

    /** What has come of the backlog. */
    private static final class Drained {

        private final BitSet numbers = new BitSet(MESSAGES);
        private int count;
        private @Nullable String wrong;

        synchronized void take(Message message) {
            try {
                int number = ((BytesMessage) message).readInt();
                if (number != count) {
                    wrong = "message " + number + " came as number " + count;
                }
                numbers.set(number);
                count++;
            } catch (JMSException e) {
                wrong = e.toString();
            }
        }

        synchronized int count() {
            return count;
        }

        synchronized void requireWhole() {
            assertNull(wrong);
            assertEquals(MESSAGES, numbers.cardinality());
            assertEquals(MESSAGES, count);
        }
    }

    /** Counts what the broker has confirmed. */
    private static final class Completions implements CompletionListener {
        private int confirmed;
        private @Nullable Exception failure;

        @Override
        public synchronized void onCompletion(Message message) {
            confirmed++;
        }

        @Override
        public synchronized void onException(Message message, Exception exception) {
            failure = exception;
        }

        synchronized void requireAll(int expected) {
            assertNull(failure);
            assertEquals(expected, confirmed);
        }
    }
}
