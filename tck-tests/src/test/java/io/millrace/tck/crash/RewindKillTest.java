package io.millrace.tck.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.Rewinder;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 while a queue is taken back in time: everything comes again, and once. */
class RewindKillTest {

    private static final int MESSAGES = 20_000;
    private static final int BODY_BYTES = 1_500;
    private static final int MOST_ROUNDS = 10;

    @TempDir Path directory = Path.of("");

    private final Random random = new Random();

    @Test
    @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void goesOnWhereItWasInterrupted() throws Exception {
        RestartableBroker broker = new RestartableBroker(directory, "log.retention.hours=-1");
        MillraceConnectionFactory factory = new MillraceConnectionFactory(broker.uri());
        int interrupted = 0;
        try (JMSContext context = factory.createContext();
                JMSContext receiving = factory.createContext()) {
            Queue queue = context.createQueue("orders");
            send(context, queue);
            assertEquals(0, receive(receiving, queue));
            long begin = System.nanoTime();
            assertEquals(MESSAGES, rewind(context).messages());
            long longest = System.nanoTime() - begin;
            assertEquals(MESSAGES, receive(receiving, queue), "all are replays");
            for (int round = 0; round < MOST_ROUNDS && interrupted < 2; round++) {
                CompletableFuture<Rewinder.Outcome> rewind =
                        CompletableFuture.supplyAsync(() -> rewind(context));
                // The moment of the kill is what should not be the same every time.
                LockSupport.parkNanos(1 + random.nextLong(longest));
                broker.kill();
                if (rewind.isDone()) {
                    // The first one took longer than they do now.
                    longest = Math.max(1, longest / 2);
                } else {
                    interrupted++;
                }
                broker.start();
                assertEquals(MESSAGES, rewind.get(60, TimeUnit.SECONDS).messages());
                assertEquals(MESSAGES, receive(receiving, queue), "all are replays");
            }
            System.out.println(interrupted + " rewinds were interrupted by a kill");
            assertTrue(interrupted > 0, "no kill came while a rewind was under way");
        } finally {
            broker.kill();
        }
    }

    private static Rewinder.Outcome rewind(JMSContext context) {
        try {
            return Rewinder.of(context).queue("orders").rewind();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
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

    /** Receives each once and no more; how many were replays. */
    private static int receive(JMSContext context, Queue queue) throws JMSException {
        BitSet seen = new BitSet(MESSAGES);
        int replays = 0;
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            while (seen.cardinality() < MESSAGES) {
                Message message = consumer.receive(30_000);
                assertTrue(message != null, "after " + seen.cardinality() + " nothing came");
                int number = message.getIntProperty("number");
                assertTrue(!seen.get(number), number + " came twice");
                seen.set(number);
                replays += message.propertyExists("JMS_Millrace_Replay") ? 1 : 0;
            }
            assertEquals(null, consumer.receiveNoWait());
        }
        return replays;
    }
}
