package io.millrace.tck.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 under a consumer that reads a queue's past: it goes on, and the queue has all it had. */
class ReplayKillTest {

    private static final int MESSAGES = 20_000;
    private static final int BODY_BYTES = 500;
    private static final int KILLS = 3;

    @TempDir Path directory = Path.of("");

    private final Random random = new Random();

    @Test
    @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readsAllInOrderAndTakesNothing() throws Exception {
        RestartableBroker broker = new RestartableBroker(directory, "log.retention.hours=-1");
        MillraceConnectionFactory factory = new MillraceConnectionFactory(broker.uri());
        try (JMSContext context = factory.createContext();
                JMSContext reading = factory.createContext()) {
            Queue queue = context.createQueue("orders");
            send(context, queue);
            receive(context, queue, 0, MESSAGES / 2);
            try (JMSConsumer replay =
                    reading.createConsumer(context.createQueue("orders?from=beginning"))) {
                int next = 0;
                for (int kill = 1; kill <= KILLS; kill++) {
                    int end = MESSAGES * kill / (KILLS + 1) + random.nextInt(500);
                    for (; next < end; next++) {
                        expect(replay, next);
                    }
                    broker.kill();
                    broker.start();
                }
                for (; next < MESSAGES; next++) {
                    expect(replay, next);
                }
                assertEquals(null, replay.receiveNoWait());
            }
            receive(context, queue, MESSAGES / 2, MESSAGES);
        } finally {
            broker.kill();
        }
    }

    /** The next message, or that which was given when the broker was killed, once more. */
    private static void expect(JMSConsumer consumer, int number) throws JMSException {
        Message message = consumer.receive(30_000);
        if (message != null && message.getIntProperty("number") == number - 1) {
            assertTrue(message.getJMSRedelivered());
            message = consumer.receive(30_000);
        }
        assertTrue(message != null, "nothing came instead of " + number);
        assertEquals(number, message.getIntProperty("number"));
        assertTrue(message.getBooleanProperty("JMS_Millrace_Replay"));
    }

    private static void send(JMSContext context, Queue queue) throws Exception {
        CountDownLatch sent = new CountDownLatch(MESSAGES);
        JMSProducer producer =
                context.createProducer()
                        .setAsync(
                                new CompletionListener() {
                                    @Override
                                    public void onCompletion(Message message) {
                                        sent.countDown();
                                    }

                                    @Override
                                    public void onException(Message message, Exception refused) {
                                        throw new IllegalStateException(refused);
                                    }
                                });
        byte[] body = new byte[BODY_BYTES];
        for (int number = 0; number < MESSAGES; number++) {
            producer.setProperty("number", number).send(queue, body);
        }
        assertTrue(sent.await(60, TimeUnit.SECONDS), "all should be confirmed");
    }

    private static void receive(JMSContext context, Queue queue, int from, int to)
            throws JMSException {
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            for (int number = from; number < to; number++) {
                Message message = consumer.receive(30_000);
                assertTrue(message != null, "nothing came instead of " + number);
                assertEquals(number, message.getIntProperty("number"));
                assertTrue(!message.propertyExists("JMS_Millrace_Replay"));
            }
        }
    }
}
