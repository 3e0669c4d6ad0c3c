package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
