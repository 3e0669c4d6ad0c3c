package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.Rewinder;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A past that is damaged: whoever goes back to it is told, and nobody else is hurt. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RewindDamageTest {

    private static final int MESSAGES = 40;
    private static final int BYTES = 100_000;

    @TempDir Path directory = Path.of("");

    private MillraceConnectionFactory factory() throws JMSException {
        return new MillraceConnectionFactory(
                "millrace:file:"
                        + directory.resolve("data")
                        + "?broker.log.segment.bytes=1048576&broker.log.retention.hours=-1");
    }

    /** Damages what lies in the middle of the third segment. */
    private void damage() throws Exception {
        List<Path> segments;
        try (Stream<Path> files = Files.list(directory.resolve("data").resolve("partition-1"))) {
            segments = files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
        }
        assertTrue(segments.size() > 3, segments.toString());
        try (RandomAccessFile file = new RandomAccessFile(segments.get(2).toFile(), "rw")) {
            file.seek(500_000);
            byte[] some = new byte[64];
            file.readFully(some);
            for (int index = 0; index < some.length; index++) {
                some[index] ^= 0x55;
            }
            file.seek(500_000);
            file.write(some);
        }
    }

    @Test
    void itsRewindFailsAndAllElseGoesOn() throws Exception {
        try (JMSContext context = factory().createContext()) {
            Queue queue = context.createQueue("orders");
            for (int number = 0; number < MESSAGES; number++) {
                context.createProducer().setProperty("number", number).send(queue, new byte[BYTES]);
            }
            try (var consumer = context.createConsumer(queue)) {
                for (int number = 0; number < MESSAGES; number++) {
                    assertTrue(consumer.receive(30_000) instanceof BytesMessage);
                }
            }
        }
        // A clean stop takes a checkpoint: what is before it is not read by the next start.
        factory().createContext().close();
        damage();
        long found;
        try (JMSContext context = factory().createContext()) {
            Queue other = context.createQueue("other");
            context.createProducer().send(other, "before");
            Rewinder orders = Rewinder.of(context).queue("orders");
            assertEquals(
                    "UNAVAILABLE", assertThrows(JMSException.class, orders::count).getErrorCode());
            JMSException refused = assertThrows(JMSException.class, orders::rewind);
            assertEquals("UNAVAILABLE", refused.getErrorCode());
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains("messages were found before that"), message);
            context.createProducer().send(other, "after");
            try (var consumer = context.createConsumer(other)) {
                assertEquals("before", consumer.receiveBody(String.class, 30_000));
                assertEquals("after", consumer.receiveBody(String.class, 30_000));
            }
            found = replays(context);
            assertTrue(found > 10 && found < MESSAGES, "found " + found);
        }
        try (JMSContext context = factory().createContext()) {
            // Behind the damage all is well.
            Rewinder end = Rewinder.of(context).queue("orders").fromSequence(MESSAGES);
            assertEquals(1, end.rewind().messages());
            assertEquals(1, replays(context));
        }
    }

    /** Takes what waits, in its order. */
    private static long replays(JMSContext context) throws JMSException {
        long replays = 0;
        try (var consumer = context.createConsumer(context.createQueue("orders"))) {
            for (var message = consumer.receiveNoWait();
                    message != null;
                    message = consumer.receiveNoWait()) {
                assertTrue(message.getBooleanProperty("JMS_Millrace_Replay"));
                replays++;
            }
        }
        return replays;
    }
}
