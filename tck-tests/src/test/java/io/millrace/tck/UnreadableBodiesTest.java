package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message whose large body cannot be had is neither given nor acknowledged. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadableBodiesTest {

    private static final int WAIT_MILLIS = 20_000;
    private static final byte[] MARK = "a mark in the body".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir Path directory = Path.of("");

    private final byte[] content = LargeMessagesTest.content(3 << 20);
    private NetworkBroker broker;
    private Connection connection;

    @BeforeEach
    void sendAndDamage() throws Exception {
        System.arraycopy(MARK, 0, content, 3 << 19, MARK.length);
        broker = new NetworkBroker(directory);
        connection = broker.factory("").createConnection();
        Session session = connection.createSession();
        session.createProducer(session.createQueue("large"))
                .send(LargeMessagesTest.bytes(session, content));
        broker.stop();
        flip();
        broker.start();
        connection.start();
    }

    @AfterEach
    void stop() throws JMSException {
        connection.close();
        broker.close();
    }

    /** Flips a bit of the body, or flips it back. */
    private void flip() throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.list(directory.resolve("partition-1"))) {
            segments = files.filter(file -> file.toString().endsWith(".segment")).toList();
        }
        String mark = new String(MARK, StandardCharsets.ISO_8859_1);
        for (Path segment : segments) {
            int at = Files.readString(segment, StandardCharsets.ISO_8859_1).indexOf(mark);
            if (at >= 0) {
                try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                    long place = (long) at + MARK.length;
                    file.seek(place);
                    int before = file.read();
                    file.seek(place);
                    file.write(before ^ 4);
                }
                return;
            }
        }
        throw new IllegalStateException("Expected the body in the log");
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, 0})
    void receiveThrowsAndTheMessageComesAgain(int mode) throws Exception {
        Session session = connection.createSession(mode == Session.SESSION_TRANSACTED, mode);
        Queue queue = session.createQueue("large");
        MessageConsumer consumer = session.createConsumer(queue);
        Message behind = session.createMessage();
        Session other = connection.createSession();
        other.createProducer(queue).send(behind);
        JMSException told = assertThrows(JMSException.class, () -> consumer.receive(WAIT_MILLIS));
        assertEquals("UNREADABLE", told.getErrorCode());
        // Nor is it acknowledged with others.
        acknowledge(session, null);
        flip();
        Message again = consumer.receive(WAIT_MILLIS);
        assertNotNull(again, "it was not given, so it comes again");
        assertArrayEquals(content, again.getBody(byte[].class));
        assertEquals(2, again.getIntProperty("JMSXDeliveryCount"));
        acknowledge(session, again);
        assertNotNull(consumer.receive(WAIT_MILLIS), "the one behind it");
    }

    private static void acknowledge(Session session, @Nullable Message message)
            throws JMSException {
        if (session.getTransacted()) {
            session.commit();
        } else if (message != null) {
            message.acknowledge();
        }
    }

    @Test
    void aListenerIsEndedAndTheExceptionListenerHearsWhy() throws Exception {
        List<JMSException> heard = new CopyOnWriteArrayList<>();
        List<Message> came = new CopyOnWriteArrayList<>();
        connection.setExceptionListener(heard::add);
        Session session = connection.createSession();
        Queue queue = session.createQueue("large");
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(came::add);
        await().until(() -> !heard.isEmpty());
        assertEquals("UNREADABLE", heard.get(0).getErrorCode());
        assertTrue(came.isEmpty(), "nothing was given");
        consumer.close();
        flip();
        Session other = connection.createSession();
        Message again = other.createConsumer(queue).receive(WAIT_MILLIS);
        assertArrayEquals(content, again.getBody(byte[].class));
        // It was tried once, and not until it is a dead letter.
        assertEquals(2, again.getIntProperty("JMSXDeliveryCount"));
        assertEquals(1, heard.size());
    }
}
