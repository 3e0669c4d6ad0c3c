package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstMessagesTest {

    @TempDir Path directory = Path.of("");

    @Test
    void sendsAndReceivesInMemory() throws Exception {
        roundTrip("millrace:mem:first");
    }

    @Test
    void sendsAndReceivesOnDisk() throws Exception {
        roundTrip("millrace:file:" + directory);
    }

    private static void roundTrip(String uri) throws Exception {
        try (Connection connection = new MillraceConnectionFactory(uri).createConnection()) {
            Session session = connection.createSession();
            Queue queue = session.createQueue("first");
            MessageProducer producer = session.createProducer(queue);
            MessageConsumer consumer = session.createConsumer(queue);
            connection.start();
            for (int number = 0; number < 100; number++) {
                TextMessage message = session.createTextMessage("number " + number);
                message.setIntProperty("number", number);
                producer.send(message);
            }
            for (int number = 0; number < 100; number++) {
                Message received = consumer.receive(5_000);
                assertNotNull(received);
                assertEquals("number " + number, received.getBody(String.class));
                assertEquals(number, received.getIntProperty("number"));
                assertEquals(1, received.getIntProperty("JMSXDeliveryCount"));
            }
            assertNull(consumer.receiveNoWait());
        }
    }
}
