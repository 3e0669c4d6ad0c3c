package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
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
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The simplified API: Jakarta Messaging 3.1, 2.8 and where chapters 6 to 8 speak of it. */
class ContextTest {

    private static final long PATIENCE = Texts.PATIENCE_MILLIS;
    private static final Duration LIMIT = Duration.ofMillis(PATIENCE);

    private static JMSContext auto(Provider provider) {
        return provider.context(JMSContext.AUTO_ACKNOWLEDGE);
    }

    private static String text(JMSConsumer consumer) {
        return consumer.receiveBody(String.class, PATIENCE);
    }

    @OverEachUri
    void bodiesOfEachKindGoThrough(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Queue queue = context.createQueue("work");
        JMSConsumer consumer = context.createConsumer(queue);
        JMSProducer producer = context.createProducer();
        assertSame(producer, producer.send(queue, "text"));
        assertEquals("text", text(consumer));
        producer.send(queue, Map.of("name", "value", "number", 5));
        assertEquals(
                Map.of("name", "value", "number", 5), consumer.receiveBody(Map.class, PATIENCE));
        producer.send(queue, new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3}, consumer.receiveBody(byte[].class, PATIENCE));
        MapMessage map = context.createMapMessage();
        map.setInt("number", 7);
        producer.send(queue, map);
        Message arrived = consumer.receive(PATIENCE);
        assertEquals(7, assertInstanceOf(MapMessage.class, arrived).getInt("number"));
        producer.send(queue, (String) null);
        assertNull(assertInstanceOf(TextMessage.class, consumer.receive(PATIENCE)).getText());
        assertNull(consumer.receiveNoWait());
        assertNull(consumer.receiveBodyNoWait(String.class));
        assertNull(consumer.receiveBody(String.class, 1));
        assertThrows(
                MessageFormatRuntimeException.class, () -> producer.send(queue, (Message) null));
    }

    @OverEachUri
    void producerPutsItsHeadersAndPropertiesOnEachMessage(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Queue queue = context.createQueue("work");
        Queue answers = context.createQueue("answers");
        context.createProducer()
                .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                .setPriority(8)
                .setTimeToLive(60_000)
                .setJMSCorrelationID("correlated")
                .setJMSType("type")
                .setJMSReplyTo(answers)
                .setProperty("boolean", true)
                .setProperty("byte", (byte) 1)
                .setProperty("short", (short) 2)
                .setProperty("int", 3)
                .setProperty("long", 4L)
                .setProperty("float", 5.5f)
                .setProperty("double", 6.5)
                .setProperty("string", "Grüße")
                .send(queue, "one")
                .clearProperties()
                .setProperty("second", 2)
                .send(queue, "two");
        JMSConsumer consumer = context.createConsumer(queue);
        Message one = consumer.receive(PATIENCE);
        assertEquals(DeliveryMode.NON_PERSISTENT, one.getJMSDeliveryMode());
        assertEquals(8, one.getJMSPriority());
        assertEquals(one.getJMSTimestamp() + 60_000, one.getJMSExpiration());
        assertEquals("correlated", one.getJMSCorrelationID());
        assertEquals("type", one.getJMSType());
        assertEquals(answers, one.getJMSReplyTo());
        Map<String, Object> expected =
                Map.of(
                        "boolean", true, "byte", (byte) 1, "short", (short) 2, "int", 3, "long", 4L,
                        "float", 5.5f, "double", 6.5, "string", "Grüße");
        for (Map.Entry<String, Object> each : expected.entrySet()) {
            assertEquals(each.getValue(), one.getObjectProperty(each.getKey()));
        }
        Message two = consumer.receive(PATIENCE);
        assertFalse(two.propertyExists("int"));
        assertEquals(2, two.getIntProperty("second"));
        assertEquals("correlated", two.getJMSCorrelationID());
    }

    /** 8.6: in AUTO_ACKNOWLEDGE as if the call had not been made. */
    @OverEachUri
    void bodyOfAnotherTypeStaysForTheNextCall(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Queue queue = context.createQueue("work");
        context.createProducer().send(queue, "text").send(queue, "next");
        JMSConsumer consumer = context.createConsumer(queue);
        assertThrows(
                MessageFormatRuntimeException.class,
                () -> consumer.receiveBody(byte[].class, PATIENCE));
        assertThrows(
                MessageFormatRuntimeException.class, () -> consumer.receiveBodyNoWait(Map.class));
        Message arrived = consumer.receive(PATIENCE);
        assertEquals("text", arrived.getBody(String.class));
        Texts.assertFirst(arrived);
        assertEquals("next", text(consumer));
    }

    /** 8.6: in CLIENT_ACKNOWLEDGE as if it had succeeded. */
    @OverEachUri
    void bodyOfAnotherTypeIsDeliveredInClientAcknowledge(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.CLIENT_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        context.createProducer().send(queue, "text").send(queue, "next");
        JMSConsumer consumer = context.createConsumer(queue);
        assertThrows(
                MessageFormatRuntimeException.class,
                () -> consumer.receiveBody(byte[].class, PATIENCE));
        assertEquals("next", text(consumer));
        context.recover();
        Texts.assertRedelivered(consumer.receive(PATIENCE), 2);
        Texts.assertRedelivered(consumer.receive(PATIENCE), 2);
        context.acknowledge();
        context.recover();
        assertNull(consumer.receiveNoWait());
    }

    @OverEachUri
    void acknowledgeOfTheContextSettlesAllItGot(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.CLIENT_ACKNOWLEDGE);
        assertEquals(JMSContext.CLIENT_ACKNOWLEDGE, context.getSessionMode());
        assertFalse(context.getTransacted());
        Queue queue = context.createQueue("work");
        context.createProducer().send(queue, "a").send(queue, "b").send(queue, "c");
        JMSConsumer consumer = context.createConsumer(queue);
        assertEquals("a", text(consumer));
        assertEquals("b", text(consumer));
        context.acknowledge();
        assertEquals("c", text(consumer));
        context.close();
        JMSConsumer next = auto(provider).createConsumer(queue);
        Message again = next.receive(PATIENCE);
        assertEquals("c", again.getBody(String.class));
        Texts.assertRedelivered(again, 2);
        assertNull(next.receiveNoWait());
    }

    @OverEachUri
    void dupsOkIsAMode(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.DUPS_OK_ACKNOWLEDGE);
        assertEquals(JMSContext.DUPS_OK_ACKNOWLEDGE, context.getSessionMode());
        Queue queue = context.createQueue("work");
        context.createProducer().send(queue, "a");
        assertEquals("a", text(context.createConsumer(queue)));
        context.close();
        assertNull(auto(provider).createConsumer(queue).receiveNoWait());
    }

    /** 6.1.4: the first consumer starts the connection, unless told otherwise. */
    @OverEachUri
    void consumersStartTheConnectionUnlessToldOtherwise(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        context.setAutoStart(false);
        assertFalse(context.getAutoStart());
        Queue queue = context.createQueue("work");
        JMSConsumer consumer = context.createConsumer(queue);
        context.createProducer().send(queue, "waits");
        assertNull(consumer.receiveNoWait());
        assertNull(consumer.receive(50));
        context.start();
        assertEquals("waits", text(consumer));
        context.stop();
        context.createProducer().send(queue, "again");
        assertNull(consumer.receiveNoWait());
        context.start();
        assertEquals("again", text(consumer));
    }

    @OverEachUri
    void contextsShareAConnectionUntilTheLastIsClosed(Provider provider) throws Exception {
        JMSContext first = auto(provider);
        first.setClientID("shared");
        JMSContext second = first.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
        assertEquals("shared", second.getClientID());
        Queue queue = first.createQueue("work");
        JMSConsumer consumer = second.createConsumer(queue);
        first.createProducer().send(queue, "one");
        first.close();
        first.close();
        assertThrows(IllegalStateRuntimeException.class, () -> first.createQueue("closed"));
        assertThrows(IllegalStateRuntimeException.class, () -> first.createContext(1));
        assertEquals("one", text(consumer));
        second.acknowledge();
        second.createProducer().send(queue, "two");
        assertEquals("two", text(consumer));
        second.close();
        assertThrows(IllegalStateRuntimeException.class, second::start);
        assertThrows(IllegalStateRuntimeException.class, consumer::receiveNoWait);
        // The client id is free again, so the connection is closed.
        auto(provider).setClientID("shared");
    }

    @OverEachUri
    void listenersOfAContextAreCalledAndItsStopWaits(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Queue queue = context.createQueue("work");
        List<String> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<String> inListener = new CompletableFuture<>();
        JMSConsumer consumer = context.createConsumer(queue);
        consumer.setMessageListener(
                message -> {
                    try {
                        seen.add(message.getBody(String.class));
                        context.close();
                        inListener.complete("closed");
                    } catch (IllegalStateRuntimeException | JMSException e) {
                        inListener.complete(e.getClass().getSimpleName());
                    }
                });
        auto(provider).createProducer().send(queue, "one");
        assertEquals(
                "IllegalStateRuntimeException", inListener.get(PATIENCE, TimeUnit.MILLISECONDS));
        assertEquals(List.of("one"), seen);
        assertThrows(IllegalStateRuntimeException.class, consumer::receiveNoWait);
        context.stop();
        auto(provider).createProducer().send(queue, "two");
        assertEquals(1, seen.size());
        context.start();
        await().atMost(LIMIT).until(() -> seen.equals(List.of("one", "two")));
    }

    @OverEachUri
    void durableConsumersAndUnsubscribe(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Topic topic = context.createTopic("news");
        assertThrows(
                IllegalStateRuntimeException.class,
                () -> context.createDurableConsumer(topic, "archive"));
        // Without a topic either: what was asked for comes before who asks (8.3.3).
        assertThrows(
                InvalidDestinationRuntimeException.class,
                () -> context.createDurableConsumer(null, "archive"));
        assertThrows(
                InvalidDestinationRuntimeException.class,
                () -> context.createDurableConsumer(null, "archive", "n = 1", true));
        JMSContext reader = auto(provider);
        reader.setClientID("reader");
        reader.createDurableConsumer(topic, "archive").close();
        context.createProducer().send(topic, "kept");
        JMSConsumer again = reader.createDurableConsumer(topic, "archive", null, false);
        assertEquals("kept", text(again));
        assertThrows(JMSRuntimeException.class, () -> reader.unsubscribe("archive"));
        again.close();
        reader.unsubscribe("archive");
        assertThrows(InvalidDestinationRuntimeException.class, () -> reader.unsubscribe("archive"));
    }

    @OverEachUri
    void requestsAndRepliesOverATemporaryQueue(Provider provider) throws Exception {
        JMSContext asker = auto(provider);
        JMSContext answerer = auto(provider);
        Queue desk = asker.createQueue("desk");
        TemporaryQueue replies = asker.createTemporaryQueue();
        JMSConsumer answers = asker.createConsumer(replies);
        asker.createProducer().setJMSReplyTo(replies).send(desk, "how deep?");
        Message question = answerer.createConsumer(desk).receive(PATIENCE);
        answerer.createProducer()
                .setJMSCorrelationID(question.getJMSMessageID())
                .send(question.getJMSReplyTo(), "ten");
        Message answer = answers.receive(PATIENCE);
        assertEquals("ten", answer.getBody(String.class));
        assertEquals(question.getJMSMessageID(), answer.getJMSCorrelationID());
        assertThrows(
                InvalidDestinationRuntimeException.class, () -> answerer.createConsumer(replies));
    }

    @OverEachUri
    void asynchronousSendsTellTheirListener(Provider provider) throws Exception {
        JMSContext context = auto(provider);
        Queue queue = context.createQueue("work");
        List<String> heard = new CopyOnWriteArrayList<>();
        CompletionListener listener =
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        try {
                            heard.add(message.getBody(String.class));
                            context.close();
                        } catch (JMSException | IllegalStateRuntimeException e) {
                            heard.add(e.getClass().getSimpleName());
                        }
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        heard.add(exception.toString());
                    }
                };
        JMSProducer producer = context.createProducer().setAsync(listener);
        assertSame(listener, producer.getAsync());
        producer.send(queue, "one");
        await().atMost(LIMIT).until(() -> heard.size() == 2);
        assertEquals(List.of("one", "IllegalStateRuntimeException"), heard);
        producer.setAsync(null).send(queue, "two");
        JMSConsumer consumer = context.createConsumer(queue);
        assertEquals("one", text(consumer));
        assertEquals("two", text(consumer));
        assertEquals(2, heard.size());
    }

    @OverEachUri
    void producerShowsWhatWasSet(Provider provider) throws Exception {
        JMSProducer producer = auto(provider).createProducer();
        producer.setProperty("number", 5).setPriority(2).setTimeToLive(9);
        producer.setJMSCorrelationIDAsBytes(new byte[] {1});
        assertEquals(Map.of("number", 5).keySet(), producer.getPropertyNames());
        assertEquals("5", producer.getStringProperty("number"));
        assertEquals(2, producer.getPriority());
        assertEquals(9, producer.getTimeToLive());
        assertEquals(DeliveryMode.PERSISTENT, producer.getDeliveryMode());
        assertArrayEquals(new byte[] {1}, producer.getJMSCorrelationIDAsBytes());
        assertThrows(JMSRuntimeException.class, () -> producer.setPriority(10));
        assertThrows(JMSRuntimeException.class, () -> producer.setDeliveryMode(3));
        assertThrows(IllegalArgumentException.class, () -> producer.setProperty("", 1));
    }
}
