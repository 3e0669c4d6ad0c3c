package io.millrace.tck.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One message that nobody takes, and far more traffic than the log may grow by for its sake. */
class StubbornMessageTest {

    private static final int SEGMENT_MEGABYTES = 4;
    private static final int BODY_BYTES = 256 * 1024;

    /** In messages: twice what the log grows by between checkpoints. */
    private static final int PART = 2 * 64 * 4;

    private static final int PARTS = 4;

    /**
     * A checkpoint comes every 64 MiB, the log keeps what the one before needs, and a straggler
     * moves after the first that comes when it is old: with all of that and a part of one.
     */
    private static final int MOST_SEGMENTS = 4 * 64 / SEGMENT_MEGABYTES + 8;

    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir Path directory = Path.of("");

    @Test
    @Timeout(600)
    void doesNotKeepTheTrafficAndArrivesAfterAll() throws Exception {
        String segments = "log.segment.bytes=" + (SEGMENT_MEGABYTES << 20);
        try (RestartableBroker broker = new RestartableBroker(directory, segments)) {
            String uri = broker.uri();
            sendStubborn(uri);
            for (int part = 0; part < PARTS; part++) {
                sendTraffic(uri);
                assertFewSegments();
            }
            broker.kill();
            broker.start();
            for (int part = 0; part < PARTS; part++) {
                sendTraffic(uri);
                assertFewSegments();
            }
            broker.kill();
            broker.start();
            receiveStubborn(uri);
        }
    }

    private static void receiveStubborn(String uri) throws JMSException {
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("stubborn"));
            TextMessage message = (TextMessage) consumer.receive(PATIENCE_MILLIS);
            assertNotNull(message);
            assertEquals("still here", message.getText());
            assertEquals("7", message.getJMSCorrelationID());
            assertNull(consumer.receiveNoWait());
        }
    }

    private static void sendStubborn(String uri) throws JMSException {
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            Session session = connection.createSession();
            TextMessage message = session.createTextMessage("still here");
            message.setJMSCorrelationID("7");
            session.createProducer(session.createQueue("stubborn")).send(message);
        }
    }

    /** To a topic to which nobody listens. */
    private static void sendTraffic(String uri) throws JMSException {
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createTopic("traffic"));
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(new byte[BODY_BYTES]);
            for (int sent = 0; sent < PART; sent++) {
                producer.send(message);
            }
        }
    }

    private void assertFewSegments() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data").resolve("partition-1"))) {
            long segments =
                    files.map(file -> "" + file.getFileName())
                            .filter(name -> name.endsWith(".segment"))
                            .count();
            assertTrue(segments <= MOST_SEGMENTS, segments + " segments");
        }
    }
}
