package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a later version brings says so, by name, and leaves everything as it was. */
class NotSupportedTest {

    private static final String DELAY = "A delivery delay";

    private Provider provider;
    private Connection connection;
    private Session session;
    private Queue queue;
    private Topic topic;

    @BeforeEach
    void connect() throws JMSException {
        provider = new Provider(Provider.Kind.MEMORY);
        connection = provider.startedAs("client");
        session = connection.createSession();
        queue = session.createQueue("work");
        topic = session.createTopic("news");
    }

    @AfterEach
    void disconnect() {
        provider.close();
    }

    private void assertRefused(String what, Background.Action call) {
        JMSException refused = assertThrows(JMSException.class, call::run, what);
        assertEquals("NOT_SUPPORTED", refused.getErrorCode(), refused::toString);
        assertEquals(what + " is not supported by this version of Millrace", refused.getMessage());
    }

    private void assertRefusedUnchecked(String what, Background.Action call) {
        JMSRuntimeException refused = assertThrows(JMSRuntimeException.class, call::run, what);
        assertEquals("NOT_SUPPORTED", refused.getErrorCode(), refused::toString);
        assertTrue(String.valueOf(refused.getMessage()).startsWith(what + " is not supported"));
    }

    private void assertUnharmed() throws JMSException {
        Texts.send(session, queue, "unharmed");
        Texts.assertFirst(Texts.expect(session.createConsumer(queue), "unharmed"));
    }

    @Test
    void delays() throws Exception {
        assertRefused(DELAY, () -> session.createProducer(queue).setDeliveryDelay(10));
        assertUnharmed();
    }

    @Test
    void theSimplifiedApiSaysTheSame() throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        JMSProducer producer = context.createProducer();
        Map<String, Background.Action> calls = new LinkedHashMap<>();
        calls.put(DELAY, () -> producer.setDeliveryDelay(10));
        calls.forEach(this::assertRefusedUnchecked);
        producer.send(queue, "still works");
        assertEquals(
                "still works", context.createConsumer(queue).receiveBody(String.class, 30_000));
        assertUnharmed();
    }
}
