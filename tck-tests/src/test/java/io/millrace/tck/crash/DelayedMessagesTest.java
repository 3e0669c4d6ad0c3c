package io.millrace.tck.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many messages delayed over a day (Jakarta Messaging 3.1, 7.9): what they cost the broker's heap,
 * that each survives kill -9, and how exactly those arrive that are due soon.
 *
 * <p>The heap is measured after full collections, against that of a broker that has no delayed
 * message yet: while they are sent, after kill -9, when the soon ones have gone, and when all have.
 * The limit leaves room for the broker's cache and for a little for each message, not for its bytes
 * nor for an object: all of them would not fit into the whole heap.
 *
 * <p>A short form runs always, with fewer messages of more bytes, so that they outweigh the cache
 * there too. {@code -Ddelayed.messages=1000000} runs it at full size, with 60,000 due within ten
 * minutes; CONTRIBUTING.md has the command.
 */
class DelayedMessagesTest {

    private static final int SHORT_FORM = 20_000;
    private static final int MESSAGES = Integer.getInteger("delayed.messages", SHORT_FORM);
    private static final boolean FULL = MESSAGES > SHORT_FORM;

    /** A million of 100 bytes, or fewer of 2,000. */
    private static final int BODY_BYTES = FULL ? 100 : 2_000;

    /** All messages take more than this; a sixth of it is the broker's cache. */
    private static final int HEAP_MEGABYTES = FULL ? 96 : 32;

    /** For a million; they may take less than 50 MB. */
    private static final long GROWTH_LIMIT_BYTES = FULL ? 50_000_000 : 10_000_000;

    /** The time in which some fall due: ten minutes at full size. */
    private static final long WINDOW_MILLIS =
            1_000L * Integer.getInteger("delayed.window.seconds", FULL ? 600 : 4);

    /** How many do: 100 in a second, 60,000 in ten minutes. */
    private static final int SOON = (int) (WINDOW_MILLIS / 10);

    /** Sending, killing and starting again have to be done in this time. */
    private static final long PREPARATION_MILLIS = FULL ? 120_000 : 15_000;

    private static final long DAY_MILLIS = 86_400_000;
    private static final long MEDIAN_LIMIT_MILLIS = 100;

    private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int WARM_UP_MESSAGES = 1_000;

    private final List<String> heaps = new ArrayList<>();

    /** Of a broker without delayed messages. */
    private long heapBefore;

    private long soonBegins;

    @TempDir Path directory = Path.of("");

    @Test
    @Timeout(1_500)
    void theyAreSmallSurviveAndArriveInTime() throws Exception {
        int port = freePort();
        String uri = "millrace://127.0.0.1:" + port + "?connect.timeout.ms=60000";
        Arrivals soon = new Arrivals();
        try (ChildProcess broker = broker(port)) {
            warmUp(uri);
            heaps.add("first " + (broker.liveHeapBytes() >> 10) + " KiB");
        }
        try (ChildProcess broker = broker(port)) {
            heapBefore = broker.liveHeapBytes();
            heaps.add("before " + (heapBefore >> 10) + " KiB");
            soonBegins = System.currentTimeMillis() + PREPARATION_MILLIS;
            sendAll(uri, broker);
        }
        try (ChildProcess broker = broker(port)) {
            requireSmall("after kill -9", broker);
            assertTrue(
                    System.currentTimeMillis() < soonBegins,
                    "the messages must have been prepared before the first is due");
            long end = soonBegins + WINDOW_MILLIS + 30_000;
            receive(uri, soon, SOON, end - System.currentTimeMillis());
            requireSmall("without the soon ones", broker);
        }
        soon.requirePunctual();
        Arrivals others = new Arrivals();
        try (ChildProcess broker = laterBroker(port)) {
            requireSmall("a day later", broker);
            receive(uri, others, MESSAGES - SOON, FULL ? 240_000 : 60_000);
            requireSmall("without any", broker);
        }
        System.out.println(MESSAGES + " delayed messages: heap " + String.join(", ", heaps));
        others.requireNoneWrong();
        soon.numbers.or(others.numbers);
        assertEquals(MESSAGES, soon.numbers.cardinality(), "each has come");
    }

    private ChildProcess broker(int port) throws IOException {
        String data = directory.resolve("data").toString();
        return child(Main.class, "broker", "--port", "" + port, "--data", data);
    }

    private ChildProcess laterBroker(int port) throws IOException {
        String data = directory.resolve("data").toString();
        return child(LaterBroker.class, "" + port, data, "" + (DAY_MILLIS + PREPARATION_MILLIS));
    }

    /** It ends by kill -9. */
    private ChildProcess child(Class<?> main, String... arguments) throws IOException {
        long began = System.nanoTime();
        ChildProcess child =
                new ChildProcess(
                        List.of(
                                "-Xmx" + HEAP_MEGABYTES + "m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError"),
                        main,
                        directory.resolve("errors"),
                        arguments);
        heaps.add("(start " + millisSince(began) + " ms)");
        return child;
    }

