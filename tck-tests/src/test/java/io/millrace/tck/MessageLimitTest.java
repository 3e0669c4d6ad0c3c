package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is larger than the broker takes does not leave the client. */
class MessageLimitTest {

    private static final int WAIT_MILLIS = 20_000;

    @TempDir Path directory = Path.of("");

    private MillraceConnectionFactory factory(String options) {
        return new MillraceConnectionFactory(
                "millrace:file:"
                        + directory.resolve("data")
                        + "?broker.log.segment.bytes=1048576"
                        + options);
    }

    private static byte[] received(MessageConsumer consumer) throws JMSException {
        return consumer.receive(WAIT_MILLIS).getBody(byte[].class);
    }

    @Test
    void whatIsTooLargeIsRefusedAndLeavesNothing() throws Exception {
        MillraceConnectionFactory factory = factory("&broker.message.max.bytes=2000000");
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue("limited");
            MessageProducer producer = session.createProducer(queue);
            BytesMessage written = LargeMessagesTest.bytes(session, new byte[2_000_001]);
            MessageFormatException refused =
                    assertThrows(MessageFormatException.class, () -> producer.send(written));
            assertEquals("TOO_LARGE", refused.getErrorCode());
            BytesMessage streamed = session.createBytesMessage();
            streamed.setObjectProperty(
                    "JMS_Millrace_InputStream", new ByteArrayInputStream(new byte[2_000_001]));
            assertThrows(MessageFormatException.class, () -> producer.send(streamed));
            MessageConsumer consumer = session.createConsumer(queue);
            assertNull(consumer.receiveNoWait());
            producer.send(LargeMessagesTest.bytes(session, new byte[2_000_000]));
            assertEquals(2_000_000, received(consumer).length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    void aSmallLimitIsToldToWhoeverSendsMore(int mode) throws Exception {
        MillraceConnectionFactory factory = factory("&broker.message.max.bytes=100000");
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue("limited");
            MessageProducer producer = session.createProducer(queue);
            producer.setDeliveryMode(mode);
            MapMessage map = session.createMapMessage();
            map.setString("name", "€".repeat(40_000));
            for (Message tooLarge :
                    List.of(
                            LargeMessagesTest.bytes(session, new byte[100_001]),
                            session.createTextMessage("x".repeat(100_001)),
                            session.createTextMessage("€".repeat(40_000)),
                            map)) {
                MessageFormatException refused =
                        assertThrows(MessageFormatException.class, () -> producer.send(tooLarge));
                assertEquals("TOO_LARGE", refused.getErrorCode());
            }
            MessageConsumer consumer = session.createConsumer(queue);
            producer.send(LargeMessagesTest.bytes(session, new byte[100_000]));
            assertEquals(100_000, received(consumer).length);
            producer.send(session.createTextMessage("€".repeat(30_000)));
            assertEquals(30_000, consumer.receive(WAIT_MILLIS).getBody(String.class).length());
            assertNull(consumer.receiveNoWait());
        }
    }
}
