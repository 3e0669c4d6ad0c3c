package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;

/** Text messages, sent and received in a line. */
final class Texts {

    /** Generous: nothing here waits that long unless it fails. */
    static final long PATIENCE_MILLIS = 30_000;

    private Texts() {}

    static void send(Session session, Destination to, String... texts) throws JMSException {
        MessageProducer producer = session.createProducer(to);
        for (String text : texts) {
            producer.send(session.createTextMessage(text));
        }
        producer.close();
    }

    static Message receive(MessageConsumer consumer) throws JMSException {
        Message message = consumer.receive(PATIENCE_MILLIS);
        assertNotNull(message, "a message should have come");
        return message;
    }

    static Message expect(MessageConsumer consumer, String text) throws JMSException {
        Message message = receive(consumer);
        assertEquals(text, message.getBody(String.class));
        return message;
    }

    static List<String> receive(MessageConsumer consumer, int count) throws JMSException {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            texts.add(receive(consumer).getBody(String.class));
        }
        return texts;
    }

    /** First delivery: no flag, count 1. */
    static void assertFirst(Message message) throws JMSException {
        assertEquals(false, message.getJMSRedelivered(), "flag");
        assertEquals(1, message.getIntProperty("JMSXDeliveryCount"), "count");
    }

    static void assertRedelivered(Message message, int count) throws JMSException {
        assertEquals(true, message.getJMSRedelivered(), "flag");
        assertEquals(count, message.getIntProperty("JMSXDeliveryCount"), "count");
    }
}
