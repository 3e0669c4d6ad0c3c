package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Effect;
import io.millrace.core.partition.PartitionCommand.SelectDone;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Selectors over stored blocks: stretches of them, and messages that a client wrote badly. */
class MessageSelectionTest {

    private static final Id128 PRODUCER = new Id128(1, 2);

    private final MessageSelection selection = new MessageSelection();

    /** What writes the properties of one message. */
    private interface Properties {
        void writeTo(WireOutput to);
    }

    /** One property n, an int. */
    private static Properties number(int n) {
        return to -> to.writeVarint(1).writeString("n").writeByte(5).writeInt(n);
    }

    private static Enqueued block(long firstSequence, Properties... messages) {
        WireOutput to = new WireOutput(256);
        MessageBatch.writeHeader(to, PRODUCER, firstSequence, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, messages.length);
        for (Properties properties : messages) {
            int start =
                    MessageHead.begin(
                            to,
                            new MessageHead.Fields(MessageHead.HAS_PROPERTIES, 4, 1, 0, 0, 0, 0));
            int propertiesStart = to.size();
            properties.writeTo(to);
            int body = to.size();
            to.writeByte('m');
            MessageHead.finish(to, start, propertiesStart, body);
        }
        MessageBatch batch = new MessageBatch(to.toByteArray(), 0, to.size());
        batch.validate();
        return new Enqueued(9, firstSequence, Id128.NONE, "ann", batch);
    }

    private SelectDone ask(String selector, long from, long to, Enqueued... blocks) {
        return selection.evaluate(
                new Effect.Select(5, 8, 9, from, to, selector, 1_000), List.of(blocks));
    }

    private static SequenceRanges ranges(long... sequences) {
        SequenceRanges.Builder ranges = new SequenceRanges.Builder();
        for (long each : sequences) {
            ranges.add(each, each);
        }
        return ranges.build();
    }

    @Test
    void asksFromTheMiddleOfABlockToTheMiddleOfAnother() {
        Enqueued first = block(10, number(1), number(2), number(1));
        Enqueued second = block(13, number(1), number(1), number(1));
        SelectDone done = ask("n = 1", 11, 14, first, second);
        assertEquals(new SelectDone(5, 8, 14, ranges(12, 13, 14)), done);
    }

    @Test
    void saysHowFarItCame() {
        Enqueued only = block(10, number(1), number(2));
        assertEquals(new SelectDone(5, 8, 11, ranges(10)), ask("n = 1", 10, 99, only));
    }

    /** Whatever a client wrote: the ones behind it are found, and the partition goes on. */
    @Test
    void takesWhatCannotBeReadForMissing() {
        Enqueued broken =
                block(
                        1,
                        to -> to.writeVarint(1).writeString("n").writeByte(99),
                        to -> to.writeVarint(3).writeString("n").writeByte(5),
                        to -> to.writeVarint(1).writeVarint(1_000),
                        to -> to.writeVarint(1).writeString("x").writeByte(77),
                        number(1));
        assertEquals(ranges(5), ask("n = 1", 1, 5, broken).matching());
        assertEquals(ranges(1, 2, 3, 4), ask("n IS NULL", 1, 5, broken).matching());
    }

    @Test
    void knowsHeadersAndTheUser() {
        Enqueued one = block(7, number(1));
        String id = "ID:" + PRODUCER + ":7";
        for (String selector :
                List.of(
                        "JMSMessageID = '" + id + "'",
                        "JMSTimestamp = 1000",
                        "JMSPriority = 4",
                        "JMSDeliveryMode = 'NON_PERSISTENT'",
                        "JMSType IS NULL AND JMSCorrelationID IS NULL AND JMSXGroupID IS NULL",
                        "JMSXUserID = 'ann'")) {
            assertEquals(ranges(7), ask(selector, 7, 7, one).matching(), selector);
        }
    }
}
