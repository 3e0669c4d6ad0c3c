package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits for what waits in a destination, and what becomes of sends beyond them. */
class FullDestinationsTest {

    private static JMSContext context(String place, String... settings) {
        String uri = "millrace:" + place + "?" + String.join("&", settings);
        return new MillraceConnectionFactory(uri).createContext();
    }

    @Test
    void aSendBeyondTheLimitIsRefusedUntilThereIsRoom() {
        try (JMSContext context = context("mem:refuse", "broker.max.waiting.messages=3")) {
            Queue queue = context.createQueue("work");
            JMSProducer producer = context.createProducer();
            for (int number = 1; number <= 3; number++) {
                producer.send(queue, "" + number);
            }
            String refusal =
                    String.valueOf(
                            assertThrows(
                                            ResourceAllocationRuntimeException.class,
                                            () -> producer.send(queue, "4"))
                                    .getMessage());
            assertTrue(refusal.contains("work"), refusal);
            assertTrue(refusal.contains("max.waiting.messages 3"), refusal);
            producer.send(context.createQueue("other"), "has room");
            JMSConsumer consumer = context.createConsumer(queue);
            assertEquals("1", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            // AUTO_ACKNOWLEDGE tells the broker in the background.
            await().ignoreException(ResourceAllocationRuntimeException.class)
                    .until(() -> producer.send(queue, "5") != null);
            for (String next : List.of("2", "3", "5")) {
                assertEquals(next, consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            }
            assertNull(consumer.receiveNoWait());
        }
    }

    @Test
    void aTransactionWithoutRoomIsRolledBack() {
        try (JMSContext context = context("mem:rolled-back", "broker.max.waiting.messages=3");
                JMSContext transacted = context.createContext(JMSContext.SESSION_TRANSACTED)) {
            Queue queue = context.createQueue("work");
            context.createProducer().send(queue, "1");
            for (int number = 0; number < 3; number++) {
                transacted.createProducer().send(queue, "no");
            }
            assertThrows(TransactionRolledBackRuntimeException.class, transacted::commit);
            for (int number = 2; number <= 3; number++) {
                transacted.createProducer().send(queue, "" + number);
            }
            transacted.commit();
            JMSConsumer consumer = context.createConsumer(queue);
            for (String next : List.of("1", "2", "3")) {
                assertEquals(next, consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            }
            assertNull(consumer.receiveNoWait());
        }
    }

    @Test
    void aSendWaitsForRoomIfItIsToBlock() {
        try (JMSContext context =
                        context(
                                "mem:block",
                                "broker.destination.work.max.waiting.messages=2",
                                "broker.when.full=block");
                JMSContext receiving = context.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
            Queue queue = context.createQueue("work");
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int number = 1; number <= 5; number++) {
                                    context.createProducer().send(queue, "" + number);
                                }
                            });
            JMSConsumer consumer = receiving.createConsumer(queue);
            List<String> arrived = new ArrayList<>();
            assertFalse(sending.isDone());
            for (int number = 1; number <= 5; number++) {
                arrived.add(consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            }
            assertEquals(List.of("1", "2", "3", "4", "5"), arrived);
            sending.join();
        }
    }

    @Test
    void whatWaitsTooLongIsRefused() {
        try (JMSContext context =
                context(
                        "mem:too-long",
                        "broker.max.waiting.messages=1",
                        "broker.when.full=block",
                        "broker.when.full.block.ms=200")) {
            Queue queue = context.createQueue("work");
            context.createProducer().send(queue, "1");
            long began = System.nanoTime();
            assertThrows(
                    ResourceAllocationRuntimeException.class,
                    () -> context.createProducer().send(queue, "2"));
            assertTrue(System.nanoTime() - began >= Duration.ofMillis(150).toNanos());
            JMSConsumer consumer = context.createConsumer(queue);
            assertEquals("1", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            assertNull(consumer.receiveNoWait());
        }
    }

    @Test
    void theOldestOfATopicMakeRoom() {
        try (JMSContext context =
                context(
                        "mem:drop",
                        "broker.max.waiting.messages=10",
                        "broker.when.full=drop.oldest",
                        // Else they travel in batches, and a batch is taken whole.
                        "nonPersistent=confirmed",
                        "clientId=dropping")) {
            Topic topic = context.createTopic("prices");
            JMSConsumer consumer = context.createDurableConsumer(topic, "slow");
            consumer.close();
            JMSProducer producer =
                    context.createProducer().setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            for (int number = 1; number <= 100; number++) {
                producer.send(topic, "" + number);
            }
            assertThrows(
                    ResourceAllocationRuntimeException.class,
                    () -> context.createProducer().send(topic, "persistent"));
            JMSConsumer again = context.createDurableConsumer(topic, "slow");
            for (int number = 91; number <= 100; number++) {
                assertEquals("" + number, again.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            }
            assertNull(again.receiveNoWait());
        }
    }

    /** How large a message is on average is not known any more, but soon is. */
    @Test
    void bytesCountAfterARestartToo(@TempDir Path directory) {
        String place = "file:" + directory;
        String limit = "broker.destination.work.max.waiting.bytes=1000000";
        int before;
        try (JMSContext context = context(place, limit)) {
            before = fill(context);
            assertTrue(before > 80 && before < 110, before + " of 10,000 bytes");
        }
        try (JMSContext context = context(place, limit)) {
            int more = fill(context);
            assertTrue(more <= 1, more + " more");
            JMSConsumer consumer = context.createConsumer(context.createQueue("work"));
            for (int left = before + more; left > 0; left--) {
                assertEquals(
                        10_000, consumer.receiveBody(byte[].class, Texts.PATIENCE_MILLIS).length);
            }
            assertNull(consumer.receiveNoWait());
        }
    }

    /** All that waited may go at once, and is more than an entry of the log can hold. */
    @Test
    void manyThatWaitGoOneAfterTheOther(@TempDir Path directory) throws Exception {
        String options = "broker.destination.work.max.waiting.messages=10";
        int producers = 10;
        try (JMSContext context =
                        context(
                                "file:" + directory,
                                options,
                                "broker.when.full=block",
                                "broker.log.segment.bytes=1048576");
                JMSContext receiving = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            Queue queue = context.createQueue("work");
            for (int number = 0; number < 10; number++) {
                context.createProducer().send(queue, "small");
            }
            AtomicInteger confirmed = new AtomicInteger();
            List<JMSContext> blocked = new ArrayList<>();
            for (int number = 0; number < producers; number++) {
                JMSContext each = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
                blocked.add(each);
                each.createProducer()
                        .setAsync(new Confirmations(confirmed))
                        .send(queue, "x".repeat(100_000));
            }
            // Behind the sends on the same link: when it is answered, they wait.
            context.createTemporaryQueue();
            assertEquals(0, confirmed.get());
            JMSConsumer consumer = receiving.createConsumer(queue);
            for (int number = 0; number < 10; number++) {
                assertEquals("small", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            }
            receiving.acknowledge();
            for (int number = 0; number < producers; number++) {
                String large = consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS);
                assertEquals(100_000, large.length());
                receiving.acknowledge();
            }
            assertNull(consumer.receiveNoWait());
            await().until(() -> confirmed.get() == producers);
            blocked.forEach(JMSContext::close);
        }
    }

    /** Counts what is confirmed. */
    private record Confirmations(AtomicInteger count) implements CompletionListener {

        @Override
        public void onCompletion(Message message) {
            count.incrementAndGet();
        }

        @Override
        public void onException(Message message, Exception exception) {
            throw new IllegalStateException(exception);
        }
    }

    /** What a transaction takes out makes room for what it puts in. */
    @Test
    void aTransactionOnAFullQueueMakesItsOwnRoom() {
        try (JMSContext context = context("mem:own-room", "broker.max.waiting.messages=2");
                JMSContext transacted = context.createContext(JMSContext.SESSION_TRANSACTED)) {
            Queue queue = context.createQueue("work");
            context.createProducer().send(queue, "1");
            context.createProducer().send(queue, "2");
            JMSConsumer consumer = transacted.createConsumer(queue);
            assertEquals("1", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            transacted.createProducer().send(queue, "1 again");
            transacted.commit();
            assertEquals("2", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            assertEquals("1 again", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            transacted.commit();
        }
    }

    private static int fill(JMSContext context) {
        Queue queue = context.createQueue("work");
        for (int sent = 0; ; sent++) {
            BytesMessage message = context.createBytesMessage();
            try {
                message.writeBytes(new byte[10_000]);
                context.createProducer().send(queue, message);
            } catch (ResourceAllocationRuntimeException full) {
                return sent;
            } catch (jakarta.jms.JMSException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
