package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.Rewinder;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long the log has large bodies, and how large they may be. */
class LargeBodiesInTheLogTest {

    private static final int WAIT_MILLIS = 20_000;
    private static final int SIZE = 5 << 20;
    private static final int MANY = 12;

    @TempDir Path directory = Path.of("");

    /** What becomes of a message that has a large body. */
    enum End {
        CONSUMED,
        ROLLED_BACK,
        PUBLISHED_TO_NOBODY,
        CLOSED_UNCOMMITTED
    }

    private MillraceConnectionFactory factory(String options) {
        return new MillraceConnectionFactory(
                "millrace:file:"
                        + directory.resolve("data")
                        + "?broker.log.segment.bytes=1048576"
                        + options);
    }

    /** Each clean stop takes a checkpoint, and gives back what the last two do not need. */
    private long storedBytes(MillraceConnectionFactory factory) throws IOException {
        for (int stop = 0; stop < 3; stop++) {
            factory.createContext().close();
        }
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            return files.filter(each -> each.toString().endsWith(".segment"))
                    .mapToLong(each -> each.toFile().length())
                    .sum();
        }
    }

    @ParameterizedTest
    @EnumSource
    void spaceIsGivenBack(End end) throws Exception {
        MillraceConnectionFactory factory = factory("");
        try (Connection connection = factory.createConnection()) {
            connection.start();
            boolean transacted = end == End.ROLLED_BACK || end == End.CLOSED_UNCOMMITTED;
            Session session = connection.createSession(transacted, Session.AUTO_ACKNOWLEDGE);
            Queue queue = session.createQueue("large");
            MessageProducer producer =
                    session.createProducer(
                            end == End.PUBLISHED_TO_NOBODY ? session.createTopic("t") : queue);
            MessageConsumer consumer = session.createConsumer(queue);
            byte[] content = LargeMessagesTest.content(SIZE);
            for (int count = 0; count < MANY; count++) {
                producer.setDeliveryMode(
                        count % 2 == 0 ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
                producer.send(LargeMessagesTest.bytes(session, content));
                switch (end) {
                    case CONSUMED -> assertArrayEquals(content, received(consumer));
                    case ROLLED_BACK -> session.rollback();
                    default -> assertNull(consumer.receiveNoWait());
                }
            }
        }
        long stored = storedBytes(factory);
        assertTrue(stored < 2 * SIZE, "the log has " + stored + " bytes");
    }

    private static byte[] received(MessageConsumer consumer) throws JMSException {
        return consumer.receive(WAIT_MILLIS).getBody(byte[].class);
    }

    @Test
    void whatStaysForReplaysStaysWithItsBody() throws Exception {
        MillraceConnectionFactory factory = factory("&broker.destination.kept.retention.hours=-1");
        byte[] content = LargeMessagesTest.content(SIZE);
        try (JMSContext context = factory.createContext()) {
            for (String name : new String[] {"kept", "other"}) {
                Queue queue = context.createQueue(name);
                context.createProducer().send(queue, content);
                try (var consumer = context.createConsumer(queue)) {
                    assertArrayEquals(content, consumer.receiveBody(byte[].class, WAIT_MILLIS));
                }
                context.createProducer().send(queue, new byte[2 << 20]);
            }
        }
        assertTrue(storedBytes(factory) >= SIZE, "the body stays");
        try (JMSContext context = factory.createContext()) {
            Rewinder kept = Rewinder.of(context).queue("kept");
            assertEquals(1, kept.fromBeginning().rewind().messages());
            try (var consumer = context.createConsumer(context.createQueue("kept"))) {
                BytesMessage replay = (BytesMessage) consumer.receive(WAIT_MILLIS);
                assertTrue(replay.getBooleanProperty("JMS_Millrace_Replay"));
                assertArrayEquals(content, replay.getBody(byte[].class));
            }
        }
    }

    @Test
    void closingDuringAnUploadEndsItAndLeavesNothing() throws Exception {
        MillraceConnectionFactory factory = factory("");
        try (JMSContext other = factory.createContext()) {
            Connection connection = factory.createConnection();
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue("large"));
            BytesMessage message = LargeMessagesTest.bytes(session, new byte[200 << 20]);
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    producer.send(message);
                                } catch (JMSException e) {
                                    throw new CompletionException(e);
                                }
                            });
            await().until(() -> segments() > 8);
            connection.close();
            CompletionException ended = assertThrows(CompletionException.class, sent::join);
            assertInstanceOf(JMSException.class, ended.getCause());
            assertNull(other.createConsumer(other.createQueue("large")).receiveNoWait());
        }
        long stored = storedBytes(factory);
        assertTrue(stored < 2 * SIZE, "the log has " + stored + " bytes");
    }

    private int segments() {
        String[] names = directory.resolve("data/partition-1").toFile().list();
        return names == null ? 0 : names.length;
    }
}
