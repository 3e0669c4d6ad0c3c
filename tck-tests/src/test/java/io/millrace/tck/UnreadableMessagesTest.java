package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A flipped bit in a backlog reaches nobody: whoever comes to it is told where it is, and everybody
 * else is served.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadableMessagesTest {

    /** Some segments of a mebibyte. */
    private static final int MESSAGES = 40;

    private static final int BYTES = 100_000;
    private static final int DAMAGED = 12;

    @TempDir Path directory = Path.of("");

    private static String name(int number) {
        return "order number " + number + ".";
    }

    private static void send(Session session, Queue queue, int number) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.setStringProperty("name", name(number));
        message.writeBytes(new byte[BYTES]);
        session.createProducer(queue).send(message);
    }

    /** Flips a bit of a message, or flips it back. */
    private Path damage(int number) throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.list(directory.resolve("partition-1"))) {
            segments = files.filter(file -> file.toString().endsWith(".segment")).toList();
        }
        for (Path segment : segments) {
            int at = Files.readString(segment, StandardCharsets.ISO_8859_1).indexOf(name(number));
            // Behind the first letters, so that it is found again.
            if (at >= 0) {
                try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                    long place = at + 500L;
                    file.seek(place);
                    int before = file.read();
                    file.seek(place);
                    file.write(before ^ 4);
                }
                return segment;
            }
        }
        throw new IllegalStateException("Expected " + name(number) + " in the log");
    }

    private static void expect(MessageConsumer consumer, int from, int to) throws JMSException {
        for (int number = from; number < to; number++) {
            expect(consumer, number);
        }
    }

    private static Message expect(MessageConsumer consumer, int number) throws JMSException {
        Message message = consumer.receive(30_000);
        assertTrue(message != null, name(number) + " should come");
        assertEquals(name(number), message.getStringProperty("name"));
        return message;
    }

    private static void assertTold(String code, String message, Path segment) {
        assertEquals("UNREADABLE", code);
        assertTrue(message.contains(segment.toString()), message);
        assertTrue(message.contains("offset"), message);
    }

    /** All but the last segments are sealed, and the broker starts behind them. */
    private static void fill(NetworkBroker broker) throws JMSException {
        try (Connection connection = broker.factory("").createConnection()) {
            Session session = connection.createSession();
            Queue orders = session.createQueue("orders");
            for (int number = 0; number < MESSAGES; number++) {
                send(session, orders, number);
            }
        }
    }

    @Test
    void consumersAreToldAndOthersAreServed() throws Exception {
        try (NetworkBroker broker = new NetworkBroker(directory)) {
            fill(broker);
            broker.stop();
            Path segment = damage(DAMAGED);
            broker.start();
            try (Connection connection = broker.factory("").createConnection()) {
                connection.start();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                Queue orders = session.createQueue("orders");
                MessageConsumer consumer = session.createConsumer(orders);
                int came = 0;
                Message last = session.createMessage();
                JMSException told = null;
                while (told == null) {
                    try {
                        last = expect(consumer, came);
                        came++;
                    } catch (JMSException e) {
                        told = e;
                    }
                }
                assertEquals(DAMAGED, came);
                assertTold(told.getErrorCode(), String.valueOf(told.getMessage()), segment);
                // What it got is settled as ever, and nothing else is gone.
                last.acknowledge();
                assertThrows(JMSException.class, consumer::receiveNoWait);
                consumer.close();

                Session other = connection.createSession();
                Queue fine = other.createQueue("fine");
                send(other, fine, 0);
                send(other, orders, MESSAGES);
                expect(other.createConsumer(fine), 0, 1);
                assertBrowserIsTold(other, orders, segment);
                assertThrows(
                        JMSException.class, () -> other.createConsumer(orders).receive(30_000));

                damage(DAMAGED);
                MessageConsumer again = other.createConsumer(orders);
                expect(again, came, MESSAGES + 1);
                assertNull(again.receiveNoWait());
            }
        }
    }

    private static void assertBrowserIsTold(Session session, Queue queue, Path segment)
            throws JMSException {
        try (QueueBrowser browser = session.createBrowser(queue)) {
            Enumeration<?> all = browser.getEnumeration();
            JMSRuntimeException told =
                    assertThrows(
                            JMSRuntimeException.class,
                            () -> {
                                while (all.hasMoreElements()) {
                                    all.nextElement();
                                }
                            });
            assertTold(told.getErrorCode(), String.valueOf(told.getMessage()), segment);
        }
    }

    @Test
    void exceptionListenersHearOfConsumersWithListeners() throws Exception {
        try (NetworkBroker broker = new NetworkBroker(directory)) {
            fill(broker);
            broker.stop();
            Path segment = damage(DAMAGED);
            broker.start();
            List<JMSException> heard = new CopyOnWriteArrayList<>();
            ExceptionListener listener = heard::add;
            try (Connection connection = broker.factory("").createConnection()) {
                connection.setExceptionListener(listener);
                Session session = connection.createSession();
                List<String> came = new CopyOnWriteArrayList<>();
                session.createConsumer(session.createQueue("orders"), "name LIKE 'order%'")
                        .setMessageListener(
                                message -> {
                                    try {
                                        came.add(message.getStringProperty("name"));
                                    } catch (JMSException e) {
                                        came.add(e.toString());
                                    }
                                });
                connection.start();
                await().until(() -> !heard.isEmpty());
                assertTold(
                        heard.get(0).getErrorCode(),
                        String.valueOf(heard.get(0).getMessage()),
                        segment);
                assertFalse(came.contains(name(DAMAGED)), came.toString());
                for (int number = 0; number < came.size(); number++) {
                    assertEquals(name(number), came.get(number));
                }
            }
        }
    }
}
