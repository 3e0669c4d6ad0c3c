package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTemporaryQueue;
import io.millrace.jms.destination.MillraceTopic;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageNotWriteableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What strict providers get wrong about messages, by the numbers of the list of traps. */
class SpecificationTrapsTest {

    private final MillraceTextMessage message = new MillraceTextMessage();

    @Test
    void trap13WhatSendSetsReplacesWhatTheApplicationSet() throws JMSException {
        message.setJMSDestination(new MillraceTopic("wrong"));
        message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
        message.setJMSPriority(9);
        message.setJMSExpiration(1);
        message.setJMSTimestamp(2);
        message.setJMSDeliveryTime(3);
        message.setJMSMessageID("ID:wrong");
        message.setJMSRedelivered(true);

        MillraceTextMessage received = Passage.received(message);
        message.sent(Passage.PRODUCER, Passage.SEQUENCE);
        for (Message each : List.of(message, received)) {
            assertEquals(new MillraceQueue("orders"), each.getJMSDestination());
            assertEquals(DeliveryMode.PERSISTENT, each.getJMSDeliveryMode());
            assertEquals(4, each.getJMSPriority());
            assertEquals(0, each.getJMSExpiration());
            assertEquals(Passage.SENT_MILLIS, each.getJMSTimestamp());
            assertEquals(Passage.SENT_MILLIS, each.getJMSDeliveryTime());
            assertEquals("ID:000102030405060708090a0b0c0d0e0f:42", each.getJMSMessageID());
        }
        assertFalse(received.getJMSRedelivered());
    }

    @Test
    void trap13ReceiverSeesTheTimesThatSendSet() {
        Passage.prepare(message);
        message.setJMSExpiration(Passage.SENT_MILLIS + 60_000);
        message.setJMSDeliveryTime(Passage.SENT_MILLIS + 1_000);
        MillraceMessage received = Passage.decode(Passage.encode(message));
        assertEquals(Passage.SENT_MILLIS, received.getJMSTimestamp());
        assertEquals(Passage.SENT_MILLIS + 60_000, received.getJMSExpiration());
        assertEquals(Passage.SENT_MILLIS + 1_000, received.getJMSDeliveryTime());
    }

    @Test
    void trap13DisabledIdIsNullAndDisabledTimestampZero() {
        Passage.prepare(message);
        message.hints(true, true);
        message.setJMSTimestamp(0);
        MillraceMessage received = Passage.decode(Passage.encode(message));
        message.sent(null, Passage.SEQUENCE);
        assertNull(message.getJMSMessageID());
        assertNull(received.getJMSMessageID());
        assertEquals(0, received.getJMSTimestamp());
        assertEquals(Passage.SENT_MILLIS, received.getJMSDeliveryTime());
        // The next producer of the same message may want both again.
        message.hints(false, false);
        message.setJMSTimestamp(Passage.SENT_MILLIS);
        MillraceMessage again = Passage.decode(Passage.encode(message));
        assertEquals(Passage.SENT_MILLIS, again.getJMSTimestamp());
        assertEquals("ID:" + Passage.PRODUCER + ":42", again.getJMSMessageID());
    }

    @Test
    void trap13MessageCanBeChangedAndSentAgain() throws JMSException {
        message.setText("first");
        message.setIntProperty("number", 1);
        message.setJMSType("one");
        MillraceTextMessage first = Passage.received(message);
        message.setText("second");
        message.setIntProperty("number", 2);
        message.setJMSType("two");
        MillraceTextMessage second = Passage.received(message);
        assertNotSame(first, second);
        assertEquals("first", first.getText());
        assertEquals(1, first.getIntProperty("number"));
        assertEquals("one", first.getJMSType());
        assertEquals("second", second.getText());
        assertEquals(2, second.getIntProperty("number"));
        assertEquals("two", second.getJMSType());
    }

    @Test
    void trap13ReceivedIsReadOnlyPropertiesAndBodySeparately() throws JMSException {
        message.setText("text");
        message.setIntProperty("number", 1);
        MillraceTextMessage received = Passage.received(message);
        assertThrows(MessageNotWriteableException.class, () -> received.setText("x"));
        assertThrows(MessageNotWriteableException.class, () -> received.setIntProperty("n", 1));
        received.clearProperties();
        received.setIntProperty("n", 1);
        assertThrows(MessageNotWriteableException.class, () -> received.setText("x"));
        assertEquals("text", received.getText());

        MillraceTextMessage other = Passage.received(message);
        other.clearBody();
        other.setText("x");
        assertThrows(MessageNotWriteableException.class, () -> other.setIntProperty("n", 1));
        assertEquals(1, other.getIntProperty("number"));
    }

