package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** ObjectMessage: Jakarta Messaging 3.1, 3.11 and 8.6. */
class ObjectsTest {

    private static final long PATIENCE = Texts.PATIENCE_MILLIS;

    /** A class that is trusted only where the application says so. */
    record Order(int number, List<String> lines) implements Serializable {
        static Order of(int number) {
            return new Order(number, new ArrayList<>(List.of("a", "b")));
        }
    }

    @OverEachUri
    void simpleValuesGoThrough(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        context.createProducer()
                .send(queue, 5L)
                .send(queue, new ArrayList<>(List.of("a", 1)))
                .send(queue, (Serializable) null)
                .send(queue, context.createObjectMessage("text"));
        JMSConsumer consumer = context.createConsumer(queue);
        assertEquals(5L, consumer.receiveBody(Long.class, PATIENCE));
        assertEquals(List.of("a", 1), consumer.receiveBody(List.class, PATIENCE));
        ObjectMessage empty = assertInstanceOf(ObjectMessage.class, consumer.receive(PATIENCE));
        assertNull(empty.getObject());
        assertEquals("text", consumer.receiveBody(Serializable.class, PATIENCE));
    }

    /** 3.11: the body is the object as it was when it was set. */
    @OverEachUri
    void laterChangesDoNotMatter(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        ArrayList<String> list = new ArrayList<>(List.of("as it was"));
        ObjectMessage message = context.createObjectMessage(list);
        list.add("later");
        context.createProducer().send(queue, message);
        assertEquals(
                List.of("as it was"),
                context.createConsumer(queue).receiveBody(List.class, PATIENCE));
        message.setObject("changed after it was sent");
        context.createProducer().send(queue, message);
        assertEquals(
                "changed after it was sent",
                context.createConsumer(queue).receiveBody(String.class, PATIENCE));
    }

    /** 8.6: in AUTO_ACKNOWLEDGE an object that cannot be had stays for the next call. */
    @OverEachUri
    void otherClassesWaitUntilTheyAreTrusted(Provider provider) throws Exception {
        JMSContext sender = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = sender.createQueue("work");
        sender.createProducer().send(queue, Order.of(1)).send(queue, Order.of(2));
        try (JMSContext cautious = provider.factory().createContext()) {
            JMSConsumer consumer = cautious.createConsumer(queue);
            MessageFormatRuntimeException refused =
                    assertThrows(
                            MessageFormatRuntimeException.class,
                            () -> consumer.receiveBody(Order.class, PATIENCE));
            assertEquals("CLASS_NOT_TRUSTED", refused.getErrorCode());
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("?trustedPackages=io.millrace"));
            ObjectMessage arrived =
                    assertInstanceOf(ObjectMessage.class, consumer.receive(PATIENCE));
            Texts.assertFirst(arrived);
            assertThrows(MessageFormatException.class, arrived::getObject);
        }
        try (JMSContext trusting =
                provider.factory("trustedPackages=com.example,io.millrace.tck").createContext()) {
            assertEquals(
                    Order.of(2), trusting.createConsumer(queue).receiveBody(Order.class, PATIENCE));
        }
        sender.createProducer().send(queue, Order.of(3));
        MillraceConnectionFactory factory = provider.factory();
        factory.setTrustedPackages(List.of(Order.class.getName()));
        try (JMSContext trusting = factory.createContext()) {
            assertEquals(
                    Order.of(3), trusting.createConsumer(queue).receiveBody(Order.class, PATIENCE));
        }
    }

    /** What was received can be sent on by somebody who does not know its class. */
    @OverEachUri
    void objectsCanBeForwardedUnseen(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        Queue next = context.createQueue("next");
        context.createProducer().setProperty("number", 1).send(queue, Order.of(1));
        ObjectMessage arrived =
                assertInstanceOf(
                        ObjectMessage.class, context.createConsumer(queue).receive(PATIENCE));
        context.createProducer().send(next, arrived);
        try (JMSContext trusting =
                provider.factory("trustedPackages=io.millrace").createContext()) {
            ObjectMessage again =
                    assertInstanceOf(
                            ObjectMessage.class,
                            trusting.createConsumer(next, "number = 1").receive(PATIENCE));
            assertEquals(Order.of(1), again.getBody(Order.class));
            assertEquals(false, again.isBodyAssignableTo(Map.class));
        }
    }
}
