package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Sessions of one connection that send faster than the broker stores: it makes them wait. */
class BusySessionsTest {

    private static final int SESSIONS = 3;
    private static final int MESSAGES = 60;

    private static final int BYTES = 600_000;

    private static final class Count implements CompletionListener {

        final AtomicInteger completed = new AtomicInteger();
        final List<Exception> failures = new CopyOnWriteArrayList<>();

        @Override
        public void onCompletion(Message message) {
            completed.incrementAndGet();
        }

        @Override
        public void onException(Message message, Exception exception) {
            failures.add(exception);
        }
    }

    /** Beyond 16 MiB that wait in the broker the whole connection is not read from. */
    @OverEachUri
    void sessionsThatAreMadeToWaitGoOn(Provider provider) throws Exception {
        // Each message is a batch: two might not fit a segment of the broker on disk.
        Connection connection =
                provider.factory("send.window.bytes=33554432&send.batch.bytes=1024")
                        .createConnection();
        connection.start();
        // Segments of one MiB, as the broker on disk has them here, take a quarter of that at once.
        int bytes = provider.uri().startsWith("millrace:file:") ? BYTES / 3 : BYTES;
        List<Count> counts = new ArrayList<>();
        List<Background<Boolean>> senders = new ArrayList<>();
        for (int index = 0; index < SESSIONS; index++) {
            Session session = connection.createSession();
            Queue queue = session.createQueue("work" + index);
            Count count = new Count();
            counts.add(count);
            senders.add(Background.run(() -> flood(session, queue, bytes, count)));
        }
        Session reader = connection.createSession();
        for (int index = 0; index < SESSIONS; index++) {
            MessageConsumer consumer = reader.createConsumer(reader.createQueue("work" + index));
            for (int number = 0; number < MESSAGES; number++) {
                assertEquals(number, Texts.receive(consumer).getIntProperty("number"));
            }
        }
        for (Background<Boolean> each : senders) {
            each.result();
        }
        connection.close();
        for (Count each : counts) {
            assertEquals(List.of(), each.failures);
            assertEquals(MESSAGES, each.completed.get());
        }
    }

    private static void flood(Session session, Queue queue, int bytes, Count count)
            throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        byte[] body = new byte[bytes];
        for (int number = 0; number < MESSAGES; number++) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(body);
            message.setIntProperty("number", number);
            producer.send(message, count);
        }
        producer.close();
    }
}