    @Test
    void trap13HeadersOfTheApplicationCanBeChangedOnWhatWasReceived() throws JMSException {
        message.setJMSType("type");
        message.setJMSCorrelationID("old");
        message.setJMSReplyTo(new MillraceTemporaryQueue("mine", null));
        message.setStringProperty("JMSXGroupID", "group");
        message.setIntProperty("number", 1);
        MillraceTextMessage received = Passage.received(message);
        received.setJMSCorrelationID("new");
        MillraceTextMessage forwarded = Passage.received(received);
        assertEquals("type", forwarded.getJMSType());
        assertEquals("new", forwarded.getJMSCorrelationID());
        assertEquals(new MillraceTemporaryQueue("mine", null), forwarded.getJMSReplyTo());
        assertEquals("group", forwarded.getStringProperty("JMSXGroupID"));
        assertEquals(1, forwarded.getIntProperty("number"));
    }

    @Test
    void trap14AbsentPropertyIsNull() throws JMSException {
        assertFalse(message.getBooleanProperty("absent"));
        assertThrows(NumberFormatException.class, () -> message.getByteProperty("absent"));
        assertThrows(NumberFormatException.class, () -> message.getShortProperty("absent"));
        assertThrows(NumberFormatException.class, () -> message.getIntProperty("absent"));
        assertThrows(NumberFormatException.class, () -> message.getLongProperty("absent"));
        // Float.valueOf(null) and Double.valueOf(null) throw this.
        assertThrows(NullPointerException.class, () -> message.getFloatProperty("absent"));
        assertThrows(NullPointerException.class, () -> message.getDoubleProperty("absent"));
        assertNull(message.getStringProperty("absent"));
        assertNull(message.getObjectProperty("absent"));
        assertFalse(message.propertyExists("absent"));
    }

    @Test
    void trap14PropertyNamesComeWithoutHeaders() throws JMSException {
        Passage.prepare(message);
        message.setJMSType("type");
        message.setIntProperty("number", 1);
        assertEquals(List.of("number"), Collections.list(message.getPropertyNames()));
    }

    @Test
    void correlationIdIsATextOrBytes() throws JMSException {
        byte[] bytes = "é".getBytes(StandardCharsets.UTF_8);
        message.setJMSCorrelationIDAsBytes(bytes);
        byte[] original = bytes.clone();
        bytes[0] = 0;
        MillraceTextMessage received = Passage.received(message);
        assertArrayEquals(original, received.getJMSCorrelationIDAsBytes());
        assertEquals("é", received.getJMSCorrelationID());
        message.setJMSCorrelationID("text");
        assertEquals("text", Passage.received(message).getJMSCorrelationID());
        assertEquals("text", new String(bytesOf(message), StandardCharsets.UTF_8));
        message.setJMSCorrelationID(null);
        assertNull(Passage.received(message).getJMSCorrelationIDAsBytes());
    }

    private static byte[] bytesOf(MillraceMessage of) throws JMSException {
        byte[] bytes = of.getJMSCorrelationIDAsBytes();
        return bytes == null ? new byte[0] : bytes;
    }

    @Test
    void acknowledgesThroughItsSessionOrNotAtAll() throws JMSException {
        MillraceTextMessage received = Passage.received(message);
        received.acknowledge();
        List<String> calls = new ArrayList<>();
        received.acknowledger(() -> calls.add("acknowledged"));
        received.acknowledge();
        assertEquals(List.of("acknowledged"), calls);
    }

    @Test
    void sendingOnDoesNotCarryTheDeliveryAlong() throws JMSException {
        MillraceTextMessage received = Passage.received(message);
        received.received(5, "alice", false);
        MillraceTextMessage forwarded = Passage.received(received);
        assertEquals(1, forwarded.getIntProperty("JMSXDeliveryCount"));
        assertNull(forwarded.getStringProperty("JMSXUserID"));
        assertFalse(forwarded.getJMSRedelivered());
        assertTrue(received.getJMSRedelivered());
    }
}
