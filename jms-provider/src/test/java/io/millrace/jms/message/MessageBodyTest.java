package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bodies as a whole (3.11): getBody, clearBody, and the map. */
class MessageBodyTest {

    private static MillraceTextMessage text(String text) throws JMSException {
        MillraceTextMessage message = new MillraceTextMessage();
        message.setText(text);
        return message;
    }

    private static void assertBodyIsA(MillraceMessage message, Class<?>... types)
            throws JMSException {
        for (Class<?> type : types) {
            assertTrue(message.isBodyAssignableTo(type), type.getName());
            assertTrue(type.isInstance(message.getBody(type)), type.getName());
        }
    }

    private static void assertBodyIsNoneOf(MillraceMessage message, Class<?>... types)
            throws JMSException {
        for (Class<?> type : types) {
            assertFalse(message.isBodyAssignableTo(type), type.getName());
            assertThrows(MessageFormatException.class, () -> message.getBody(type));
            assertThrows(MessageFormatException.class, () -> message.receivedBody(type));
        }
    }

    @Test
    void givesTextAsAnythingThatAStringIs() throws JMSException {
        MillraceTextMessage received = Passage.received(text("text"));
        assertBodyIsA(
                received,
                String.class,
                CharSequence.class,
                Comparable.class,
                Serializable.class,
                Object.class);
        assertBodyIsNoneOf(received, Integer.class, byte[].class, Map.class, int.class);
        assertEquals("text", received.receivedBody(String.class));
    }

    @Test
    void givesBytesAsArrayOrObject() throws JMSException {
        MillraceBytesMessage message = new MillraceBytesMessage();
        message.writeInt(1);
        MillraceBytesMessage received = Passage.received(message);
        received.readShort();
        assertBodyIsA(received, byte[].class, Object.class);
        assertBodyIsNoneOf(received, String.class, Map.class, Serializable.class);
        assertArrayEquals(new byte[] {0, 0, 0, 1}, received.getBody(byte[].class));
        assertEquals(1, received.readInt(), "getBody resets");
        assertArrayEquals(new byte[] {0, 0, 0, 1}, message.getBody(byte[].class));
        assertThrows(MessageNotWriteableException.class, () -> message.writeInt(2));
    }

    @Test
    void givesMapAsMapOrObject() throws JMSException {
        MillraceMapMessage message = new MillraceMapMessage();
        message.setInt("number", 1);
        message.setBytes("bytes", new byte[] {1});
        MillraceMapMessage received = Passage.received(message);
        assertBodyIsA(received, Map.class, Object.class);
        assertBodyIsNoneOf(received, HashMap.class, String.class, byte[].class);
        Map<?, ?> body = received.receivedBody(Map.class);
        assertEquals(1, body.get("number"));
        ((byte[]) Objects.requireNonNull(body.get("bytes")))[0] = 9;
        assertArrayEquals(new byte[] {1}, received.getBytes("bytes"), "the body is a copy");
    }

    @Test
    void givesStreamsNever() throws JMSException {
        MillraceStreamMessage message = new MillraceStreamMessage();
        assertBodyIsNoneOf(Passage.received(message), Object.class, String.class);
        message.writeInt(1);
        assertBodyIsNoneOf(Passage.received(message), Object.class, Integer.class);
    }

    @Test
    void givesNullAsAnythingIfThereIsNoBody() throws JMSException {
        MillraceMessage[] empty = {
            new MillraceMessage(),
            new MillraceTextMessage(),
            new MillraceBytesMessage(),
            new MillraceMapMessage()
        };
        for (MillraceMessage message : empty) {
            for (MillraceMessage each :
                    new MillraceMessage[] {message, Passage.received(message)}) {
                assertTrue(each.isBodyAssignableTo(Integer.class));
                assertNull(each.getBody(Integer.class));
                // 8.6: receiveBody wants a body.
                assertThrows(MessageFormatException.class, () -> each.receivedBody(Object.class));
            }
        }
    }

    @Test
    void receivedBodyCannotBeWrittenUntilCleared() throws JMSException {
        MillraceTextMessage sent = text("text");
        sent.setIntProperty("number", 1);
        MillraceTextMessage received = Passage.received(sent);
        assertThrows(MessageNotWriteableException.class, () -> received.setText("other"));
        received.clearBody();
        assertNull(received.getText());
        received.setText("other");
        assertEquals("other", received.getText());
        assertEquals(1, received.getIntProperty("number"));
        assertThrows(
                MessageNotWriteableException.class, () -> received.setIntProperty("number", 2));
        assertEquals("other", Passage.received(received).getText());
    }

    @Test
    void clearingTheBodyForgetsIt() throws JMSException {
        MillraceMapMessage sent = new MillraceMapMessage();
        sent.setInt("number", 1);
        MillraceMapMessage received = Passage.received(sent);
        assertThrows(MessageNotWriteableException.class, () -> received.setInt("number", 2));
        received.clearBody();
        assertFalse(received.itemExists("number"));
        received.setInt("other", 2);
        assertEquals(List.of("other"), Collections.list(Passage.received(received).getMapNames()));
    }

    @Test
    void saysThatABodyCannotBeReadEachTimeItIsAskedFor() throws JMSException {
        MillraceTextMessage sent = text("text");
        Passage.prepare(sent);
        byte[] record = Passage.encode(sent);
        record[record.length - 5] = 99; // The length of the text, beyond the end of the record.
        MillraceTextMessage damaged = (MillraceTextMessage) Passage.decode(record);
        for (int time = 0; time < 2; time++) {
            JMSException refused = assertThrows(JMSException.class, damaged::getText);
            assertEquals("MALFORMED_MESSAGE", refused.getErrorCode());
        }
        assertThrows(JMSException.class, () -> damaged.getBody(String.class));
        assertEquals(4, damaged.getJMSPriority());
        damaged.clearBody();
        assertNull(damaged.getText());
    }

    @Test
    void mapRefusesNoNameAndOtherClasses() {
        MillraceMapMessage message = new MillraceMapMessage();
        assertThrows(IllegalArgumentException.class, () -> message.setInt("", 1));
        assertThrows(IllegalArgumentException.class, () -> message.setObject(noName(), 1));
        assertThrows(MessageFormatException.class, () -> message.setObject("it", new Object()));
        assertThrows(
                IndexOutOfBoundsException.class, () -> message.setBytes("it", new byte[2], 1, 2));
    }

    @SuppressWarnings("NullAway") // An application may pass it.
    private static String noName() {
        return null;
    }

    @Test
    void mapCopiesArraysInAndOut() throws JMSException {
        MillraceMapMessage message = new MillraceMapMessage();
        byte[] bytes = {1, 2, 3};
        message.setBytes("all", bytes);
        message.setObject("object", bytes);
        message.setBytes("part", bytes, 1, 2);
        bytes[1] = 9;
        assertArrayEquals(new byte[] {1, 2, 3}, message.getBytes("all"));
        assertArrayEquals(new byte[] {1, 2, 3}, (byte[]) message.getObject("object"));
        assertArrayEquals(new byte[] {2, 3}, message.getBytes("part"));
        ((byte[]) Objects.requireNonNull(message.getObject("all")))[0] = 9;
        assertArrayEquals(new byte[] {1, 2, 3}, message.getBytes("all"));
    }
}