    private static long millisSince(long beganNanos) {
        return (System.nanoTime() - beganNanos) / 1_000_000;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** What is still on its way to a client that has just gone may take a moment to go too. */
    private void requireSmall(String when, ChildProcess broker) throws Exception {
        long end = System.nanoTime() + SETTLING_NANOS;
        long growth = broker.liveHeapBytes() - heapBefore;
        while (growth >= GROWTH_LIMIT_BYTES && System.nanoTime() < end) {
            growth = broker.liveHeapBytes() - heapBefore;
        }
        heaps.add(when + " +" + (growth >> 10) + " KiB");
        assertTrue(growth < GROWTH_LIMIT_BYTES, MESSAGES + " delayed messages: heap " + heaps);
    }

    /** So that the broker's log is not empty where the heap is measured first. */
    private static void warmUp(String uri) throws JMSException {
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("warm-up"));
            MessageProducer producer = session.createProducer(session.createQueue("warm-up"));
            for (int sent = 0; sent < WARM_UP_MESSAGES; sent++) {
                producer.send(session.createMessage());
                assertTrue(consumer.receive(30_000) != null);
            }
        }
    }

    private void sendAll(String uri, ChildProcess broker) throws Exception {
        long began = System.nanoTime();
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            Session session = connection.createSession();
            for (int quarter = 1; quarter <= 4; quarter++) {
                send(session, MESSAGES / 4 * (quarter - 1), MESSAGES / 4 * quarter);
                requireSmall("with " + quarter + "/4", broker);
            }
        }
        heaps.add("(sent in " + millisSince(began) + " ms)");
    }

    private void send(Session session, int from, int to) throws JMSException {
        MessageProducer producer = session.createProducer(session.createQueue("delayed"));
        Completions completions = new Completions();
        for (int number = from; number < to; number++) {
            BytesMessage message = session.createBytesMessage();
            message.writeInt(number);
            message.writeBytes(new byte[BODY_BYTES]);
            producer.setDeliveryDelay(dueMillis(number) - System.currentTimeMillis());
            producer.send(message, completions);
        }
        producer.close();
        completions.requireAll(to - from);
    }

    /** Those due soon are spread over all: one in so many. */
    private long dueMillis(int number) {
        double random = new SplittableRandom(number).nextDouble();
        return isSoon(number)
                ? soonBegins + (long) (random * WINDOW_MILLIS)
                : soonBegins
                        + 2 * WINDOW_MILLIS
                        + (long) (random * (DAY_MILLIS - 2 * WINDOW_MILLIS));
    }

    private static boolean isSoon(int number) {
        return (long) (number + 1) * SOON / MESSAGES > (long) number * SOON / MESSAGES;
    }

    private static void receive(String uri, Arrivals arrivals, int expected, long withinMillis)
            throws JMSException {
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("delayed"));
            consumer.setMessageListener(arrivals::take);
            connection.start();
            await().atMost(Duration.ofMillis(withinMillis))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> arrivals.count() >= expected);
        }
        assertEquals(expected, arrivals.count());
    }

    /** What has arrived, and how late. */
    private final class Arrivals {

        private final BitSet numbers = new BitSet(MESSAGES);
        private final List<Long> lateness = new ArrayList<>();
        private @Nullable String wrong;

        synchronized void take(Message message) {
            long now = System.currentTimeMillis();
            try {
                int number = ((BytesMessage) message).readInt();
                long dueMillis = message.getJMSDeliveryTime();
                lateness.add(now - dueMillis);
                if (dueMillis < dueMillis(number)) {
                    wrong = "message " + number + " says that it was due before it is";
                }
                if (numbers.get(number)) {
                    wrong = "message " + number + " came twice";
                }
                numbers.set(number);
            } catch (JMSException e) {
                wrong = e.toString();
            }
        }

        synchronized int count() {
            return lateness.size();
        }

        synchronized void requireNoneWrong() {
            assertNull(wrong);
        }

        synchronized void requirePunctual() {
            Collections.sort(lateness);
            int count = lateness.size();
            long median = lateness.get(count / 2);
            System.out.println(
                    count
                            + " due within "
                            + WINDOW_MILLIS / 1_000
                            + " s: "
                            + lateness.get(0)
                            + " ms late at least, "
                            + median
                            + " at the median, "
                            + lateness.get((int) (count * 0.99))
                            + " at 99 %, "
                            + lateness.get(count - 1)
                            + " at most");
            requireNoneWrong();
            assertTrue(lateness.get(0) >= 0, "none may come early");
            assertTrue(median <= MEDIAN_LIMIT_MILLIS, "median " + median + " ms");
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
