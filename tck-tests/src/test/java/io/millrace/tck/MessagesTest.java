package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;

/** What is sent is what arrives, through a real broker: Jakarta Messaging 3.1, chapter 3. */
class MessagesTest {

    private static final String[] TEXTS = {
        "", "one", "a\u0000b\nc\t\"", "Grüße, 世界, \ud83d\udc4b", "x".repeat(100_000)
    };

    /** Through the broker and back: not the same object, and not the sender's any more. */
    private static <M extends Message> M through(Session session, M message) throws JMSException {
        Queue queue = session.createQueue("round");
        MessageProducer producer = session.createProducer(queue);
        producer.send(message);
        producer.close();
        MessageConsumer consumer = session.createConsumer(queue);
        Message arrived = Texts.receive(consumer);
        assertNull(consumer.receiveNoWait());
        consumer.close();
        assertFalse(arrived == message, "a message of its own");
        assertEquals(message.getJMSMessageID(), arrived.getJMSMessageID());
        @SuppressWarnings("unchecked") // Checked by the line before it is used as one.
        M same = (M) assertInstanceOf(message.getClass(), arrived);
        return same;
    }

    @OverEachUri
    void texts(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        for (String text : TEXTS) {
            TextMessage arrived = through(session, session.createTextMessage(text));
            assertEquals(text, arrived.getText());
            assertThrows(MessageNotWriteableException.class, () -> arrived.setText("other"));
        }
        assertNull(through(session, session.createTextMessage()).getText());
        assertFalse(through(session, session.createMessage()).propertyExists("any"));
    }

