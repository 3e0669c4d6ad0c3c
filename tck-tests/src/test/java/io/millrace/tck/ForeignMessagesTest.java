package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Messages of another provider: Jakarta Messaging 3.1, 3.12, and 3.4.11 for their headers. */
class ForeignMessagesTest {

    /** A message that is none of ours, with the behaviour of one that is. */
    private static <M extends Message> M foreign(Class<M> type, M behaviour) {
        Object proxy =
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            try {
                                return method.invoke(behaviour, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
        return type.cast(proxy);
    }

    private static <M extends Message> M sent(JMSContext context, Class<M> type, M behaviour) {
        Queue queue = context.createQueue("work");
        M message = foreign(type, behaviour);
        context.createProducer().send(queue, message);
        return assertInstanceOf(type, context.createConsumer(queue).receive(Texts.PATIENCE_MILLIS));
    }

    @OverEachUri
    void eachKindOfBodyGoesThrough(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        TextMessage text = context.createTextMessage("Grüße");
        assertEquals("Grüße", sent(context, TextMessage.class, text).getText());
        BytesMessage bytes = context.createBytesMessage();
        bytes.writeBytes(new byte[] {1, 2, 3});
        assertArrayEquals(
                new byte[] {1, 2, 3},
                sent(context, BytesMessage.class, bytes).getBody(byte[].class));
        MapMessage map = context.createMapMessage();
        map.setChar("letter", 'x');
        assertEquals('x', sent(context, MapMessage.class, map).getChar("letter"));
        StreamMessage stream = context.createStreamMessage();
        stream.writeInt(5);
        stream.writeString(null);
        StreamMessage arrived = sent(context, StreamMessage.class, stream);
        assertEquals(5, arrived.readInt());
        assertEquals(null, arrived.readObject());
        ObjectMessage object = context.createObjectMessage(5L);
        assertEquals(5L, sent(context, ObjectMessage.class, object).getObject());
    }

    /** The headers that send sets are seen on the sender's object, which is not ours. */
    @OverEachUri
    void headersAreSetOnTheForeignObject(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        TextMessage behaviour = context.createTextMessage("text");
        TextMessage message = foreign(TextMessage.class, behaviour);
        message.setIntProperty("own", 1);
        message.setJMSMessageID("ID:not by the client");
        long before = System.currentTimeMillis();
        context.createProducer()
                .setProperty("number", 5)
                .setPriority(7)
                .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                .setTimeToLive(60_000)
                .setJMSCorrelationID("correlated")
                .send(queue, message);
        Message arrived = context.createConsumer(queue).receive(Texts.PATIENCE_MILLIS);
        assertEquals(arrived.getJMSMessageID(), message.getJMSMessageID());
        assertEquals(queue, message.getJMSDestination());
        assertEquals(7, message.getJMSPriority());
        assertEquals(DeliveryMode.NON_PERSISTENT, message.getJMSDeliveryMode());
        assertTrue(message.getJMSTimestamp() >= before);
        assertEquals(message.getJMSTimestamp() + 60_000, message.getJMSExpiration());
        assertEquals(message.getJMSExpiration(), arrived.getJMSExpiration());
        assertEquals("correlated", arrived.getJMSCorrelationID());
        assertEquals(1, arrived.getIntProperty("own"));
        assertEquals(5, arrived.getIntProperty("number"));
    }
}
