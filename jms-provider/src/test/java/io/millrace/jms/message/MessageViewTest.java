package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.jms.destination.MillraceQueue;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageView;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The broker's view of a message finds what the client wrote. */
class MessageViewTest {

    private static final Id128 PRODUCER = new Id128(3, 4);

    private static MessageView view(MillraceMessage... messages) {
        WireOutput to = new WireOutput(256);
        MessageBatch.writeHeader(to, PRODUCER, 5, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, messages.length);
        for (MillraceMessage message : messages) {
            MessageCodec.encode(message, to, 1_000);
        }
        MessageBatch batch = new MessageBatch(to.toByteArray(), 0, to.size());
        batch.validate();
        return new MessageView(batch, messages.length - 1);
    }

    @Test
    void readsEveryTypeOfProperty() throws JMSException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("boolean", true);
        values.put("byte", (byte) -1);
        values.put("short", Short.MIN_VALUE);
        values.put("int", Integer.MAX_VALUE);
        values.put("long", Long.MIN_VALUE);
        values.put("float", 1.5f);
        values.put("double", -0.0);
        values.put("string", "größe \uD83D\uDE00");
        values.put("größe", 1);
        values.put("größer", 2);
        values.put("i", 3);
        MillraceTextMessage message = new MillraceTextMessage();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            message.setObjectProperty(value.getKey(), value.getValue());
        }
        message.setStringProperty("nothing", null);
        MessageView view = view(message);
        values.forEach((name, value) -> assertEquals(value, view.property(name), name));
        assertNull(view.property("nothing"));
        assertNull(view.property("missing"));
        assertNull(view.property("strin"));
        assertNull(view.property("größ"));
    }

    @Test
    void readsHeadersWhicheverAreThere() throws JMSException {
        for (int set = 0; set < 32; set++) {
            MillraceTextMessage message = new MillraceTextMessage();
            message.setJMSReplyTo((set & 1) != 0 ? new MillraceQueue("answers") : null);
            if ((set & 2) != 0) {
                message.setJMSCorrelationID("c");
            }
            if ((set & 4) != 0) {
                message.setJMSCorrelationIDAsBytes(new byte[] {'b'});
            }
            message.setJMSType((set & 8) != 0 ? "t" : null);
            if ((set & 16) != 0) {
                message.setStringProperty("JMSXGroupID", "g");
            }
            MessageView view = view(message);
            String correlation = (set & 4) != 0 ? "b" : (set & 2) != 0 ? "c" : null;
            assertEquals(correlation, view.correlationId());
            assertEquals((set & 8) != 0 ? "t" : null, view.type());
            assertEquals((set & 16) != 0 ? "g" : null, view.group());
        }
    }

    @Test
    void readsWhatTheProviderSets() throws JMSException {
        MillraceTextMessage plain = new MillraceTextMessage();
        plain.setJMSTimestamp(1_234);
        plain.setJMSPriority(7);
        MessageView view = view(plain, plain);
        assertEquals("ID:" + PRODUCER + ":6", view.messageId());
        assertEquals(1_234, view.timestampMillis());
        assertEquals(7, view.priority());
        assertEquals(true, view.isPersistent());
        MillraceTextMessage bare = new MillraceTextMessage();
        bare.hints(true, true);
        assertNull(view(bare).messageId());
        assertEquals(0, view(bare).timestampMillis());
        assertNull(view(bare).property("x"));
    }
}