    @OverEachUri
    void bytes(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        for (int length : new int[] {0, 1, 100, 70_000, 200_000}) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(bytes);
            BytesMessage arrived = through(session, message);
            assertEquals(length, arrived.getBodyLength());
            byte[] read = new byte[length];
            arrived.readBytes(read);
            assertArrayEquals(bytes, read);
            assertThrows(MessageEOFException.class, arrived::readByte);
            assertThrows(MessageNotWriteableException.class, () -> arrived.writeByte((byte) 1));
        }
    }

    @OverEachUri
    void primitivesInBytes(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        BytesMessage message = session.createBytesMessage();
        message.writeBoolean(true);
        message.writeByte((byte) -1);
        message.writeShort((short) -2);
        message.writeChar('é');
        message.writeInt(Integer.MIN_VALUE);
        message.writeLong(Long.MAX_VALUE);
        message.writeFloat(1.5f);
        message.writeDouble(-0.0);
        message.writeUTF("Grüße");
        BytesMessage arrived = through(session, message);
        assertTrue(arrived.readBoolean());
        assertEquals(-1, arrived.readByte());
        assertEquals(-2, arrived.readShort());
        assertEquals('é', arrived.readChar());
        assertEquals(Integer.MIN_VALUE, arrived.readInt());
        assertEquals(Long.MAX_VALUE, arrived.readLong());
        assertEquals(1.5f, arrived.readFloat());
        assertEquals(-0.0, arrived.readDouble());
        assertEquals("Grüße", arrived.readUTF());
        arrived.reset();
        assertTrue(arrived.readBoolean());
    }

    @OverEachUri
    void maps(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        MapMessage message = session.createMapMessage();
        message.setBoolean("boolean", true);
        message.setByte("byte", (byte) 1);
        message.setShort("short", (short) 2);
        message.setChar("char", 'c');
        message.setInt("int", 3);
        message.setLong("long", 4);
        message.setFloat("float", 5.5f);
        message.setDouble("double", 6.5);
        message.setString("string", "Grüße");
        message.setString("null", null);
        message.setBytes("bytes", new byte[] {1, 2, 3});
        MapMessage arrived = through(session, message);
        assertEquals(
                new TreeSet<>(Collections.list(message.getMapNames())),
                new TreeSet<>(Collections.list(arrived.getMapNames())));
        assertEquals(true, arrived.getObject("boolean"));
        assertEquals((byte) 1, arrived.getObject("byte"));
        assertEquals((short) 2, arrived.getObject("short"));
        assertEquals('c', arrived.getObject("char"));
        assertEquals(3, arrived.getObject("int"));
        assertEquals(4L, arrived.getObject("long"));
        assertEquals(5.5f, arrived.getObject("float"));
        assertEquals(6.5, arrived.getObject("double"));
        assertEquals("Grüße", arrived.getObject("string"));
        assertNull(arrived.getObject("null"));
        assertTrue(arrived.itemExists("null"));
        assertArrayEquals(new byte[] {1, 2, 3}, arrived.getBytes("bytes"));
        assertThrows(MessageNotWriteableException.class, () -> arrived.setInt("int", 4));
        assertFalse(through(session, session.createMapMessage()).getMapNames().hasMoreElements());
    }

    @OverEachUri
    void streams(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        List<Object> values =
                List.of(true, (byte) 1, (short) 2, 'c', 3, 4L, 5.5f, 6.5, "", "Grüße");
        StreamMessage message = session.createStreamMessage();
        for (Object value : values) {
            message.writeObject(value);
        }
        message.writeObject(null);
        message.writeBytes(new byte[] {1, 2, 3});
        StreamMessage arrived = through(session, message);
        for (Object value : values) {
            assertEquals(value, arrived.readObject());
        }
        assertNull(arrived.readObject());
        assertArrayEquals(new byte[] {1, 2, 3}, (byte[]) arrived.readObject());
        assertThrows(MessageEOFException.class, arrived::readObject);
        assertThrows(MessageNotWriteableException.class, () -> arrived.writeInt(1));
    }

    @OverEachUri
    void properties(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Message message = session.createMessage();
        message.setBooleanProperty("boolean", true);
        message.setByteProperty("byte", (byte) 1);
        message.setShortProperty("short", (short) 2);
        message.setIntProperty("int", 3);
        message.setLongProperty("long", Long.MIN_VALUE);
        message.setFloatProperty("float", 5.5f);
        message.setDoubleProperty("double", Double.NaN);
        message.setStringProperty("string", "Grüße");
        message.setObjectProperty("none", null);
        message.setStringProperty("JMSXGroupID", "group");
        message.setIntProperty("JMSXGroupSeq", 7);
        Message arrived = through(session, message);
        Set<String> expected =
                new TreeSet<>(Set.of("boolean", "byte", "short", "int", "long", "float", "double"));
        expected.addAll(Set.of("string", "none", "JMSXGroupID", "JMSXGroupSeq"));
        expected.add("JMSXDeliveryCount");
        assertEquals(expected, new TreeSet<>(Collections.list(arrived.getPropertyNames())));
        for (String name : expected) {
            Object value =
                    name.equals("JMSXDeliveryCount") ? (Object) 1 : message.getObjectProperty(name);
            assertEquals(value, arrived.getObjectProperty(name), name);
        }
        assertThrows(MessageNotWriteableException.class, () -> arrived.setIntProperty("other", 1));
    }

    @OverEachUri
    void headers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        TextMessage message = session.createTextMessage("headers");
        message.setJMSCorrelationID("correlated");
        message.setJMSType("type");
        message.setJMSReplyTo(session.createTopic("answers"));
        long before = System.currentTimeMillis();
        MessageProducer producer = session.createProducer(queue);
        producer.send(message, DeliveryMode.NON_PERSISTENT, 7, 60_000);
        long after = System.currentTimeMillis();
        Message arrived = Texts.expect(session.createConsumer(queue), "headers");
        for (Message each : List.of(message, arrived)) {
            assertTrue(each.getJMSMessageID().startsWith("ID:"), each.getJMSMessageID());
            long sent = each.getJMSTimestamp();
            assertTrue(before <= sent && sent <= after, "sent at " + sent);
            assertEquals(sent + 60_000, each.getJMSExpiration());
            assertEquals(sent, each.getJMSDeliveryTime());
            assertEquals(DeliveryMode.NON_PERSISTENT, each.getJMSDeliveryMode());
            assertEquals(7, each.getJMSPriority());
            assertEquals("correlated", each.getJMSCorrelationID());
            assertEquals("type", each.getJMSType());
            assertEquals(session.createTopic("answers"), each.getJMSReplyTo());
            assertEquals(queue, each.getJMSDestination());
            assertFalse(each.getJMSRedelivered());
        }
        assertEquals(message.getJMSMessageID(), arrived.getJMSMessageID());
    }

    @OverEachUri
    void headersThatAreNotSet(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        producer.setDisableMessageID(true);
        producer.setDisableMessageTimestamp(true);
        producer.send(session.createTextMessage("bare"));
        Message arrived = Texts.expect(session.createConsumer(queue), "bare");
        assertNull(arrived.getJMSMessageID());
        assertEquals(0, arrived.getJMSTimestamp());
        assertNull(arrived.getJMSCorrelationID());
        assertNull(arrived.getJMSType());
        assertNull(arrived.getJMSReplyTo());
        assertEquals(0, arrived.getJMSExpiration());
        assertEquals(DeliveryMode.PERSISTENT, arrived.getJMSDeliveryMode());
        assertEquals(Message.DEFAULT_PRIORITY, arrived.getJMSPriority());
    }

    @OverEachUri
    void correlationAsBytesAndEachKindOfReplyTo(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Message withBytes = session.createMessage();
        withBytes.setJMSCorrelationIDAsBytes(new byte[] {0, -1, 5});
        assertArrayEquals(
                new byte[] {0, -1, 5}, through(session, withBytes).getJMSCorrelationIDAsBytes());
        for (Destination to :
                List.of(
                        session.createQueue("q"),
                        session.createTopic("t"),
                        session.createTemporaryQueue(),
                        session.createTemporaryTopic())) {
            Message message = session.createMessage();
            message.setJMSReplyTo(to);
            assertEquals(to, through(session, message).getJMSReplyTo());
        }
    }

    @OverEachUri
    void userIsKnownWhenTheConnectionHasOne(Provider provider) throws Exception {
        try (Connection connection = provider.factory().createConnection("alice", "secret")) {
            connection.start();
            Session session = connection.createSession();
            Message arrived = through(session, session.createMessage());
            assertEquals("alice", arrived.getStringProperty("JMSXUserID"));
        }
    }

    @OverEachUri
    void receivedMessageCanBeSentOn(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        TextMessage message = session.createTextMessage("on and on");
        message.setIntProperty("number", 5);
        TextMessage once = through(session, message);
        String firstId = once.getJMSMessageID();
        TextMessage twice = through(session, once);
        assertEquals("on and on", twice.getText());
        assertEquals(5, twice.getIntProperty("number"));
        assertFalse(firstId.equals(twice.getJMSMessageID()));
    }

    /**
     * Properties of 64 KiB less than 16 MiB can be sent, and bodies of any size; the refusal says
     * so, and nothing is broken by it.
     */
    @OverEachUri
    void propertiesThatAreTooLargeAreRefused(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        Message large = session.createMessage();
        large.setStringProperty("large", "x".repeat(16 << 20));
        ResourceAllocationException refused =
                assertThrows(ResourceAllocationException.class, () -> producer.send(large));
        assertEquals("LIMIT", refused.getErrorCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("16711680"));
        producer.send(session.createTextMessage("small"));
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "small");
        assertNull(consumer.receiveNoWait());
    }

    /** Segments of 1 MiB take half a MiB at once; the partition must not fail over it. */
    @OverEachUri
    void propertiesThatDoNotFitTheLogAreRefused(Provider provider) throws Exception {
        Assumptions.assumeTrue(provider.uri().startsWith("millrace:file:"));
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        Message large = session.createMessage();
        large.setStringProperty("large", "x".repeat(600_000));
        ResourceAllocationException refused =
                assertThrows(ResourceAllocationException.class, () -> producer.send(large));
        assertEquals("LIMIT", refused.getErrorCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("larger segments"));
        Texts.send(session, queue, "small");
        Texts.assertFirst(Texts.expect(session.createConsumer(queue), "small"));
    }
}
