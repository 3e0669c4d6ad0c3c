package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import org.junit.jupiter.api.Test;

/** Reading and writing typed values one after the other. */
class StreamMessageTest {

    private final MillraceStreamMessage message = new MillraceStreamMessage();

    @Test
    void isWriteOnlyUntilReset() throws JMSException {
        message.writeInt(7);
        assertThrows(MessageNotReadableException.class, message::readInt);
        assertThrows(MessageNotReadableException.class, () -> message.readBytes(new byte[1]));
        message.reset();
        assertEquals(7, message.readInt());
        assertThrows(MessageEOFException.class, message::readInt);
        assertThrows(MessageNotWriteableException.class, () -> message.writeInt(8));
        message.reset();
        assertEquals("7", message.readString());
        message.clearBody();
        message.writeBoolean(true);
        message.reset();
        assertEquals(true, message.readObject());
    }

    @Test
    void canBeWrittenOnAfterItWasSent() throws JMSException {
        message.writeInt(1);
        MillraceStreamMessage first = Passage.received(message);
        message.writeInt(2);
        assertEquals(1, first.readInt());
        assertThrows(MessageEOFException.class, first::readInt);
        MillraceStreamMessage second = Passage.received(message);
        second.readInt();
        assertEquals(2, second.readInt());
    }

    @Test
    void sendingOnWhatWasHalfReadSendsAll() throws JMSException {
        message.writeInt(1);
        message.writeInt(2);
        MillraceStreamMessage received = Passage.received(message);
        received.readInt();
        assertEquals(1, Passage.received(received).readInt());
        assertEquals(2, received.readInt());
    }

    @Test
    void readsByteArraysInIncrements() throws JMSException {
        message.writeBytes(new byte[] {1, 2, 3, 4});
        message.writeBytes(new byte[] {5, 6, 7}, 1, 2);
        message.writeInt(8);
        message.reset();
        byte[] part = new byte[3];
        assertEquals(3, message.readBytes(part));
        assertArrayEquals(new byte[] {1, 2, 3}, part);
        assertThrows(MessageFormatException.class, message::readInt);
        assertThrows(MessageFormatException.class, message::readObject);
        assertEquals(1, message.readBytes(part));
        assertEquals(4, part[0]);
        // The second array is as long as the buffer: only -1 says that it is complete.
        byte[] two = new byte[2];
        assertEquals(2, message.readBytes(two));
        assertArrayEquals(new byte[] {6, 7}, two);
        assertThrows(MessageFormatException.class, message::readInt);
        assertEquals(-1, message.readBytes(two));
        assertEquals(8, message.readInt());
    }

    @Test
    void tellsNoByteArrayFromTheEmptyOne() throws JMSException {
        message.writeBytes(null);
        message.writeBytes(new byte[0]);
        message.writeInt(1);
        message.reset();
        assertEquals(-1, message.readBytes(new byte[2]));
        assertEquals(0, message.readBytes(new byte[2]));
        assertEquals(1, message.readInt());
    }

    @Test
    void readsNothingIntoNoBuffer() throws JMSException {
        message.writeBytes(new byte[] {1});
        message.reset();
        assertEquals(0, message.readBytes(new byte[0]));
        byte[] one = new byte[2];
        assertEquals(1, message.readBytes(one));
        assertEquals(1, one[0]);
    }

    @Test
    void readThatFailsLeavesThePosition() throws JMSException {
        message.writeString("text");
        message.writeLong(5);
        message.writeObject(null);
        message.reset();
        assertThrows(NumberFormatException.class, message::readInt);
        assertThrows(MessageFormatException.class, message::readChar);
        assertThrows(MessageFormatException.class, () -> message.readBytes(new byte[1]));
        assertEquals("text", message.readString());
        assertThrows(MessageFormatException.class, message::readInt);
        assertEquals(5, message.readLong());
        assertThrows(NullPointerException.class, message::readChar);
        assertThrows(NumberFormatException.class, message::readInt);
        assertNull(message.readObject());
        assertThrows(MessageEOFException.class, message::readObject);
    }

    @Test
    void copiesArraysInAndOut() throws JMSException {
        byte[] bytes = {1};
        message.writeObject(bytes);
        bytes[0] = 9;
        message.reset();
        byte[] read = (byte[]) message.readObject();
        assertArrayEquals(new byte[] {1}, read);
        message.reset();
        bytes[0] = 8;
        assertArrayEquals(new byte[] {1}, (byte[]) message.readObject());
    }

    @Test
    void refusesOtherClasses() {
        assertThrows(MessageFormatException.class, () -> message.writeObject(new Object()));
        assertThrows(IndexOutOfBoundsException.class, () -> message.writeBytes(new byte[2], 1, 2));
    }
}
