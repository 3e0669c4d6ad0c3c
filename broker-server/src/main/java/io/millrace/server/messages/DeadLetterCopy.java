package io.millrace.server.messages;

import io.millrace.core.Effect;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.ValueType;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.Set;

/**
 * Writes a dead letter: the message as it was, with properties that say where it comes from and why
 * it is dead. It does not expire any more, and keeps its JMSMessageID.
 *
 * <p>Properties that it has from an earlier death are replaced. Nobody checked the properties when
 * the message came: if they cannot be read, the letter has them as they are, and no others.
 */
public final class DeadLetterCopy {

    /** Property with the kind of destination, {@code queue} or {@code topic}. */
    static final String KIND = "JMS_Millrace_OriginKind";

    /** Property with the name of the destination. */
    static final String ORIGIN = "JMS_Millrace_Origin";

    /** Property with the reason, in words. */
    static final String CAUSE = "JMS_Millrace_Cause";

    /** Property with the number of deliveries. */
    static final String DELIVERIES = "JMS_Millrace_Deliveries";

    /** Property with the delays between the deliveries, milliseconds; only if there were any. */
    static final String DELAYS = "JMS_Millrace_Delays";

    /** Property with what the listener threw at last; only if that is known. */
    static final String EXCEPTION = "JMS_Millrace_Exception";

    private static final Set<String> ADDED =
            Set.of(KIND, ORIGIN, CAUSE, DELIVERIES, DELAYS, EXCEPTION);

    private static final int ADDED_BYTES = 512;

    private DeadLetterCopy() {}

    /** Copies the message that an effect names from its block. */
    public static PartitionCommand.BuryDeadLetter of(Effect.CopyDeadLetter effect, Enqueued block) {
        MessageBatch batch = block.batch();
        int index = (int) (effect.sequence() - block.firstSequence());
        byte[] array = batch.array();
        int at = batch.messageAt(index);
        int length = MessageHead.length(array, at);
        int propertiesAt = MessageHead.propertiesAt(array, at);
        int bodyAt = MessageHead.bodyAt(array, at);
        WireOutput to = new WireOutput(length + ADDED_BYTES);
        MessageBatch.writeHeader(
                to,
                batch.producerId(),
                batch.firstProducerSequence() + index,
                batch.baseTimeMillis(),
                new byte[0]);
        MessageBatch.setCount(to, 0, 1);
        int flags = MessageHead.flags(array, at);
        WireInput section = new WireInput(array, at + propertiesAt, bodyAt - propertiesAt);
        WireOutput properties = new WireOutput(section.remaining() + ADDED_BYTES);
        if ((flags & MessageHead.HAS_PROPERTIES) == 0) {
            writeCause(properties, 0, new WireOutput(0), effect);
        } else {
            replaceCause(properties, section, effect);
        }
        int start =
                MessageHead.begin(
                        to,
                        new MessageHead.Fields(
                                flags | MessageHead.HAS_PROPERTIES,
                                MessageHead.priority(array, at),
                                MessageHead.bodyType(array, at),
                                MessageHead.timestampDelta(array, at),
                                MessageHead.groupHash(array, at),
                                0,
                                MessageHead.deliveryTime(array, at)));
        to.writeBytes(array, at + MessageHead.BYTES, propertiesAt - MessageHead.BYTES);
        int propertiesStart = to.size();
        to.writeBytes(properties.array(), 0, properties.size());
        int bodyStart = to.size();
        to.writeBytes(array, at + bodyAt, length - bodyAt);
        MessageHead.finish(to, start, propertiesStart, bodyStart);
        MessageBatch copy = new MessageBatch(to.toByteArray(), 0, to.size());
        copy.validate();
        return new PartitionCommand.BuryDeadLetter(
                effect.subscriptionId(), effect.sequence(), block.user(), copy);
    }

    private static void replaceCause(
            WireOutput to, WireInput section, Effect.CopyDeadLetter effect) {
        byte[] array = section.array();
        int begin = section.position();
        int length = section.remaining();
        WireOutput kept = new WireOutput(length);
        int count = 0;
        try {
            for (int left = section.readCount(length); left > 0; left--) {
                int from = section.position();
                String name = section.readString();
                ValueType.skipValue(section);
                if (!ADDED.contains(name)) {
                    kept.writeBytes(array, from, section.position() - from);
                    count++;
                }
            }
        } catch (WireFormatException e) {
            // The client that wrote them is to blame, and whoever looks into the letter sees it.
            to.writeBytes(array, begin, length);
            return;
        }
        writeCause(to, count, kept, effect);
    }

    private static void writeCause(
            WireOutput to, int keptCount, WireOutput kept, Effect.CopyDeadLetter effect) {
        String why = effect.why();
        int always = 4;
        int more = (effect.delays().isEmpty() ? 0 : 1) + (why == null ? 0 : 1);
        to.writeVarint((long) keptCount + always + more);
        to.writeBytes(kept.array(), 0, kept.size());
        writeString(to, KIND, effect.kind().isQueue() ? "queue" : "topic");
        writeString(to, ORIGIN, effect.origin());
        writeString(
                to,
                CAUSE,
                "It was delivered " + effect.deliveries() + " times and given back each time");
        to.writeString(DELIVERIES).writeByte(ValueType.INT).writeInt(effect.deliveries());
        if (!effect.delays().isEmpty()) {
            writeString(to, DELAYS, effect.delays());
        }
        if (why != null) {
            writeString(to, EXCEPTION, why);
        }
    }

    private static void writeString(WireOutput to, String name, String value) {
        to.writeString(name).writeByte(ValueType.STRING).writeString(value);
    }
}
