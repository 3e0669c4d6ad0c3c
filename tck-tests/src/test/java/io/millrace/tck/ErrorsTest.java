package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the text says which exception "must be" thrown: Jakarta Messaging 3.1, 10.2 and 10.3. */
class ErrorsTest {

    private static final String WRONG = "number >";

    private final Map<String, Background.Action> calls = new LinkedHashMap<>();

    private void assertAll(Class<? extends Exception> expected) {
        calls.forEach((name, call) -> assertThrows(expected, call::run, name));
        calls.clear();
    }

    /** Of another provider. */
    private static final class Elsewhere implements Queue, Topic {

        @Override
        public String getQueueName() {
            return "elsewhere";
        }

        @Override
        public String getTopicName() {
            return "elsewhere";
        }
    }

    /** A destination "either not understood by a provider or no longer valid". */
    @OverEachUri
    void destinationsThatAreNone(Provider provider) throws Exception {
        Session session = provider.startedAs("client").createSession();
        for (Destination wrong : new Destination[] {null, new Elsewhere()}) {
            Queue queue = (Queue) wrong;
            Topic topic = (Topic) wrong;
            calls.put("createConsumer", () -> session.createConsumer(wrong));
            calls.put("with selector", () -> session.createConsumer(wrong, "a = 1"));
            calls.put("createBrowser", () -> session.createBrowser(queue));
            calls.put("createDurable", () -> session.createDurableConsumer(topic, "a"));
            calls.put("createSubscriber", () -> session.createDurableSubscriber(topic, "a"));
            calls.put("createShared", () -> session.createSharedConsumer(topic, "a"));
            calls.put("sharedDurable", () -> session.createSharedDurableConsumer(topic, "a"));
            calls.put(
                    "send",
                    () -> session.createProducer(null).send(wrong, session.createMessage()));
            assertAll(InvalidDestinationException.class);
        }
        calls.put("createProducer", () -> session.createProducer(new Elsewhere()));
        calls.put("createQueue", () -> session.createQueue(""));
        calls.put("createTopic", () -> session.createTopic(null));
        calls.put("unsubscribe", () -> session.unsubscribe("nothing"));
        TemporaryQueue gone = session.createTemporaryQueue();
        gone.delete();
        calls.put("consume from deleted", () -> session.createConsumer(gone));
        calls.put("browse deleted", () -> session.createBrowser(gone));
        calls.put(
                "send to deleted",
                () -> session.createProducer(gone).send(session.createMessage()));
        assertAll(InvalidDestinationException.class);
        Texts.send(session, session.createQueue("work"), "unharmed");
    }

    @OverEachUri
    void destinationsThatAreNoneUnchecked(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Elsewhere wrong = new Elsewhere();
        calls.put("createConsumer", () -> context.createConsumer(null));
        calls.put("of another provider", () -> context.createConsumer(wrong));
        calls.put("createBrowser", () -> context.createBrowser(wrong));
        calls.put("createShared", () -> context.createSharedConsumer(wrong, "a"));
        calls.put("createQueue", () -> context.createQueue(null));
        calls.put("createTopic", () -> context.createTopic(""));
        calls.put("send", () -> context.createProducer().send(wrong, "text"));
        calls.put("unsubscribe", () -> context.unsubscribe("nothing"));
        assertAll(InvalidDestinationRuntimeException.class);
    }

    @OverEachUri
    void selectorsOfInvalidSyntax(Provider provider) throws Exception {
        Connection connection = provider.startedAs("client");
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        Topic topic = session.createTopic("news");
        calls.put("queue", () -> session.createConsumer(queue, WRONG));
        calls.put("topic", () -> session.createConsumer(topic, WRONG));
        calls.put("noLocal", () -> session.createConsumer(topic, WRONG, true));
        calls.put("browser", () -> session.createBrowser(queue, WRONG));
        calls.put("durable", () -> session.createDurableConsumer(topic, "a", WRONG, false));
        calls.put("subscriber", () -> session.createDurableSubscriber(topic, "a", WRONG, true));
        calls.put("shared", () -> session.createSharedConsumer(topic, "a", WRONG));
        calls.put("shared durable", () -> session.createSharedDurableConsumer(topic, "a", WRONG));
        assertAll(InvalidSelectorException.class);
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        calls.put("queue", () -> context.createConsumer(queue, WRONG));
        calls.put("browser", () -> context.createBrowser(queue, WRONG));
        calls.put("shared", () -> context.createSharedConsumer(topic, "a", WRONG));
        assertAll(InvalidSelectorRuntimeException.class);
        // Nothing was created on the way.
        assertThrows(InvalidDestinationException.class, () -> session.unsubscribe("a"));
    }

    /** The wrong moment: no transaction, a domain's session, a listener's consumer. */
    @OverEachUri
    void callsAtTheWrongTime(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Session transacted = provider.started().createSession(Session.SESSION_TRANSACTED);
        calls.put("commit", session::commit);
        calls.put("rollback", session::rollback);
        calls.put("recover", transacted::recover);
        assertAll(IllegalStateException.class);
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        JMSContext withTransactions = provider.context(JMSContext.SESSION_TRANSACTED);
        calls.put("commit", context::commit);
        calls.put("rollback", context::rollback);
        calls.put("recover", withTransactions::recover);
        assertAll(IllegalStateRuntimeException.class);
    }

    @OverEachUri
    void clientIdsThatAreRefused(Provider provider) throws Exception {
        provider.startedAs("taken");
        calls.put("taken", () -> provider.connect().setClientID("taken"));
        calls.put("empty", () -> provider.connect().setClientID(""));
        calls.put("null", () -> provider.connect().setClientID(null));
        assertAll(InvalidClientIDException.class);
    }

    @OverEachUri
    void bodiesThatAreReadWrongly(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        StreamMessage stream = session.createStreamMessage();
        BytesMessage bytes = session.createBytesMessage();
        calls.put("stream", stream::readInt);
        calls.put("bytes", bytes::readInt);
        assertAll(MessageNotReadableException.class);
        stream.writeBoolean(true);
        stream.reset();
        bytes.reset();
        calls.put("unsupported class", () -> session.createStreamMessage().writeObject(this));
        calls.put("boolean as short", stream::readShort);
        calls.put("map", () -> session.createMapMessage().setObject("a", this));
        calls.put("property", () -> session.createMessage().setObjectProperty("a", this));
        assertAll(MessageFormatException.class);
        assertEquals(true, stream.readBoolean());
        calls.put("stream", stream::readInt);
        calls.put("bytes", bytes::readInt);
        assertAll(MessageEOFException.class);
    }

    /** 10.2: a message that says what to do, a code, and what caused it. */
    @OverEachUri
    void exceptionsCarryTextCodeAndCause(Provider provider) throws Exception {
        Session session = provider.startedAs("client").createSession();
        InvalidDestinationException checked =
                assertThrows(
                        InvalidDestinationException.class, () -> session.unsubscribe("nothing"));
        assertEquals("NO_SUCH_SUBSCRIPTION", checked.getErrorCode());
        assertTrue(String.valueOf(checked.getMessage()).startsWith("Expected "), checked::toString);
        assertNotNull(checked.getCause());
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        JMSRuntimeException unchecked =
                assertThrows(JMSRuntimeException.class, () -> context.unsubscribe("nothing"));
        assertEquals("NO_SUCH_SUBSCRIPTION", unchecked.getErrorCode());
        JMSException twin = assertInstanceOf(JMSException.class, unchecked.getCause());
        assertEquals(twin.getMessage(), unchecked.getMessage());
    }
}
