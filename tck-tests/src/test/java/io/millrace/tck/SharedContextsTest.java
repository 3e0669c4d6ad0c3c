package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Contexts on one connection, and the unchecked exceptions (Jakarta Messaging 3.1, 2.8 and 6). */
class SharedContextsTest {

    private static final long PATIENCE = Texts.PATIENCE_MILLIS;

    private static JMSContext auto(Provider provider) {
        return provider.context(JMSContext.AUTO_ACKNOWLEDGE);
    }

    /** 6.2.15: each method of a closed context, while another still has the connection. */
    @OverEachUri
    void aClosedContextIsClosedThoughItsConnectionIsNot(Provider provider) throws Exception {
        JMSContext first = auto(provider);
        JMSContext second = first.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = first.createQueue("work");
        JMSConsumer consumer = first.createConsumer(queue);
        JMSProducer producer = first.createProducer();
        TextMessage message = first.createTextMessage("kept");
        first.close();
        Map<String, Background.Action> calls = new LinkedHashMap<>();
        calls.put("start", first::start);
        calls.put("stop", first::stop);
        calls.put("getClientID", first::getClientID);
        calls.put("setClientID", () -> first.setClientID("late"));
        calls.put("getMetaData", first::getMetaData);
        calls.put("getExceptionListener", first::getExceptionListener);
        calls.put("setExceptionListener", () -> first.setExceptionListener(null));
        calls.put("setAutoStart", () -> first.setAutoStart(true));
        calls.put("getAutoStart", first::getAutoStart);
        calls.put("createContext", () -> first.createContext(1));
        calls.put("createProducer", first::createProducer);
        calls.put("createConsumer", () -> first.createConsumer(queue));
        calls.put("createBrowser", () -> first.createBrowser(queue));
        calls.put("createMessage", first::createMessage);
        calls.put("createObjectMessage", first::createObjectMessage);
        calls.put("createTextMessage", () -> first.createTextMessage("a"));
        calls.put("createTemporaryQueue", first::createTemporaryQueue);
        calls.put("createTopic", () -> first.createTopic("a"));
        calls.put("getTransacted", first::getTransacted);
        calls.put("getSessionMode", first::getSessionMode);
        calls.put("acknowledge", first::acknowledge);
        calls.put("recover", first::recover);
        calls.put("commit", first::commit);
        calls.put("unsubscribe", () -> first.unsubscribe("a"));
        calls.put("send", () -> producer.send(queue, message));
        calls.put("receive", consumer::receive);
        calls.put("receiveBody", () -> consumer.receiveBody(String.class));
        calls.forEach(
                (name, call) -> assertThrows(IllegalStateRuntimeException.class, call::run, name));
        consumer.close();
        assertEquals("kept", message.getBody(String.class));
        second.createProducer().send(queue, message);
        assertEquals("kept", second.createConsumer(queue).receiveBody(String.class, PATIENCE));
    }

