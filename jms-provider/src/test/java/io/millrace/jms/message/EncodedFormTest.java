package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.jms.destination.MillraceTopic;
import io.millrace.wire.WireOutput;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of docs/PROTOCOL.md, "Messages": what is stored in a log must stay readable. */
class EncodedFormTest {

    private static void assertEncoded(MillraceMessage message, String... fields) {
        String expected = String.join("", fields).replace(" ", "");
        assertEquals(expected, HexFormat.of().formatHex(Passage.encode(message)));
    }

    /** The head of a message of which only the lengths, flags and kind of body differ. */
    private static String head(String length, String flags, String body, String bodyAt) {
        return length
                + flags
                + "04" // priority
                + body
                + "00000005" // time-stamp delta: 5 ms
                + "00000000" // group hash: no group
                + "0000000000000000" // expiration: never
                + "0000000000000000" // delivery time: as the time-stamp
                + "00000028" // properties at 40
                + bodyAt;
    }

    @Test
    void writesTextWithoutHeadersAndProperties() throws JMSException {
        MillraceTextMessage message = new MillraceTextMessage();
        message.setText("hé");
        Passage.prepare(message);
        assertEncoded(
                message,
                head("0000002c", "0001", "01", "00000028"), // 44 bytes, PERSISTENT, text
                "04", // length of the text in bytes plus one
                "68 c3a9"); // "hé"
    }

    @Test
    void tellsNoTextFromTheEmptyText() throws JMSException {
        MillraceTextMessage message = new MillraceTextMessage();
        Passage.prepare(message);
        assertEncoded(message, head("00000029", "0001", "01", "00000028"), "00");
        message.setText("");
        assertEncoded(message, head("00000029", "0001", "01", "00000028"), "01");
    }

    @Test
    void writesEachHeaderInTheOrderOfItsFlag() throws JMSException {
        MillraceMessage message = new MillraceMessage();
        Passage.prepare(message);
        message.hints(true, false);
        message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
        message.setJMSPriority(9);
        message.setJMSExpiration(0x0102030405L);
        message.setJMSDeliveryTime(0x0a0b0c0d0eL);
        message.setJMSReplyTo(new MillraceTopic("ab"));
        message.setJMSCorrelationID("c");
        message.setJMSType("t");
        message.setStringProperty("JMSXGroupID", "hi");
        message.setIntProperty("JMSXGroupSeq", 3);
        assertEncoded(
                message,
                "00000046", // 70 bytes
                "0176", // reply-to, correlation id, type, group, no message id, properties
                "09", // priority
                "00", // plain message
                "00000005", // time-stamp delta
                "00000d01", // group hash: 31 * 'h' + 'i'
                "0000000102030405", // expiration
                "0000000a0b0c0d0e", // delivery time: another than the time-stamp
                "00000033", // properties at 51
                "00000046", // body at 70: empty
                "01 02 6162", // JMSReplyTo: topic, "ab"
                "01 63", // JMSCorrelationID: "c"
                "01 74", // JMSType: "t"
                "02 6869", // JMSXGroupID: "hi"
                "01", // one property: the group id is a header
                "0c 4a4d535847726f7570536571", // "JMSXGroupSeq"
                "05 00000003"); // int 3
    }

    @Test
    void writesCorrelationBytesAsTheyAre() throws JMSException {
        MillraceMessage message = new MillraceMessage();
        Passage.prepare(message);
        message.setJMSCorrelationIDAsBytes(new byte[] {(byte) 0xff, 0});
        assertEncoded(
                message,
                "0000002b" + "0009" + "0400" + "00000005" + "00000000", // HAS_CORRELATION_BYTES
                "0000000000000000" + "0000000000000000",
                "0000002b" + "0000002b", // properties and body at 43
                "02 ff00"); // length, bytes
    }

    @Test
    void writesDeliveryTimeIfThereIsNoTimestamp() {
        MillraceMessage message = new MillraceMessage();
        Passage.prepare(message);
        message.hints(false, true);
        message.setJMSTimestamp(0);
        message.setJMSDeliveryTime(0x0a0b0c0d0eL);
        assertEncoded(
                message,
                "00000028" + "0081" + "0400", // PERSISTENT, NO_TIMESTAMP
                "00000000", // time-stamp delta
                "00000000" + "0000000000000000",
                "0000000a0b0c0d0e", // delivery time
                "00000028" + "00000028");
    }

    @Test
    void writesBytesAsTheyAre() throws JMSException {
        MillraceBytesMessage message = new MillraceBytesMessage();
        message.writeInt(0x01020304);
        message.writeUTF("é");
        Passage.prepare(message);
        assertEncoded(
                message,
                head("00000030", "0001", "02", "00000028"),
                "01020304", // int
                "0002 c3a9"); // writeUTF: length u16, modified UTF-8
    }

    @Test
    void writesEachTypeOfValue() throws JMSException {
        MillraceStreamMessage message = new MillraceStreamMessage();
        message.writeObject(null);
        message.writeBoolean(true);
        message.writeByte((byte) -1);
        message.writeShort((short) 2);
        message.writeChar('é');
        message.writeInt(3);
        message.writeLong(4);
        message.writeFloat(1.5f);
        message.writeDouble(1.5);
        message.writeString("é");
        message.writeBytes(new byte[] {5, 6});
        Passage.prepare(message);
        assertEncoded(
                message,
                head("00000057", "0001", "04", "00000028"),
                "00", // null
                "01 01", // boolean
                "02 ff", // byte
                "03 0002", // short
                "04 00e9", // char
                "05 00000003", // int
                "06 0000000000000004", // long
                "07 3fc00000", // float
                "08 3ff8000000000000", // double
                "09 02 c3a9", // String
                "0a 02 0506"); // byte array
    }

    @Test
    void writesMapWithItsNames() throws JMSException {
        MillraceMapMessage message = new MillraceMapMessage();
        message.setBoolean("a", false);
        message.setString("b", null);
        Passage.prepare(message);
        assertEncoded(
                message,
                head("00000030", "0001", "03", "00000028"),
                "02", // two values
                "01 61 01 00", // "a": boolean false
                "01 62 00"); // "b": null
    }

    @Test
    void appendsToWhatIsThereAndCountsFromTheRecord() throws JMSException {
        MillraceTextMessage message = new MillraceTextMessage();
        message.setText("x");
        Passage.prepare(message);
        WireOutput to = new WireOutput(16);
        to.writeInt(-1);
        MessageCodec.encode(message, to, Passage.BASE_MILLIS);
        assertEquals(
                "ffffffff" + HexFormat.of().formatHex(Passage.encode(message)),
                HexFormat.of().formatHex(to.toByteArray()));
    }
}
