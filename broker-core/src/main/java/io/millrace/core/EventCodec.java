package io.millrace.core;

import io.millrace.core.catalog.CatalogEvent;
import io.millrace.core.log.EntryBody;
import io.millrace.core.partition.BranchEvent;
import io.millrace.core.partition.DeadLetterEvent;
import io.millrace.core.partition.LifeEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.Relocated;
import io.millrace.core.partition.RewindEvent;
import io.millrace.core.partition.TimeEvent;
import io.millrace.core.partition.TransactionEvent;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Events to bytes and back: the one place where a type number becomes a record. */
public final class EventCodec {

    private static final int INITIAL_BYTES = 256;

    private EventCodec() {}

    /** Encodes events one behind the other. Messages are referenced, not copied. */
    public static EntryBody encode(List<Event> events) {
        WireOutput small = new WireOutput(INITIAL_BYTES);
        WireOutput payload = new WireOutput(INITIAL_BYTES);
        List<Event.Slice> bulks = new ArrayList<>();
        int[] smallEnds = new int[events.size()];
        for (int index = 0; index < events.size(); index++) {
            Event event = events.get(index);
            Event.Slice bulk = event.bulk();
            payload.reset();
            event.writeTo(payload);
            small.writeByte(event.type()).writeVarint(payload.size() + (long) bulk.length());
            small.writeBytes(payload.array(), 0, payload.size());
            smallEnds[index] = small.size();
            bulks.add(bulk);
        }
        EntryBody body = new EntryBody();
        int written = 0;
        for (int index = 0; index < smallEnds.length; index++) {
            Event.Slice bulk = bulks.get(index);
            if (bulk.length() > 0 || index == smallEnds.length - 1) {
                body.add(small.array(), written, smallEnds[index] - written);
                written = smallEnds[index];
            }
            if (bulk.length() > 0) {
                body.add(bulk.array(), bulk.offset(), bulk.length());
            }
        }
        return body;
    }

    /** Decodes the body of an entry, event by event. */
    public static void decode(byte[] body, Consumer<Event> to) {
        WireInput from = new WireInput(body);
        while (from.hasRemaining()) {
            int type = from.readUnsignedByte();
            int length = from.readCount(from.remaining());
            int start = from.position();
            from.skip(length);
            to.accept(read(type, new WireInput(body, start, length)));
        }
    }

    private static Event read(int type, WireInput from) {
        return switch (type) {
            case 1 -> PartitionEvent.DestinationOpened.read(from);
            case 2 -> PartitionEvent.DestinationDeleted.read(from);
            case 3 -> PartitionEvent.SubscriptionOpened.read(from);
            case 4 -> PartitionEvent.SubscriptionDeleted.read(from);
            case 5 -> PartitionEvent.ProducerOpened.read(from);
            case 6 -> PartitionEvent.ProducerClosed.read(from);
            case PartitionEvent.Enqueued.TYPE -> PartitionEvent.Enqueued.read(from);
            case 8 -> PartitionEvent.HandedOut.read(from);
            case 9 -> PartitionEvent.Settled.read(from);
            case 10 -> PartitionEvent.Returned.read(from);
            case 11 -> PartitionEvent.Selected.read(from);
            case 12 -> LifeEvent.NonPersistentLost.read(from);
            case 13 -> LifeEvent.StoppedCleanly.read(from);
            case 14 -> LifeEvent.Blank.read(from);
            case 15 -> TransactionEvent.TransactionRuledOut.read(from);
            case 16 -> TransactionEvent.TransactionCommitted.read(from);
            case 17 -> BranchEvent.TransactionPrepared.read(from);
            case 18 -> BranchEvent.TransactionResolved.read(from);
            case 19 -> BranchEvent.TransactionForgotten.read(from);
            case 20 -> TimeEvent.TimeReached.read(from);
            case 21 -> TimeEvent.Postponed.read(from);
            case 22 -> RewindEvent.RewindBegan.read(from);
            case 23 -> RewindEvent.Rewound.read(from);
            case 24 -> Relocated.read(from);
            case 28 -> DeadLetterEvent.DeadLetterLeaving.read(from);
            case 29 -> DeadLetterEvent.DeadLetterLeft.read(from);
            case 30 -> DeadLetterEvent.DeadLetterTaken.read(from);
            case 64 -> CatalogEvent.DestinationCreated.read(from);
            case 65 -> CatalogEvent.SubscriptionCreated.read(from);
            case 66 -> CatalogEvent.SubscriptionRemoved.read(from);
            case 67 -> CatalogEvent.ClientIdClaimed.read(from);
            case 68 -> CatalogEvent.ClientIdReleased.read(from);
            default ->
                    throw new WireFormatException(
                            "Expected an event type that this version knows, but it is "
                                    + type
                                    + "; the log was written by a newer version");
        };
    }
}
