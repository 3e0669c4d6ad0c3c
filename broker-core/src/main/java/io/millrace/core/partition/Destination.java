package io.millrace.core.partition;

import io.millrace.core.partition.PartitionCommand.Block;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A queue or topic that lives in this partition. Owned by the partition's thread. */
final class Destination implements TimedSequences.Needs {

    /**
     * Bytes of messages per destination whose sizes are remembered; beyond it the oldest are read
     * again when needed.
     */
    private static final long KNOWN_BYTES_LIMIT = 64L << 20;

    /** The same in blocks, for destinations with very small ones. */
    private static final int KNOWN_BLOCKS_LIMIT = 16_384;

    // Hard state: a function of the log.
    final long id;
    final DestinationKind kind;
    final String name;

    /** Connection of a temporary destination, else {@link Id128#NONE}. */
    final Id128 owner;

    /** Sequence that the next message gets; the first is 1. */
    long nextSequence = 1;

    /** All subscriptions; a queue has exactly one, with the queue's id. */
    final List<Subscription> subscriptions = new ArrayList<>();

    /** Delays and times to live; null while there are none. */
    private @Nullable Schedule schedule;

    // Soft state: dies with the process.
    /** Blocks that the shell holds in memory, as far as this side knows. */
    private final TreeMap<Long, Block> knownBlocks = new TreeMap<>();

    private final ArrayDeque<Long> knownOldestFirst = new ArrayDeque<>();
    private long knownBytes;

    Destination(long id, DestinationKind kind, String name, Id128 owner) {
        this.id = id;
        this.kind = kind;
        this.name = name;
        this.owner = owner;
    }

    /** Remembers the size of a block. */
    void know(Block block) {
        if (knownBlocks.put(block.firstSequence(), block) == null) {
            knownBytes += block.bytes();
            knownOldestFirst.add(block.firstSequence());
        }
        // In the order in which they came, as the shell forgets them: what was just read stays.
        while (knownOldestFirst.size() > 1
                && (knownBytes > KNOWN_BYTES_LIMIT || knownBlocks.size() > KNOWN_BLOCKS_LIMIT)) {
            Block forgotten = knownBlocks.remove(knownOldestFirst.remove());
            knownBytes -= forgotten == null ? 0 : forgotten.bytes();
        }
    }

    /** The block that holds a sequence, or null if it has to be read first. */
    @Nullable Block blockOf(long sequence) {
        Map.Entry<Long, Block> floor = knownBlocks.floorEntry(sequence);
        return floor == null || floor.getValue().lastSequence() < sequence
                ? null
                : floor.getValue();
    }

    @Nullable Schedule schedule() {
        return schedule;
    }

    /** Messages are about to be stored: notes which of them are not like all others. */
    void arrange(MessageBatch batch) {
        if (batch.isPlain()) {
            return;
        }
        if (Priorities.areIn(batch)) {
            subscriptions.forEach(each -> each.priorities.stored(batch, nextSequence));
        }
        Schedule changed = schedule == null ? new Schedule() : schedule;
        changed.stored(batch, nextSequence);
        schedule = changed.isIdle(this) ? null : changed;
    }

    /** Delivery times and expirations up to a time have come. */
    void reach(long millis) {
        Schedule reaching = schedule;
        if (reaching != null) {
            Schedule.Reached reached = reaching.reach(millis);
            SequenceRanges expired = reached.expired().toRanges();
            SequenceRanges due = reached.due().toRanges();
            for (Subscription subscription : subscriptions) {
                reaching.expiredWhileOut(subscription.expire(expired));
                subscription.becomeDue(due);
            }
            forgetIdleSchedule();
        }
    }

    private void forgetIdleSchedule() {
        if (schedule != null && schedule.isIdle(this)) {
            schedule = null;
        }
    }

    @Override
    public boolean isNeeded(long first, long last) {
        for (Subscription subscription : subscriptions) {
            if (subscription.nextUnsettled(first) <= last) {
                return true;
            }
        }
        return false;
    }

    @Override
    public SequenceRanges needed(SequenceRanges sequences) {
        RangeSet needed = new RangeSet();
        subscriptions.forEach(each -> needed.add(each.unsettled(sequences)));
        return needed.toRanges();
    }

    /** The lowest sequence that some subscription still needs. */
    long lowestNeeded() {
        long lowest = nextSequence;
        for (Subscription subscription : subscriptions) {
            lowest = Math.min(lowest, subscription.lowestUnsettled());
        }
        return lowest;
    }

    void writeTo(WireOutput to) {
        to.writeVarint(id)
                .writeByte(kind.number())
                .writeString(name)
                .writeId(owner)
                .writeVarint(nextSequence);
    }

    /** Whether delays or times to live matter to somebody. */
    boolean hasSchedule() {
        return schedule != null && schedule.isNeeded(this);
    }

    /** Writes delays and times to live; only if there are any. */
    void writeScheduleTo(WireOutput to) {
        if (schedule != null) {
            to.writeVarint(id);
            schedule.writeTo(to, this);
        }
    }

    void readScheduleFrom(WireInput from) {
        schedule = Schedule.read(from);
        forgetIdleSchedule();
    }

    static Destination read(WireInput from) {
        Destination destination =
                new Destination(
                        from.readVarint(),
                        DestinationKind.of(from.readUnsignedByte()),
                        from.readString(),
                        from.readId());
        destination.nextSequence = from.readVarint();
        return destination;
    }
}
