package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Messages of another provider (3.12): known by the interfaces only. */
class ForeignMessagesTest {

    /** A message that is none of ours, with the behaviour of one that is. */
    private static <M extends Message> M foreign(Class<M> type, Message behaviour) {
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

    private static final class OtherQueue implements Queue {
        @Override
        public String getQueueName() {
            return "answers";
        }
    }

    private static final class OtherTopic implements Topic {
        @Override
        public String getTopicName() {
            return "news";
        }
    }

    private static final class OtherDestination implements Destination {}

    @Test
    void ownMessagesStayThemselves() throws JMSException {
        MillraceMessage message = new MillraceMessage();
        assertSame(message, MessageCodec.own(message));
    }

    @Test
    void copiesHeadersAndProperties() throws JMSException {
        MillraceMessage origin = new MillraceMessage();
        Passage.prepare(origin);
        origin.setJMSType("type");
        origin.setJMSCorrelationID("id");
        origin.setJMSReplyTo(new MillraceTopic("answers"));
        origin.setIntProperty("number", 1);
        origin.setStringProperty("none", null);
        origin.setStringProperty("JMSXGroupID", "group");
        origin.received(3, "alice", false);
        MillraceMessage copy = MessageCodec.own(foreign(Message.class, origin));
        assertEquals(MillraceMessage.class, copy.getClass());
        assertEquals("type", copy.getJMSType());
        assertEquals("id", copy.getJMSCorrelationID());
        assertEquals(new MillraceTopic("answers"), copy.getJMSReplyTo());
        assertEquals(new MillraceQueue("orders"), copy.getJMSDestination());
        assertEquals(Passage.SENT_MILLIS, copy.getJMSTimestamp());
        assertEquals(1, copy.getObjectProperty("number"));
        assertEquals("group", copy.getStringProperty("JMSXGroupID"));
        assertNull(copy.getObjectProperty("none"));
        assertFalse(copy.propertyExists("JMSXDeliveryCount"));
        assertFalse(copy.propertyExists("JMSXUserID"));
    }

    @Test
    void copiesText() throws JMSException {
        MillraceTextMessage origin = new MillraceTextMessage();
        TextMessage foreign = foreign(TextMessage.class, origin);
        assertNull(((TextMessage) MessageCodec.fromForeign(foreign)).getText());
        origin.setText("text");
        assertEquals("text", ((TextMessage) MessageCodec.fromForeign(foreign)).getText());
    }

    @Test
    void copiesBytesAndLeavesTheOriginalAtItsBeginning() throws JMSException {
        byte[] content = new byte[10_000];
        content[9_999] = 7;
        MillraceBytesMessage origin = new MillraceBytesMessage();
        origin.writeBytes(content);
        BytesMessage foreign = foreign(BytesMessage.class, origin);
        MillraceMessage copy = MessageCodec.fromForeign(foreign);
        assertArrayEquals(content, copy.getBody(byte[].class));
        foreign.readInt();
        assertArrayEquals(content, MessageCodec.fromForeign(foreign).getBody(byte[].class));
        assertEquals(10_000, foreign.getBodyLength());
        assertEquals(0, foreign.readInt());
        MillraceMessage empty =
                MessageCodec.fromForeign(foreign(BytesMessage.class, new MillraceBytesMessage()));
        assertNull(empty.getBody(byte[].class));
    }

    @Test
    void copiesMapsAndStreams() throws JMSException {
        MillraceMapMessage map = new MillraceMapMessage();
        map.setChar("letter", 'a');
        map.setString("none", null);
        MapMessage mapCopy = (MapMessage) MessageCodec.fromForeign(foreign(MapMessage.class, map));
        assertEquals('a', mapCopy.getChar("letter"));
        assertEquals(true, mapCopy.itemExists("none"));

        MillraceStreamMessage stream = new MillraceStreamMessage();
        stream.writeInt(1);
        stream.writeBytes(new byte[] {2});
        stream.writeString(null);
        StreamMessage foreign = foreign(StreamMessage.class, stream);
        MillraceStreamMessage copy = (MillraceStreamMessage) MessageCodec.fromForeign(foreign);
        copy.reset();
        assertEquals(1, copy.readInt());
        assertArrayEquals(new byte[] {2}, (byte[]) copy.readObject());
        assertNull(copy.readObject());
        assertEquals(1, foreign.readInt());
    }

    @Test
    void copiesObjects() throws JMSException {
        MillraceObjectMessage origin = new MillraceObjectMessage();
        origin.setObject("object");
        ObjectMessage foreign = foreign(ObjectMessage.class, origin);
        MillraceMessage copy = MessageCodec.fromForeign(foreign);
        assertEquals("object", ((ObjectMessage) copy).getObject());
    }

    @Test
    void takesDestinationsOfOthersByName() throws JMSException {
        MillraceMessage message = new MillraceMessage();
        message.setJMSReplyTo(new OtherQueue());
        assertEquals(new MillraceQueue("answers"), Passage.received(message).getJMSReplyTo());
        message.setJMSReplyTo(new OtherTopic());
        assertEquals(new MillraceTopic("news"), Passage.received(message).getJMSReplyTo());
        message.setJMSReplyTo(null);
        assertNull(Passage.received(message).getJMSReplyTo());
        assertThrows(
                InvalidDestinationException.class,
                () -> message.setJMSReplyTo(new OtherDestination()));
    }

    @Test
    void letsGoOfAReplyToThatHasNoName() throws JMSException {
        Message foreign =
                foreign(TextMessage.class, foreignWith("getJMSReplyTo", new OtherDestination()));
        assertNull(MessageCodec.fromForeign(foreign).getJMSReplyTo());
    }

    @Test
    void copiesCorrelationBytesIfThereIsNoText() throws JMSException {
        byte[] id = {1, 2};
        TextMessage bytesOnly = foreignWith("getJMSCorrelationIDAsBytes", id);
        assertArrayEquals(id, MessageCodec.fromForeign(bytesOnly).getJMSCorrelationIDAsBytes());
        TextMessage unsupported =
                foreignWith("getJMSCorrelationIDAsBytes", new UnsupportedOperationException());
        assertNull(MessageCodec.fromForeign(unsupported).getJMSCorrelationIDAsBytes());
    }

    /** A text message of which one method returns, or throws, something else. */
    private static TextMessage foreignWith(String name, Object answer) {
        MillraceTextMessage behaviour = new MillraceTextMessage();
        return (TextMessage)
                Proxy.newProxyInstance(
                        TextMessage.class.getClassLoader(),
                        new Class<?>[] {TextMessage.class},
                        (self, method, arguments) -> {
                            if (!method.getName().equals(name)) {
                                return method.invoke(behaviour, arguments);
                            }
                            if (answer instanceof RuntimeException failure) {
                                throw failure;
                            }
                            return answer;
                        });
    }
}
