package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jakarta Messaging 3.1, 4.1.6: browsers of long queues, in memory and on disk. */
class LongQueueBrowserTest {

    /** A queue of any length: in steps, of few messages if they are large. */
    @OverEachUri
    void looksThroughALongQueue(Provider provider) throws Exception {
        Session session = provider.connect().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        String filling = "x".repeat(200_000);
        for (int n = 0; n < 20; n++) {
            producer.send(session.createTextMessage(n + filling));
        }
        Texts.send(session, queue, BrowserTest.numbers(20, 5_000));
        Enumeration<?> enumeration = session.createBrowser(queue).getEnumeration();
        for (int n = 0; n <= 5_000; n++) {
            TextMessage message = (TextMessage) enumeration.nextElement();
            assertEquals(n + (n < 20 ? filling : ""), message.getText());
        }
        assertFalse(enumeration.hasMoreElements());
    }

    /** What was stored long ago is read from the disk. */
    @Test
    void looksIntoAnOldLog(@TempDir Path directory) throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace:file:" + directory + "?broker.log.segment.bytes=1048576");
        String filling = " ".repeat(1_000);
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue("work");
            MessageProducer producer = session.createProducer(queue);
            for (int n = 1; n <= 6_000; n++) {
                TextMessage message = session.createTextMessage(n + filling);
                message.setIntProperty("n", n);
                producer.send(message);
            }
            // A hole: the middle of the queue is consumed.
            MessageConsumer consumer = session.createConsumer(queue, "n BETWEEN 1001 AND 5000");
            assertEquals(4_000, Texts.receive(consumer, 4_000).size());
        }
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            Queue queue = session.createQueue("work");
            List<String> expected = new ArrayList<>();
            IntStream.rangeClosed(1, 1_000).forEach(n -> expected.add(n + filling));
            IntStream.rangeClosed(5_001, 6_000).forEach(n -> expected.add(n + filling));
            assertEquals(expected, BrowserTest.browse(session, queue));
            assertEquals(List.of("5999" + filling), BrowserTest.browse(session, queue, "n = 5999"));
        }
    }
}
