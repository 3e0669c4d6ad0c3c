package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.core.Effect;
import io.millrace.core.partition.PartitionCommand.BuryDeadLetter;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.MessageView;
import io.millrace.wire.ValueType;
import io.millrace.wire.WireOutput;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Dead letters as they are written: what stays as it was, and what is added. */
class DeadLetterCopyTest {

    private static final Id128 PRODUCER = new Id128(1, 2);
    private static final byte[] BODY = {'b', 'o', 'd', 'y'};

    private static MessageBatch message(int flags, Consumer<WireOutput> properties) {
        WireOutput to = new WireOutput(256);
        MessageBatch.writeHeader(to, PRODUCER, 40, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, 1);
        int start = MessageHead.begin(to, new MessageHead.Fields(flags, 7, 1, 5, 0, 9_000, 0));
        int propertiesStart = to.size();
        properties.accept(to);
        int bodyStart = to.size();
        to.writeBytes(BODY, 0, BODY.length);
        MessageHead.finish(to, start, propertiesStart, bodyStart);
        MessageBatch batch = new MessageBatch(to.toByteArray(), 0, to.size());
        batch.validate();
        return batch;
    }

    private static MessageBatch withProperties(Consumer<WireOutput> properties) {
        return message(MessageHead.HAS_PROPERTIES, properties);
    }

    private static BuryDeadLetter bury(MessageBatch batch, String delays, @Nullable String why) {
        return DeadLetterCopy.of(
                new Effect.CopyDeadLetter(3, 9, 21, DestinationKind.QUEUE, "work", 10, delays, why),
                new Enqueued(9, 21, Id128.NONE, "ann", batch));
    }

    private static MessageView copy(MessageBatch batch, String delays, @Nullable String why) {
        return new MessageView(bury(batch, delays, why).batch(), 0);
    }

    private static byte[] section(MessageBatch batch, boolean body) {
        byte[] array = batch.array();
        int at = batch.messageAt(0);
        int properties = at + MessageHead.propertiesAt(array, at);
        int bodyAt = at + MessageHead.bodyAt(array, at);
        return body
                ? Arrays.copyOfRange(array, bodyAt, at + MessageHead.length(array, at))
                : Arrays.copyOfRange(array, properties, bodyAt);
    }

    @Test
    void saysWhereItComesFromAndWhy() {
        BuryDeadLetter buried = bury(message(0, to -> {}), "150, 300", "X: late");
        assertEquals(3, buried.subscriptionId());
        assertEquals(21, buried.sequence());
        assertEquals("ann", buried.user());
        MessageView view = new MessageView(buried.batch(), 0);
        assertEquals("queue", view.property("JMS_Millrace_OriginKind"));
        assertEquals("work", view.property("JMS_Millrace_Origin"));
        assertEquals(
                "It was delivered 10 times and given back each time",
                view.property("JMS_Millrace_Cause"));
        assertEquals(10, view.property("JMS_Millrace_Deliveries"));
        assertEquals("150, 300", view.property("JMS_Millrace_Delays"));
        assertEquals("X: late", view.property("JMS_Millrace_Exception"));
        assertEquals("ID:" + PRODUCER + ":40", view.messageId());
        assertEquals(1_005, view.timestampMillis());
        assertEquals(7, view.priority());
        byte[] array = buried.batch().array();
        assertEquals(0, MessageHead.expiration(array, buried.batch().messageAt(0)));
        assertArrayEquals(BODY, section(buried.batch(), true));
    }

    @Test
    void keepsPropertiesAndSaysNothingThatIsNotKnown() {
        MessageView view =
                copy(
                        withProperties(
                                to -> {
                                    to.writeVarint(2).writeString("n").writeByte(ValueType.INT);
                                    to.writeInt(17).writeString("s").writeByte(ValueType.STRING);
                                    to.writeString("kept");
                                }),
                        "",
                        null);
        assertEquals(17, view.property("n"));
        assertEquals("kept", view.property("s"));
        assertEquals("work", view.property("JMS_Millrace_Origin"));
        assertNull(view.property("JMS_Millrace_Delays"));
        assertNull(view.property("JMS_Millrace_Exception"));
    }

    /** An application may send what it found among the dead letters once more. */
    @Test
    void forgetsAnEarlierDeath() {
        MessageBatch first = bury(message(0, to -> {}), "150", "X: late").batch();
        byte[] properties = section(first, false);
        MessageBatch again = withProperties(to -> to.writeBytes(properties, 0, properties.length));
        MessageBatch second = bury(again, "", null).batch();
        MessageView view = new MessageView(second, 0);
        assertEquals(10, view.property("JMS_Millrace_Deliveries"));
        assertNull(view.property("JMS_Millrace_Delays"));
        assertNull(view.property("JMS_Millrace_Exception"));
        assertArrayEquals(
                section(bury(message(0, to -> {}), "", null).batch(), false),
                section(second, false));
    }

    /** They come from a client, and nobody looked at them before. */
    @Test
    void leavesPropertiesAloneThatCannotBeRead() {
        MessageBatch empty = withProperties(to -> {});
        MessageBatch tooMany = withProperties(to -> to.writeVarint(9).writeString("n"));
        MessageBatch noType =
                withProperties(to -> to.writeVarint(1).writeString("n").writeByte(77));
        for (MessageBatch each : new MessageBatch[] {empty, tooMany, noType}) {
            MessageBatch copy = bury(each, "150", "X: late").batch();
            assertArrayEquals(section(each, false), section(copy, false));
            assertArrayEquals(BODY, section(copy, true));
        }
    }
}