    /** 6.1.8: a context may be closed in another's listener; the connection goes with the last. */
    @OverEachUri
    void aListenerMayCloseAnotherContextOfItsConnection(Provider provider) throws Exception {
        JMSContext first = auto(provider);
        JMSContext second = first.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = first.createQueue("work");
        CompletableFuture<String> outcome = new CompletableFuture<>();
        first.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            second.close();
                            try {
                                first.stop();
                            } catch (IllegalStateRuntimeException e) {
                                outcome.complete("stop refused");
                            }
                        });
        auto(provider).createProducer().send(queue, "go");
        assertEquals("stop refused", outcome.get(PATIENCE, TimeUnit.MILLISECONDS));
        assertThrows(IllegalStateRuntimeException.class, second::createMessage);
        assertDoesNotThrow(first::createMessage);
    }

    /** 6.1.2: the client id is the connection's, so a second context is too late to set it. */
    @OverEachUri
    void clientIdIsOfTheConnection(Provider provider) throws Exception {
        JMSContext first = auto(provider);
        first.setClientID("one");
        JMSContext second = first.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        assertThrows(IllegalStateRuntimeException.class, () -> second.setClientID("two"));
        assertEquals("one", second.getClientID());
        JMSContext used = auto(provider);
        used.getMetaData();
        assertThrows(IllegalStateRuntimeException.class, () -> used.setClientID("late"));
        assertThrows(
                jakarta.jms.InvalidClientIDRuntimeException.class,
                () -> auto(provider).setClientID("one"));
        try (JMSContext preset = provider.factory("clientId=preset").createContext()) {
            assertEquals("preset", preset.getClientID());
            assertThrows(IllegalStateRuntimeException.class, () -> preset.setClientID("other"));
        }
    }

    @OverEachUri
    void impossibleSessionModesAreRefused(Provider provider) throws Exception {
        assertThrows(JMSRuntimeException.class, () -> provider.factory().createContext(7));
        JMSContext context = auto(provider);
        assertThrows(JMSRuntimeException.class, () -> context.createContext(-1));
    }

    /** 7.5 and 7.6: what the producer has overrides what the message has. */
    @OverEachUri
    void producerOverridesTheMessage(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Queue queue = context.createQueue("work");
        Message message = context.createMessage();
        message.setIntProperty("number", 1);
        message.setIntProperty("own", 2);
        message.setJMSType("old");
        message.setJMSCorrelationID("stays");
        message.setJMSPriority(9);
        context.createProducer()
                .setProperty("number", 5L)
                .setJMSType("new")
                .setPriority(3)
                .send(queue, message);
        Message arrived = context.createConsumer(queue).receive(PATIENCE);
        assertEquals(5L, arrived.getObjectProperty("number"));
        assertEquals(2, arrived.getObjectProperty("own"));
        assertEquals("new", arrived.getJMSType());
        assertEquals("stays", arrived.getJMSCorrelationID());
        assertEquals(3, arrived.getJMSPriority());
        // A received message is read-only until cleared.
        JMSProducer again = context.createProducer().setProperty("number", 6);
        assertThrows(MessageNotWriteableRuntimeException.class, () -> again.send(queue, arrived));
        arrived.clearProperties();
        again.send(queue, arrived);
    }

    /** 3.5.4 on a producer's properties: the same conversions, and the unchecked exceptions. */
    @OverEachUri
    void producersPropertiesAreConverted(Provider provider) throws Exception {
        JMSProducer producer = auto(provider).createProducer();
        producer.setProperty("int", 5).setProperty("text", "7").setProperty("flag", true);
        assertEquals(5L, producer.getLongProperty("int"));
        assertEquals(7, producer.getIntProperty("text"));
        assertEquals("true", producer.getStringProperty("flag"));
        assertNull(producer.getStringProperty("none"));
        assertNull(producer.getObjectProperty("none"));
        assertEquals(false, producer.getBooleanProperty("none"));
        assertThrows(NumberFormatException.class, () -> producer.getIntProperty("none"));
        assertThrows(MessageFormatRuntimeException.class, () -> producer.getShortProperty("int"));
        assertThrows(MessageFormatRuntimeException.class, () -> producer.getBooleanProperty("int"));
        assertThrows(
                MessageFormatRuntimeException.class,
                () -> producer.setProperty("object", new Object()));
        assertTrue(producer.propertyExists("int"));
        producer.clearProperties();
        assertEquals(java.util.Set.of(), producer.getPropertyNames());
        assertThrows(
                UnsupportedOperationException.class, () -> producer.getPropertyNames().add("a"));
        assertThrows(JMSRuntimeException.class, () -> producer.setTimeToLive(-1));
        assertThrows(
                InvalidDestinationRuntimeException.class, () -> producer.send(null, "nowhere"));
    }

    /** 8.6: no body, or a kind of message without one that could be returned. */
    @OverEachUri
    void bodiesThatCannotBeReceived(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Queue queue = context.createQueue("work");
        StreamMessage stream = context.createStreamMessage();
        stream.writeInt(5);
        MapMessage map = context.createMapMessage();
        map.setInt("number", 5);
        BytesMessage bytes = context.createBytesMessage();
        List<Message> messages =
                List.of(context.createMessage(), stream, bytes, context.createTextMessage(), map);
        JMSConsumer consumer = context.createConsumer(queue);
        for (Message each : messages) {
            context.createProducer().send(queue, each);
            Class<?> type = each instanceof MapMessage ? List.class : Object.class;
            assertThrows(
                    MessageFormatRuntimeException.class,
                    () -> consumer.receiveBody(type, PATIENCE),
                    each.toString());
            Message same = consumer.receive(PATIENCE);
            Texts.assertFirst(same);
            assertEquals(each.getJMSMessageID(), same.getJMSMessageID());
        }
        assertNull(consumer.receiveNoWait());
    }

    /** 6.2.15: acknowledging on a closed session is an error in every mode. */
    @OverEachUri
    void acknowledgeOnAClosedContext(Provider provider) throws Exception {
        for (int mode : new int[] {JMSContext.AUTO_ACKNOWLEDGE, JMSContext.CLIENT_ACKNOWLEDGE}) {
            JMSContext context = provider.context(mode);
            Queue queue = context.createQueue("work" + mode);
            context.createProducer().send(queue, "a");
            Message message = context.createConsumer(queue).receive(PATIENCE);
            message.acknowledge();
            context.close();
            JMSException refused = assertThrows(JMSException.class, message::acknowledge);
            assertInstanceOf(jakarta.jms.IllegalStateException.class, refused);
        }
    }
}
