package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.EventCodec;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpener;
import io.millrace.server.LogOpeners;
import io.millrace.wire.MessageBatch;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the log holds beside the messages themselves, for each delivery: entries, batches, hand-outs
 * and acknowledgements, of messages that are sent asynchronously to durable subscriptions.
 */
class LogOverheadTest {

    private static final int BODY_BYTES = 100;

    /** The partition that has the destinations. */
    private static final int PARTITION = 1;

    @TempDir Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({"1, 200000, 16", "100, 4000, 4", "1000, 400, 4"})
    void isSmallWhenMessagesComeInBatches(int subscriptions, int messages, int mostBytes)
            throws Exception {
        deliver(subscriptions, messages);
        AtomicLong count = new AtomicLong();
        AtomicLong bytes = new AtomicLong();
        long logBytes = read(count, bytes);
        assertEquals(messages, count.get());
        double each = (logBytes - bytes.get()) / ((double) messages * subscriptions);
        System.out.printf(
                "%,d subscriptions, %,d messages of %d bytes (%.1f with head), %.2f bytes of log a"
                        + " delivery beside them%n",
                subscriptions, messages, BODY_BYTES, bytes.get() / (double) messages, each);
        assertTrue(each <= mostBytes, each + " bytes of log a delivery");
    }

    private void deliver(int subscriptions, int messages) throws JMSException {
        String uri = "millrace:file:" + directory + "?clientId=many&broker.log.retention.hours=-1";
        AtomicInteger received = new AtomicInteger();
        AtomicInteger confirmed = new AtomicInteger();
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            Session receiving = connection.createSession();
            Topic topic = receiving.createTopic("prices");
            for (int number = 0; number < subscriptions; number++) {
                receiving
                        .createDurableConsumer(topic, "subscription-" + number)
                        .setMessageListener(message -> received.incrementAndGet());
            }
            connection.start();
            Session sending = connection.createSession();
            MessageProducer producer = sending.createProducer(topic);
            for (int number = 0; number < messages; number++) {
                BytesMessage message = sending.createBytesMessage();
                message.writeBytes(new byte[BODY_BYTES]);
                producer.send(message, new Counting(confirmed));
            }
            producer.close();
            assertEquals(messages, confirmed.get());
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> received.get() >= messages * subscriptions);
        }
    }

    /** Returns how many bytes the log has, and adds up what of it is messages. */
    private long read(AtomicLong count, AtomicLong bytes) {
        try (LogOpener logs = LogOpeners.inDirectory(directory, BrokerConfiguration.defaults())) {
            PartitionLog log = logs.open(PARTITION, new Deaf()).log();
            long at = log.startOffset();
            assertEquals(0, at, "all of it is still there");
            while (at < log.durableOffset()) {
                for (LogEntry entry : log.read(at, 1 << 20)) {
                    EventCodec.decode(
                            entry.body(),
                            event -> {
                                if (event instanceof PartitionEvent.Enqueued enqueued) {
                                    MessageBatch batch = enqueued.batch();
                                    count.addAndGet(batch.count());
                                    bytes.addAndGet(batch.messageBytes(0, batch.count()));
                                }
                            });
                    at = entry.nextOffset();
                }
            }
            log.close();
            return at;
        }
    }

    /** Counts what is confirmed. */
    private record Counting(AtomicInteger confirmed) implements CompletionListener {

        @Override
        public void onCompletion(Message message) {
            confirmed.incrementAndGet();
        }

        @Override
        public void onException(Message message, Exception exception) {
            throw new IllegalStateException(exception);
        }
    }

    /** Nothing is appended here. */
    private static final class Deaf implements PartitionLog.Listener {

        @Override
        public byte[] sealing(PartitionLog.SealedSegment segment) {
            throw new IllegalStateException("nothing is appended here");
        }

        @Override
        public void durableUpTo(long offset) {}

        @Override
        public void failed(LogFailure failure) {
            throw failure;
        }
    }
}
