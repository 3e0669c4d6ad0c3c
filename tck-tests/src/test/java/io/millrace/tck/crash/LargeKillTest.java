package io.millrace.tck.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Main;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large bodies through a broker with a small heap, which may be killed at any time. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LargeKillTest {

    private static final int SMALL_HEAP_MEBIBYTES = 64;
    private static final long MEBIBYTE = 1 << 20;
    private static final int WAIT_MILLIS = 60_000;

    @TempDir Path directory = Path.of("");

    private int port;
    private ChildProcess broker;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        broker = startBroker();
        connection =
                new MillraceConnectionFactory(
                                "millrace://127.0.0.1:" + port + "?connect.timeout.ms=60000")
                        .createConnection();
        connection.start();
    }

    @AfterEach
    void stop() throws Exception {
        try {
            connection.close();
        } finally {
            broker.kill();
        }
    }

    private ChildProcess startBroker() throws IOException {
        return new ChildProcess(
                List.of("-Xmx" + SMALL_HEAP_MEBIBYTES + "m", "-XX:+UseSerialGC"),
                Main.class,
                directory.resolve("errors"),
                "broker",
                "--data",
                directory.resolve("data").toString(),
                "--port",
                "" + port);
    }

    private void killAndStart() throws Exception {
        broker.kill();
        broker = startBroker();
    }

    private long send(Session session, Queue queue, long bytes) throws Exception {
        CheckedInputStream content = new CheckedInputStream(new Pattern(bytes), new CRC32C());
        BytesMessage message = session.createBytesMessage();
        message.setObjectProperty("JMS_Millrace_InputStream", content);
        session.createProducer(queue).send(message);
        return content.getChecksum().getValue();
    }

    private static long checksum(Message message) throws Exception {
        assertNotNull(message, "the large message");
        CheckedOutputStream out =
                new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32C());
        message.setObjectProperty("JMS_Millrace_OutputStream", out);
        return out.getChecksum().getValue();
    }

    @Test
    void aBodyLargerThanTheBrokersHeapGoesThrough() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("large");
        long bytes = 300 * MEBIBYTE;
        long sent = send(session, queue, bytes);
        // Others are served beside it.
        session.createProducer(queue).send(session.createTextMessage("behind"));
        MessageConsumer consumer = session.createConsumer(queue);
        BytesMessage got = (BytesMessage) consumer.receive(WAIT_MILLIS);
        assertEquals(bytes, got.getBodyLength());
        assertEquals(sent, checksum(got));
        assertEquals("behind", consumer.receive(WAIT_MILLIS).getBody(String.class));
    }

    @Test
    void aBrokerThatIsKilledDuringAnUploadHasTheMessageOnceAndWhole() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("upload");
        CompletableFuture<Long> sent =
                CompletableFuture.supplyAsync(() -> unchecked(session, queue, 100 * MEBIBYTE));
        await().atMost(Duration.ofSeconds(30)).until(() -> storedBytes() > 20 * MEBIBYTE);
        assertTrue(!sent.isDone(), "the kill must come while it is sent");
        killAndStart();
        long checksum = sent.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        Session other = connection.createSession();
        MessageConsumer consumer = other.createConsumer(queue);
        assertEquals(checksum, checksum(consumer.receive(WAIT_MILLIS)));
        assertNull(consumer.receiveNoWait(), "it comes once");
    }

    @Test
    void aBrokerThatIsKilledDuringADownloadDeliversItWhole() throws Exception {
        Session session = connection.createSession();
        Queue queue = session.createQueue("download");
        long checksum = send(session, queue, 100 * MEBIBYTE);
        MessageConsumer consumer = session.createConsumer(queue);
        CompletableFuture<Message> got =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return consumer.receive(WAIT_MILLIS);
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        killAndStart();
        assertEquals(checksum, checksum(got.get(WAIT_MILLIS, TimeUnit.MILLISECONDS)));
        killAndStart();
        assertNull(consumer.receiveNoWait(), "it was acknowledged");
    }

    private long unchecked(Session session, Queue queue, long bytes) {
        try {
            return send(session, queue, bytes);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the newest segment begins: they are allocated in one piece, so no size says more. */
    private long storedBytes() {
        String[] names = directory.resolve("data/partition-1").toFile().list();
        long newest = 0;
        for (String name : names == null ? new String[0] : names) {
            if (name.endsWith(".segment")) {
                newest = Math.max(newest, Long.parseLong(name.replace(".segment", "")));
            }
        }
        return newest;
    }

    /** Bytes that no two places have alike, made as they are read. */
    private static final class Pattern extends InputStream {

        private final long length;
        private long at;

        Pattern(long length) {
            this.length = length;
        }

        @Override
        public int read() {
            return at == length ? -1 : (int) (at++ * 0x9E3779B97F4A7C15L >>> 56);
        }

        @Override
        public int read(byte[] to, int from, int count) {
            if (at == length) {
                return -1;
            }
            int some = (int) Math.min(count, length - at);
            for (int index = 0; index < some; index++) {
                to[from + index] = (byte) read();
            }
            return some;
        }
    }
}
