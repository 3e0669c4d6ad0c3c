package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpener;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Before the disk is full nothing more is taken, and what is there can still be received. */
class FullDiskTest {

    private static final String WHY = "Expected more room";

    /** Logs on a real disk that is said to be full. */
    private static final class Filled implements LogOpener {

        private final LogOpener logs;
        private volatile boolean full;

        Filled(LogOpener logs) {
            this.logs = logs;
        }

        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            return logs.open(partition, listener);
        }

        @Override
        public @Nullable String shortage() {
            return full ? WHY : logs.shortage();
        }

        @Override
        public Usage usage() {
            return logs.usage();
        }

        @Override
        public void close() {
            logs.close();
        }
    }

    @Test
    void sendsAreRefusedAcknowledgementsAreNotAndItRecoversByItself(@TempDir Path data)
            throws Exception {
        Filled disk = new Filled(LogOpeners.inDirectory(data, BrokerConfiguration.defaults()));
        Broker broker = Broker.start(disk, PartitionLimits.NETWORK);
        try (NettyAcceptor acceptor = NettyAcceptor.listen("127.0.0.1", 0, 1, broker::accept);
                Connection connection =
                        new MillraceConnectionFactory("millrace://127.0.0.1:" + acceptor.port())
                                .createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            Queue queue = session.createQueue("work");
            MessageProducer producer = session.createProducer(queue);
            producer.send(session.createTextMessage("1"));
            producer.send(session.createTextMessage("2"));
            Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer inTransaction = transacted.createProducer(queue);
            disk.full = true;
            untilItIsNoticed(session);

            JMSException refused =
                    assertThrows(
                            ResourceAllocationException.class,
                            () -> producer.send(session.createTextMessage("no")));
            assertTrue(String.valueOf(refused.getMessage()).contains(WHY), refused.getMessage());
            inTransaction.send(transacted.createTextMessage("no"));
            assertThrows(TransactionRolledBackException.class, transacted::commit);

            MessageConsumer consumer = session.createConsumer(queue);
            assertEquals("1", text(consumer));
            consumer.close();
            MessageConsumer other = transacted.createConsumer(queue);
            assertEquals("2", text(other));
            transacted.commit();
            assertNull(other.receiveNoWait());

            disk.full = false;
            await().atMost(Duration.ofSeconds(10)).until(() -> isTaken(session, producer, "3"));
            assertEquals("3", text(other));
            transacted.commit();
        } finally {
            broker.close();
            disk.close();
        }
    }

    /** A disk of a few megabytes, as far as the broker knows. */
    private static final class Small implements LogOpener {

        private static final long BYTES = 24 << 20;

        private final LogOpener logs;
        private final Path directory;

        Small(Path directory) {
            this.directory = directory;
            this.logs =
                    LogOpeners.inDirectory(
                            directory,
                            BrokerConfiguration.parse(Map.of("log.segment.bytes", "1048576")));
        }

        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            return logs.open(partition, listener);
        }

        @Override
        public @Nullable String shortage() {
            long used = 0;
            File[] files = directory.resolve("partition-1").toFile().listFiles();
            for (File each : files == null ? new File[0] : files) {
                used += each.length();
            }
            return used > BYTES ? WHY : null;
        }

        @Override
        public Usage usage() {
            return logs.usage();
        }

        @Override
        public void close() {
            logs.close();
        }
    }

    /** Acknowledgements are few bytes of log: space comes back all the same, by itself. */
    @Test
    void whatIsReceivedMakesRoom(@TempDir Path data) throws Exception {
        Small disk = new Small(data);
        Broker broker = Broker.start(disk, PartitionLimits.NETWORK);
        try (NettyAcceptor acceptor = NettyAcceptor.listen("127.0.0.1", 0, 1, broker::accept);
                Connection connection =
                        new MillraceConnectionFactory("millrace://127.0.0.1:" + acceptor.port())
                                .createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            Queue queue = session.createQueue("work");
            MessageProducer producer = session.createProducer(queue);
            String text = "x".repeat(200_000);
            int sent = 0;
            while (isTaken(session, producer, text)) {
                sent++;
            }
            assertTrue(sent > 80 && sent < 400, sent + " of 200,000 bytes");
            MessageConsumer consumer = session.createConsumer(queue);
            for (int left = sent; left > 0; left--) {
                assertEquals(text, text(consumer));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> isTaken(session, producer, "more"));
            assertEquals("more", text(consumer));
        } finally {
            broker.close();
            disk.close();
        }
    }

    /** The broker looks once in some megabytes. */
    private static void untilItIsNoticed(Session session) throws JMSException {
        MessageProducer producer = session.createProducer(session.createQueue("other"));
        String large = "x".repeat(1 << 20);
        await().atMost(Duration.ofSeconds(10)).until(() -> !isTaken(session, producer, large));
    }

    private static boolean isTaken(Session session, MessageProducer producer, String text)
            throws JMSException {
        try {
            producer.send(session.createTextMessage(text));
            return true;
        } catch (ResourceAllocationException refused) {
            return false;
        }
    }

    private static String text(MessageConsumer consumer) throws JMSException {
        return String.valueOf(((TextMessage) consumer.receive(Texts.PATIENCE_MILLIS)).getText());
    }
}
