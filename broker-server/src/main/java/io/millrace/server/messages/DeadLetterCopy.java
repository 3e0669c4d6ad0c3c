package io.millrace.server.messages;

import io.millrace.core.Effect;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * Writes a dead letter: the message as it was, with properties that say where it comes from and why
 * it is dead. It does not expire any more, and keeps its JMSMessageID.
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

    private static final int ADDED_PROPERTIES = 4;
    private static final int ADDED_BYTES = 512;
    private static final int TYPE_INT = 5;
    private static final int TYPE_STRING = 9;

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
        WireInput properties = new WireInput(array, at + propertiesAt, bodyAt - propertiesAt);
        long count = (flags & MessageHead.HAS_PROPERTIES) == 0 ? 0 : properties.readVarint();
        to.writeVarint(count + ADDED_PROPERTIES);
        to.writeBytes(array, properties.position(), properties.remaining());
        writeString(
                to,
                KIND,
                effect.kind() == DestinationKind.QUEUE
                                || effect.kind() == DestinationKind.TEMPORARY_QUEUE
                        ? "queue"
                        : "topic");
        writeString(to, ORIGIN, effect.origin());
        writeString(
                to,
                CAUSE,
                "It was delivered " + effect.deliveries() + " times and given back each time");
        to.writeString(DELIVERIES).writeByte(TYPE_INT).writeInt(effect.deliveries());
        int bodyStart = to.size();
        to.writeBytes(array, at + bodyAt, length - bodyAt);
        MessageHead.finish(to, start, propertiesStart, bodyStart);
        MessageBatch copy = new MessageBatch(to.toByteArray(), 0, to.size());
        copy.validate();
        return new PartitionCommand.BuryDeadLetter(
                effect.subscriptionId(), effect.sequence(), block.user(), copy);
    }

    private static void writeString(WireOutput to, String name, String value) {
        to.writeString(name).writeByte(TYPE_STRING).writeString(value);
    }
}
