package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, values and permissions of properties (3.5). */
class MessagePropertiesTest {

    private final MillraceMessage message = new MillraceMessage();

    private static Set<String> names(MillraceMessage of) throws JMSException {
        return new HashSet<>(Collections.list(of.getPropertyNames()));
    }

    @ParameterizedTest
    @NullAndEmptySource
    void refusesNoNameAsArgument(String name) {
        assertThrows(IllegalArgumentException.class, () -> message.setIntProperty(name, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1a",
                "a b",
                "a-b",
                "a.b",
                " a",
                "NULL",
                "TRUE",
                "FALSE",
                "NOT",
                "AND",
                "OR",
                "BETWEEN",
                "LIKE",
                "IN",
                "IS",
                "ESCAPE",
                "JMSType",
                "JMSPriority"
            })
    void refusesNamesThatNoSelectorCouldUse(String name) throws JMSException {
        assertThrows(JMSException.class, () -> message.setIntProperty(name, 1));
        assertFalse(message.propertyExists(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "_",
                "$a1",
                "größe",
                "𝒳1",
                "nullable",
                "true",
                "Like",
                "JMS_vendor",
                "JMSXGroupSeq"
            })
    void takesIdentifiers(String name) throws JMSException {
        message.setIntProperty(name, 1);
        assertEquals(1, Passage.received(message).getIntProperty(name));
    }

    @Test
    void tellsNamesByCase() throws JMSException {
        message.setIntProperty("size", 1);
        assertNull(message.getObjectProperty("Size"));
    }

    @Test
    void refusesOtherClassesThanTheEight() {
        for (Object value : new Object[] {'c', new byte[1], new Object(), Set.of()}) {
            assertThrows(
                    MessageFormatException.class, () -> message.setObjectProperty("it", value));
        }
    }

    @Test
    void keepsPropertiesThatAreNull() throws JMSException {
        message.setStringProperty("none", null);
        message.setObjectProperty("nothing", null);
        for (MillraceMessage each : new MillraceMessage[] {message, Passage.received(message)}) {
            assertTrue(each.propertyExists("none"));
            assertTrue(each.propertyExists("nothing"));
            assertNull(each.getStringProperty("none"));
            assertFalse(each.getBooleanProperty("nothing"));
            assertFalse(each.propertyExists("unknown"));
        }
    }

    @Test
    void receivedPropertiesCannotBeWrittenUntilCleared() throws JMSException {
        message.setIntProperty("number", 1);
        message.setStringProperty("JMSXGroupID", "group");
        MillraceMessage received = Passage.received(message);
        received.received(3, "alice", false);
        assertThrows(
                MessageNotWriteableException.class, () -> received.setIntProperty("number", 2));
        received.setJMSType("headers can be changed");

        received.clearProperties();
        assertEquals(Set.of(), names(received));
        received.setIntProperty("other", 2);
        MillraceMessage forwarded = Passage.received(received);
        assertEquals(Set.of("other", "JMSXDeliveryCount"), names(forwarded));
        assertNull(forwarded.getStringProperty("JMSXGroupID"));
        assertEquals("headers can be changed", forwarded.getJMSType());
    }

    @Test
    void clearingPropertiesLeavesTheBody() throws JMSException {
        MillraceTextMessage text = new MillraceTextMessage();
        text.setText("text");
        text.setIntProperty("number", 1);
        MillraceTextMessage received = Passage.received(text);
        received.clearProperties();
        assertEquals("text", received.getText());
        assertThrows(MessageNotWriteableException.class, () -> received.setText("other"));
    }

    @Test
    void listsNoHeadersButWhatCameWithTheDelivery() throws JMSException {
        message.setJMSType("type");
        message.setJMSCorrelationID("id");
        message.setIntProperty("number", 1);
        assertEquals(Set.of("number"), names(message));
        MillraceMessage received = Passage.received(message);
        assertEquals(Set.of("number", "JMSXDeliveryCount"), names(received));
        received.received(2, "alice", false);
        assertEquals(Set.of("number", "JMSXDeliveryCount", "JMSXUserID"), names(received));
        assertEquals(2, received.getIntProperty("JMSXDeliveryCount"));
        assertEquals("2", received.getStringProperty("JMSXDeliveryCount"));
        assertEquals("alice", received.getStringProperty("JMSXUserID"));
        assertTrue(received.propertyExists("JMSXUserID"));
        assertTrue(received.getJMSRedelivered());
    }

    @Test
    void ignoresWhatOnlyProvidersSet() throws JMSException {
        message.setStringProperty("JMSXUserID", "mallory");
        message.setIntProperty("JMSXDeliveryCount", 9);
        assertEquals(Set.of(), names(message));
        MillraceMessage received = Passage.received(message);
        assertNull(received.getStringProperty("JMSXUserID"));
        assertEquals(1, received.getIntProperty("JMSXDeliveryCount"));
    }

    @Test
    void keepsGroupAmongThePropertiesAndTheirSequenceToo() throws JMSException {
        message.setStringProperty("JMSXGroupID", "group");
        message.setIntProperty("JMSXGroupSeq", 2);
        MillraceMessage received = Passage.received(message);
        assertEquals("group", received.getStringProperty("JMSXGroupID"));
        assertEquals(2, received.getIntProperty("JMSXGroupSeq"));
        assertEquals(Set.of("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount"), names(received));
    }

    @Test
    void namesDoNotChangeUnderOnesHands() throws JMSException {
        message.setIntProperty("a", 1);
        message.setIntProperty("b", 1);
        var names = message.getPropertyNames();
        message.setIntProperty("c", 1);
        assertEquals(2, Collections.list(names).size());
    }
}
