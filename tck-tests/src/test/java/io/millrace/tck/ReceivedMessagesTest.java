package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** What may be changed, and what it changes: Jakarta Messaging 3.1, 3.5.3, 3.5.7, 3.9 to 3.12. */
class ReceivedMessagesTest {

    /** Writes a body of its kind. */
    private static void write(Message message, int value) throws JMSException {
        if (message instanceof TextMessage text) {
            text.setText("" + value);
        } else if (message instanceof BytesMessage bytes) {
            bytes.writeInt(value);
        } else if (message instanceof MapMessage map) {
            map.setInt("value", value);
        } else if (message instanceof StreamMessage stream) {
            stream.writeInt(value);
        } else {
            ((ObjectMessage) message).setObject(value);
        }
    }

    /** Reads it, from its beginning. */
    private static int read(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return Integer.parseInt(text.getText());
        } else if (message instanceof BytesMessage bytes) {
            bytes.reset();
            return bytes.readInt();
        } else if (message instanceof MapMessage map) {
            return map.getInt("value");
        } else if (message instanceof StreamMessage stream) {
            stream.reset();
            return stream.readInt();
        }
        return (Integer) ((ObjectMessage) message).getObject();
    }

    private static List<Message> oneOfEachKind(Session session) throws JMSException {
        List<Message> messages =
                List.of(
                        session.createTextMessage(),
                        session.createBytesMessage(),
                        session.createMapMessage(),
                        session.createStreamMessage(),
                        session.createObjectMessage());
        for (Message each : messages) {
            write(each, 7);
            each.setIntProperty("number", 7);
        }
        return messages;
    }

    /** 3.10: the redelivered message is the original, whatever was done to the one before. */
    @OverEachUri
    void aChangedMessageComesAgainAsItWas(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        for (Message sent : oneOfEachKind(session)) {
            sent.setJMSType("type");
            session.createProducer(queue).send(sent);
            Message first = Texts.receive(consumer);
            first.clearBody();
            write(first, 8);
            first.clearProperties();
            first.setIntProperty("other", 8);
            first.setJMSType("changed");
            first.setJMSCorrelationID("changed");
            first.setJMSPriority(9);
            assertEquals(8, read(first));
            session.recover();
            Message again = Texts.receive(consumer);
            assertEquals(7, read(again));
            assertEquals(7, again.getIntProperty("number"));
            assertFalse(again.propertyExists("other"));
            assertEquals("type", again.getJMSType());
            assertNull(again.getJMSCorrelationID());
            assertEquals(Message.DEFAULT_PRIORITY, again.getJMSPriority());
            Texts.assertRedelivered(again, 2);
            assertThrows(MessageNotWriteableException.class, () -> write(again, 9));
            again.acknowledge();
        }
    }

    /** 3.5.3, 3.5.7, 3.11.1, 3.11.2: body and properties are read-only, and cleared, each alone. */
    @OverEachUri
    void bodyAndPropertiesAreClearedEachAlone(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        for (Message sent : oneOfEachKind(session)) {
            session.createProducer(queue).send(sent);
            Message message = Texts.receive(consumer);
            assertThrows(MessageNotWriteableException.class, () -> write(message, 8));
            assertThrows(
                    MessageNotWriteableException.class, () -> message.setIntProperty("other", 8));
            message.clearProperties();
            message.setIntProperty("other", 8);
            assertFalse(message.propertyExists("number"));
            assertThrows(MessageNotWriteableException.class, () -> write(message, 8));
            assertEquals(7, read(message));
            message.clearBody();
            assertEquals(8, message.getIntProperty("other"));
            write(message, 9);
            assertEquals(9, read(message));
        }
    }

    /** 3.11.2: a cleared body is that of a message just made. */
    @OverEachUri
    void aClearedBodyIsThatOfANewMessage(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        for (Message sent : oneOfEachKind(session)) {
            session.createProducer(queue).send(sent);
            Message message = Texts.receive(consumer);
            message.clearBody();
            if (message instanceof BytesMessage bytes) {
                assertThrows(MessageNotReadableException.class, bytes::readInt);
                assertThrows(MessageNotReadableException.class, bytes::getBodyLength);
            } else if (message instanceof StreamMessage stream) {
                assertThrows(MessageNotReadableException.class, stream::readInt);
            } else if (message instanceof MapMessage map) {
                assertFalse(map.getMapNames().hasMoreElements());
            } else {
                assertNull(message.getBody(Object.class));
            }
        }
    }

    /** 3.9: what is done to a message once it was sent does not reach what was sent. */
    @OverEachUri
    void laterChangesDoNotReachWhatWasSent(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        for (Message message : oneOfEachKind(session)) {
            var producer = session.createProducer(queue);
            producer.send(message);
            message.clearBody();
            write(message, 8);
            message.setIntProperty("number", 8);
            producer.send(message);
            for (int value : new int[] {7, 8}) {
                Message arrived = Texts.receive(consumer);
                assertEquals(value, read(arrived));
                assertEquals(value, arrived.getIntProperty("number"));
            }
        }
    }

    /** 3.12: objects are copied in when they are set, and out when they are asked for. */
    @OverEachUri
    void objectsAreCopiedInAndOut(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageConsumer consumer = session.createConsumer(queue);
        byte[] array = {1, 2, 3};
        MapMessage map = session.createMapMessage();
        map.setBytes("bytes", array);
        ArrayList<Date> list = new ArrayList<>(List.of(new Date(5)));
        ObjectMessage object = session.createObjectMessage(list);
        array[0] = 9;
        list.clear();
        session.createProducer(queue).send(map);
        session.createProducer(queue).send(object);
        MapMessage arrivedMap = assertInstanceOf(MapMessage.class, Texts.receive(consumer));
        arrivedMap.getBytes("bytes")[1] = 9;
        assertArrayEquals(new byte[] {1, 2, 3}, arrivedMap.getBytes("bytes"));
        ObjectMessage arrived = assertInstanceOf(ObjectMessage.class, Texts.receive(consumer));
        assertInstanceOf(List.class, arrived.getObject()).clear();
        assertEquals(List.of(new Date(5)), arrived.getObject());
    }

    /** 3.12: null is a value anywhere but in a BytesMessage. */
    @OverEachUri
    void nullIsAValue(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MapMessage map = session.createMapMessage();
        map.setString("text", null);
        map.setObject("object", null);
        map.setBytes("bytes", null);
        map.setStringProperty("text", null);
        map.setObjectProperty("object", null);
        assertThrows(
                NullPointerException.class, () -> session.createBytesMessage().writeObject(null));
        session.createProducer(queue).send(map);
        MapMessage arrived =
                assertInstanceOf(MapMessage.class, Texts.receive(session.createConsumer(queue)));
        for (String name : List.of("text", "object", "bytes")) {
            assertEquals(true, arrived.itemExists(name), name);
            assertNull(arrived.getObject(name), name);
        }
        assertEquals(true, arrived.propertyExists("text"));
        assertNull(arrived.getStringProperty("text"));
        assertNull(arrived.getObjectProperty("object"));
    }
}
