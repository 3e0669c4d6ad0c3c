package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import org.junit.jupiter.api.Test;

/** Reading and writing bytes one after the other. */
class BytesMessageTest {

    private final MillraceBytesMessage message = new MillraceBytesMessage();

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return bytes;
    }

    @Test
    void readsWhatWasWritten() throws JMSException {
        message.writeBoolean(true);
        message.writeByte((byte) -1);
        message.writeByte((byte) -1);
        message.writeShort((short) -2);
        message.writeShort((short) -2);
        message.writeChar('é');
        message.writeInt(-3);
        message.writeLong(-4);
        message.writeFloat(1.5f);
        message.writeDouble(-1.5);
        message.writeUTF("é\0𝒳");
        message.writeBytes(bytes(1, 2, 3), 1, 2);
        MillraceBytesMessage received = Passage.received(message);
        assertTrue(received.readBoolean());
        assertEquals(-1, received.readByte());
        assertEquals(255, received.readUnsignedByte());
        assertEquals(-2, received.readShort());
        assertEquals(65_534, received.readUnsignedShort());
        assertEquals('é', received.readChar());
        assertEquals(-3, received.readInt());
        assertEquals(-4, received.readLong());
        assertEquals(1.5f, received.readFloat());
        assertEquals(-1.5, received.readDouble());
        assertEquals("é\0𝒳", received.readUTF());
        byte[] rest = new byte[2];
        assertEquals(2, received.readBytes(rest));
        assertArrayEquals(bytes(2, 3), rest);
        assertThrows(MessageEOFException.class, received::readByte);
    }

    @Test
    void writesObjectsAsTheirTypes() throws JMSException {
        Object[] values = {true, (byte) 1, (short) 2, 'c', 4, 5L, 6f, 7.0, "text", bytes(9)};
        for (Object value : values) {
            message.writeObject(value);
        }
        message.reset();
        assertEquals(1 + 1 + 2 + 2 + 4 + 8 + 4 + 8 + 6 + 1, message.getBodyLength());
        assertThrows(
                MessageFormatException.class,
                () -> new MillraceBytesMessage().writeObject(new Object()));
    }

    @Test
    @SuppressWarnings("NullAway") // An application may pass it; 3.12 says what happens.
    void refusesNull() {
        assertThrows(NullPointerException.class, () -> message.writeObject(null));
        assertThrows(NullPointerException.class, () -> message.writeBytes(null));
        assertThrows(NullPointerException.class, () -> message.writeUTF(null));
    }

    @Test
    void isWriteOnlyUntilReset() throws JMSException {
        message.writeInt(7);
        assertThrows(MessageNotReadableException.class, message::readInt);
        assertThrows(MessageNotReadableException.class, message::getBodyLength);
        assertThrows(MessageNotReadableException.class, () -> message.readBytes(new byte[1]));
        message.reset();
        assertEquals(7, message.readInt());
        assertThrows(MessageNotWriteableException.class, () -> message.writeInt(8));
        message.reset();
        assertEquals(7, message.readInt());
        message.clearBody();
        message.writeByte((byte) 1);
        message.reset();
        assertEquals(1, message.getBodyLength());
    }

    @Test
    void canBeWrittenOnAfterItWasSent() throws JMSException {
        message.writeByte((byte) 1);
        MillraceBytesMessage first = Passage.received(message);
        message.writeByte((byte) 2);
        MillraceBytesMessage second = Passage.received(message);
        assertEquals(1, first.getBodyLength());
        assertEquals(2, second.getBodyLength());
    }

    @Test
    void readThatFailsLeavesThePosition() throws JMSException {
        message.writeBytes(bytes(0, 1, 2));
        message.reset();
        assertThrows(MessageEOFException.class, message::readInt);
        assertThrows(MessageEOFException.class, message::readLong);
        assertEquals(1, message.readShort());
        assertThrows(MessageEOFException.class, message::readShort);
        assertEquals(2, message.readByte());
    }

    @Test
    void readUtfThatFailsLeavesThePosition() throws JMSException {
        message.writeBytes(bytes(0, 9, 'a'));
        message.reset();
        assertThrows(MessageEOFException.class, message::readUTF);
        assertEquals(9, message.readShort());

        MillraceBytesMessage malformed = new MillraceBytesMessage();
        malformed.writeBytes(bytes(0, 1, 0x80));
        malformed.reset();
        assertThrows(MessageFormatException.class, malformed::readUTF);
        assertEquals(1, malformed.readShort());
    }

    @Test
    void refusesTextsThatWriteUtfCannotHold() throws JMSException {
        message.writeByte((byte) 1);
        assertThrows(MessageFormatException.class, () -> message.writeUTF("é".repeat(32_768)));
        message.writeUTF("é".repeat(32_767));
        message.reset();
        assertEquals(1 + 2 + 65_534, message.getBodyLength());
    }

    @Test
    void readsBytesInIncrements() throws JMSException {
        message.writeBytes(bytes(1, 2, 3, 4, 5));
        message.reset();
        byte[] part = new byte[2];
        assertEquals(2, message.readBytes(part));
        assertEquals(1, message.readBytes(part, 1));
        assertEquals(3, part[0]);
        assertThrows(IndexOutOfBoundsException.class, () -> message.readBytes(part, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> message.readBytes(part, -1));
        assertEquals(2, message.readBytes(part));
        assertArrayEquals(bytes(4, 5), part);
        assertEquals(-1, message.readBytes(part));
    }
}
