package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Objects in messages (3.11): when they are copied. */
class ObjectMessageTest {

    private static final class Unserializable implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("UnusedVariable") // What cannot be serialized.
        private final Object state = new Object();
    }

    private static MillraceObjectMessage message(@Nullable Serializable object)
            throws JMSException {
        MillraceObjectMessage message = new MillraceObjectMessage();
        message.setObject(object);
        return message;
    }

    private static MillraceObjectMessage received(@Nullable Serializable object)
            throws JMSException {
        return Passage.received(message(object));
    }

    @Test
    void theObjectIsCopiedWhenItIsSetAndWhenItIsAskedFor() throws JMSException {
        ArrayList<String> list = new ArrayList<>(List.of("as it was"));
        MillraceObjectMessage message = message(list);
        list.add("changed later");
        assertEquals(List.of("as it was"), message.getObject());
        assertNotSame(message.getObject(), message.getObject());
        assertEquals(List.of("as it was"), Passage.received(message).getObject());
    }

    @Test
    void nullIsAnObjectThatAnythingCanBe() throws JMSException {
        for (MillraceObjectMessage message :
                List.of(new MillraceObjectMessage(), message(null), received(null))) {
            assertNull(message.getObject());
            assertNull(message.getBody(Integer.class));
            assertTrue(message.isBodyAssignableTo(Integer.class));
            // 8.6: receiveBody wants a body.
            assertThrows(
                    MessageFormatException.class, () -> message.receivedBody(Serializable.class));
        }
    }

    @Test
    void bodyOfAnotherClassIsRefused() throws JMSException {
        MillraceObjectMessage arrived = received(5);
        assertFalse(arrived.isBodyAssignableTo(String.class));
        assertThrows(MessageFormatException.class, () -> arrived.getBody(String.class));
        assertEquals(5, arrived.getBody(Number.class));
    }

    @Test
    void receivedObjectCannotBeSetUntilCleared() throws JMSException {
        MillraceObjectMessage arrived = received("old");
        assertThrows(MessageNotWriteableException.class, () -> arrived.setObject("new"));
        arrived.clearBody();
        assertNull(arrived.getObject());
        arrived.setObject("new");
        assertEquals("new", arrived.getObject());
        assertEquals("new", Passage.received(arrived).getObject());
    }

    @Test
    void whatCannotBeSerializedIsRefusedWhenItIsSet() {
        MessageFormatException refused =
                assertThrows(
                        MessageFormatException.class,
                        () -> new MillraceObjectMessage().setObject(new Unserializable()));
        assertEquals("NOT_SERIALIZABLE", refused.getErrorCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("Unserializable"));
    }
}
