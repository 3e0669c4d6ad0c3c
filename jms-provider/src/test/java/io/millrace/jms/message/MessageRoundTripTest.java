package io.millrace.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.destination.MillraceQueue;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Whatever is sent is received, and what is received can be sent on. */
class MessageRoundTripTest {

    /** Any text that UTF-8 has a form for. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .all()
                .ofMaxLength(300)
                .map(text -> new String(text.getBytes(UTF_8), UTF_8));
    }

    private Arbitrary<Object> propertyValues() {
        return Arbitraries.oneOf(
                Arbitraries.of(true, false).map(Object.class::cast),
                Arbitraries.bytes().map(Object.class::cast),
                Arbitraries.shorts().map(Object.class::cast),
                Arbitraries.integers().map(Object.class::cast),
                Arbitraries.longs().map(Object.class::cast),
                Arbitraries.floats().map(Object.class::cast),
                Arbitraries.doubles().map(Object.class::cast),
                texts().map(Object.class::cast));
    }

    @Provide
    Arbitrary<List<Object>> bodyValues() {
        Arbitrary<byte[]> byteArrays = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        return Arbitraries.oneOf(
                        propertyValues(),
                        Arbitraries.chars().map(Object.class::cast),
                        byteArrays.map(Object.class::cast))
                .injectNull(0.1)
                .list()
                .ofMaxSize(20);
    }

    @Provide
    Arbitrary<Map<String, Object>> properties() {
        Arbitrary<String> names =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).map(it -> "p" + it);
        return Arbitraries.maps(names, propertyValues().injectNull(0.1)).ofMaxSize(10);
    }

    private static void assertSame(@Nullable Object expected, @Nullable Object actual) {
        if (expected instanceof byte[] bytes) {
            assertArrayEquals(bytes, (byte[]) actual);
        } else {
            assertEquals(expected, actual);
        }
    }

    @Property(tries = 300)
    void keepsPropertiesAndHeaders(
            @ForAll("properties") Map<String, @Nullable Object> properties,
            @ForAll("texts") String type,
            @ForAll @IntRange(max = 15) int which)
            throws JMSException {
        MillraceMessage message = new MillraceMessage();
        for (Map.Entry<String, @Nullable Object> property : properties.entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
        Set<String> names = new HashSet<>(properties.keySet());
        if ((which & 1) != 0) {
            message.setJMSType(type);
        }
        if ((which & 2) != 0) {
            message.setJMSCorrelationID("ID:" + type);
        }
        if ((which & 4) != 0) {
            message.setStringProperty("JMSXGroupID", type);
            names.add("JMSXGroupID");
        }
        // What was received unread, and what was read, must be sent on alike.
        MillraceMessage unread = Passage.received(Passage.received(message));
        MillraceMessage read = Passage.received(message);
        for (MillraceMessage received : List.of(unread, read, Passage.received(read))) {
            names.add("JMSXDeliveryCount");
            assertEquals(names, new HashSet<>(Collections.list(received.getPropertyNames())));
            for (Map.Entry<String, @Nullable Object> property : properties.entrySet()) {
                assertTrue(received.propertyExists(property.getKey()));
                assertSame(property.getValue(), received.getObjectProperty(property.getKey()));
            }
            assertEquals((which & 1) != 0 ? type : null, received.getJMSType());
            assertEquals((which & 2) != 0 ? "ID:" + type : null, received.getJMSCorrelationID());
            assertEquals((which & 4) != 0 ? type : null, received.getStringProperty("JMSXGroupID"));
        }
        assertArrayEquals(Passage.encode(message), Passage.encode(read));
    }

    @Property(tries = 300)
    void keepsTexts(@ForAll("texts") String text) throws JMSException {
        MillraceTextMessage message = new MillraceTextMessage();
        message.setText(text);
        MillraceTextMessage received = Passage.received(message);
        assertEquals(text, Passage.received(received).getText());
        assertEquals(text, received.getText());
        assertEquals(text, Passage.received(received).getBody(String.class));
    }

    @Property(tries = 200)
    void keepsBytes(@ForAll byte[] bytes) throws JMSException {
        MillraceBytesMessage message = new MillraceBytesMessage();
        message.writeBytes(bytes);
        MillraceBytesMessage received = Passage.received(Passage.received(message));
        assertEquals(bytes.length, received.getBodyLength());
        byte[] read = new byte[bytes.length + 1];
        assertEquals(bytes.length == 0 ? -1 : bytes.length, received.readBytes(read));
        assertArrayEquals(bytes, Arrays.copyOf(read, bytes.length));
        assertArrayEquals(
                bytes.length == 0 ? null : bytes, Passage.received(received).getBody(byte[].class));
    }

    @Property(tries = 300)
    void keepsMaps(@ForAll("bodyValues") List<@Nullable Object> values) throws JMSException {
        MillraceMapMessage message = new MillraceMapMessage();
        for (int index = 0; index < values.size(); index++) {
            message.setObject("a name with " + index, values.get(index));
        }
        MillraceMapMessage received = Passage.received(message);
        for (MillraceMapMessage each : List.of(received, Passage.received(received))) {
            assertEquals(values.size(), Collections.list(each.getMapNames()).size());
            for (int index = 0; index < values.size(); index++) {
                assertTrue(each.itemExists("a name with " + index));
                assertSame(values.get(index), each.getObject("a name with " + index));
            }
        }
    }

    @Property(tries = 300)
    void keepsStreams(@ForAll("bodyValues") List<@Nullable Object> values) throws JMSException {
        MillraceStreamMessage message = new MillraceStreamMessage();
        for (Object value : values) {
            message.writeObject(value);
        }
        MillraceStreamMessage received = Passage.received(message);
        for (MillraceStreamMessage each : List.of(received, Passage.received(received))) {
            for (Object value : values) {
                assertSame(value, each.readObject());
            }
            assertThrows(MessageEOFException.class, each::readObject);
        }
    }

    /** A record as another client might damage it: a JMSException at most, wherever one looks. */
    @Property(tries = 1_000)
    void reportsDamageAtTheGetter(
            @ForAll("properties") Map<String, @Nullable Object> properties,
            @ForAll("bodyValues") List<@Nullable Object> values,
            @ForAll @IntRange(max = 10_000) int where,
            @ForAll byte instead)
            throws JMSException {
        MillraceMapMessage message = new MillraceMapMessage();
        for (Map.Entry<String, @Nullable Object> property : properties.entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
        for (Object value : values) {
            message.setObject("v" + values.indexOf(value), value);
        }
        message.setJMSReplyTo(new MillraceQueue("answers"));
        message.setJMSCorrelationIDAsBytes(new byte[] {1, 2, 3});
        message.setStringProperty("JMSXGroupID", "group");
        Passage.prepare(message);
        byte[] record = Passage.encode(message);
        record[40 + where % (record.length - 40)] = instead;
        MillraceMapMessage damaged = (MillraceMapMessage) Passage.decode(record);
        // Sent on unread, it is as damaged as before.
        Passage.prepare(damaged);
        assertArrayEquals(record, Passage.encode(damaged));
        assertTrue(answers(damaged).size() <= 4);
    }

    private interface Look {
        @Nullable Object at() throws JMSException;
    }

    private static List<JMSException> answers(MillraceMapMessage message) {
        List<JMSException> refused = new ArrayList<>();
        List<Look> looks =
                List.of(
                        message::getJMSReplyTo,
                        () -> message.getObjectProperty("JMSXGroupID"),
                        message::getPropertyNames,
                        message::getMapNames);
        for (Look look : looks) {
            try {
                look.at();
            } catch (JMSException e) {
                assertEquals("MALFORMED_MESSAGE", e.getErrorCode());
                refused.add(e);
            }
        }
        return refused;
    }

    @Example
    void keepsWhatIsUnset() throws JMSException {
        MillraceMessage received = Passage.received(new MillraceMessage());
        assertNull(received.getJMSType());
        assertNull(received.getJMSReplyTo());
        assertNull(received.getJMSCorrelationID());
        assertNull(received.getJMSCorrelationIDAsBytes());
        assertNull(received.getBody(String.class));
    }
}
