package io.millrace.tck.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A dead letter whose queue is in another partition is in one of both, and once, wherever kill -9
 * strikes.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadLetterKillTest {

    private static final int KILLS = Integer.getInteger("crash.kills", 2);
    private static final int QUEUES = 6;
    private static final int MESSAGES = 300;
    private static final int RECEIVE_MILLIS = 500;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir Path directory = Path.of("");

    private final Random random = new Random();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void eachIsThereOnce() throws Exception {
        List<String> sent = new ArrayList<>();
        RestartableBroker broker =
                new RestartableBroker(directory, "num.partitions=3", "max.deliveries=2");
        try (Connection connection = connect(broker.uri() + "&reconnect.max.ms=120000")) {
            send(connection, sent);
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            for (int queue = 0; queue < QUEUES; queue++) {
                String name = "work-" + queue;
                workers.add(CompletableFuture.runAsync(() -> giveBack(connection, name)));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(800)));
                broker.kill();
                broker.start();
            }
            Session session = connection.createSession();
            await().atMost(LIMIT).until(() -> browse(session, "DLQ").size() >= sent.size());
            over.set(true);
            for (CompletableFuture<Void> each : workers) {
                each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            List<String> letters = browse(session, "DLQ");
            assertEquals(sent.size(), letters.size());
            assertEquals(new TreeSet<>(sent), new TreeSet<>(letters));
            for (int queue = 0; queue < QUEUES; queue++) {
                String name = "work-" + queue;
                // The last one may be on its way back to say that its copy is there.
                await().atMost(LIMIT).until(() -> browse(session, name).isEmpty());
            }
        } finally {
            over.set(true);
            broker.kill();
        }
    }

    private static Connection connect(String uri) throws Exception {
        Connection connection = new MillraceConnectionFactory(uri).createConnection();
        connection.start();
        return connection;
    }

    private static void send(Connection connection, List<String> sent) throws JMSException {
        try (Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(null);
            for (int number = 0; number < MESSAGES; number++) {
                Queue queue = session.createQueue("work-" + number % QUEUES);
                producer.send(queue, session.createTextMessage("message " + number));
                sent.add("message " + number);
            }
        }
    }

    /** An application that can do with nothing. */
    private void giveBack(Connection connection, String name) {
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            MessageConsumer consumer = session.createConsumer(session.createQueue(name));
            while (!over.get()) {
                if (consumer.receive(RECEIVE_MILLIS) != null) {
                    session.recover();
                }
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> browse(Session session, String name) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (var browser = session.createBrowser(session.createQueue(name))) {
            for (Object each : Collections.list(browser.getEnumeration())) {
                texts.add(((Message) each).getBody(String.class));
            }
        }
        assertTrue(texts.size() <= MESSAGES, name + " has " + texts.size());
        return texts;
    }
}
