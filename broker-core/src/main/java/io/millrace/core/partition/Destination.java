package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue or topic that lives in this partition. Owned by the partition's thread. */
final class Destination implements TimedSequences.Needs {

    /** The average size is that of about so many messages. */
    private static final int SAMPLE_MESSAGES = 16_384;

    /** Every so many sequences, what nobody needs of the modes is forgotten. */
    private static final int FORGET_BITS = 16;

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

    /**
     * What of it came in batches that are NON_PERSISTENT as a whole, as far as somebody still needs
     * it. One PERSISTENT message makes the batch so: its producer sends the whole batch again after
     * a crash, so none of it may have been delivered unknown to the log.
     */
    private final NonPersistentSequences nonPersistent = new NonPersistentSequences();

    /** Whether a crash may lose something of it, or make it uncertain. */
    private boolean hadNonPersistent;

    /** Sequences that no message has: what was lost in a crash may have had some of them. */
    private final RangeSet leaps = new RangeSet();

    // Soft state: dies with the process.
    /**
     * Entry since which a crash is known to have lost NON_PERSISTENT messages: once it is durable,
     * these need no log; {@link Decision#TAIL} if there is none.
     */
    private long uncertainFrom = Decision.TAIL;

    /** Blocks that the shell holds in memory, as far as this side knows. */
    private final KnownBlocks.OfDestination knownBlocks;

    /** How much may wait; null until somebody asks. */
    @Nullable WaitingLimit waitingLimit;

    /** Of what came or was read last, to know about how large a message is. */
    private long sampledBytes;

    private long sampledMessages;

    private final TimeMemory times;

    Destination(
            long id,
            DestinationKind kind,
            String name,
            Id128 owner,
            KnownBlocks known,
            TimeMemory times) {
        this.times = times;
        this.id = id;
        this.kind = kind;
        this.name = name;
        this.owner = owner;
        this.knownBlocks = known.ofDestination();
    }

    /** Bytes of a message, on average of those that came or were read last; 0 if none was. */
    double bytesEach() {
        return sampledMessages == 0 ? 0 : (double) sampledBytes / sampledMessages;
    }

    /** NON_PERSISTENT messages from a sequence on. */
    SequenceRanges nonPersistentFrom(long sequence) {
        return nonPersistent.from(sequence);
    }

    /** Remembers the size of a block. */
    void know(Block block) {
        know(block, 0);
    }

    /** Likewise, with the bytes of its messages that are elsewhere. */
    void know(Block block, long elsewhereBytes) {
        sampledBytes += block.bytes() + elsewhereBytes;
        sampledMessages += block.count();
        if (sampledMessages > SAMPLE_MESSAGES) {
            sampledBytes /= 2;
            sampledMessages /= 2;
        }
        knownBlocks.add(block);
    }

    /** The block that holds a sequence, or null if it has to be read first. */
    @Nullable Block blockOf(long sequence) {
        return knownBlocks.find(sequence);
    }

    @Nullable Schedule schedule() {
        return schedule;
    }

    /** Notes which messages of a batch that is about to be stored are not like all others. */
    private void arrange(MessageBatch batch) {
        if (batch.isPlain()) {
            return;
        }
        if (Priorities.areIn(batch)) {
            subscriptions.forEach(each -> each.priorities.stored(batch, nextSequence));
        }
        Schedule changed = schedule == null ? new Schedule(times) : schedule;
        changed.stored(batch, nextSequence);
        if (Groups.areIn(batch)) {
            subscriptions.forEach(each -> each.backlog.groups.stored(batch, nextSequence, changed));
        }
        schedule = changed.isIdle(this) ? null : changed;
    }

    /** Delivery times, expirations and ends of delays up to a time have come. */
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
            tidySchedule();
        }
        subscriptions.forEach(each -> each.backlog.resume(millis));
    }

    /** The next time at which something becomes of a message; {@link TimedSequences#NEVER}. */
    long nextMillis() {
        long next = schedule == null ? TimedSequences.NEVER : schedule.nextMillis();
        for (Subscription subscription : subscriptions) {
            next = Math.min(next, subscription.backlog.postponed.nextMillis());
        }
        return next;
    }

    /** After a change, and when all of it is applied: far times may leave the heap. */
    private void tidySchedule() {
        forgetIdleSchedule();
        if (schedule != null) {
            schedule.leave(this);
        }
    }

    /** It is gone. */
    void deleted() {
        if (schedule != null) {
            schedule.clear();
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

    /** The smallest sequence from one on that is needed; {@link RangeSet#NONE}. */
    long nextNeeded(long from) {
        long next = nextSequence;
        for (Subscription subscription : subscriptions) {
            next = Math.min(next, subscription.nextUnsettled(from));
        }
        return next < nextSequence ? next : RangeSet.NONE;
    }

    @Override
    public SequenceRanges needed(SequenceRanges sequences) {
        RangeSet needed = new RangeSet();
        subscriptions.forEach(each -> needed.add(each.unsettled(sequences)));
        return needed.toRanges();
    }

    /**
     * Messages were stored in the entry at an offset.
     *
     * @param moved from another place, where they are again if this entry is lost
     */
    void stored(MessageBatch batch, long at, boolean moved) {
        arrange(batch);
        long first = nextSequence;
        nextSequence += batch.count();
        if (schedule != null) {
            schedule.leave(this);
        }
        if (batch.hasPersistent()) {
            return;
        }
        hadNonPersistent = true;
        if (uncertainFrom == Decision.TAIL || batch.transactionId().length > 0 || moved) {
            // A transaction whose entry is lost is sent again, and a dead letter is moved again:
            // nobody may have seen any of it.
            uncertainFrom = at;
        }
        nonPersistent.add(first, nextSequence - 1);
        if (first >> FORGET_BITS != nextSequence >> FORGET_BITS) {
            nonPersistent.forgetBefore(lowestNeeded());
        }
    }

    /** Whether a crash may lose something of it, or make it uncertain. */
    boolean hadNonPersistent() {
        return hadNonPersistent;
    }

    /**
     * What effects wait for that are about these sequences: {@link Decision#TAIL}, unless all are
     * NON_PERSISTENT. Then it is enough that a restart will know of the crash.
     */
    long releaseAfter(long first, long last) {
        boolean known = uncertainFrom != Decision.TAIL && nonPersistent.containsAll(first, last);
        return known ? uncertainFrom + 1 : Decision.TAIL;
    }

    /** The same for several ranges. */
    long releaseAfter(SequenceRanges sequences) {
        long after = sequences.isEmpty() ? Decision.TAIL : 0;
        for (int range = 0; range < sequences.rangeCount() && after != Decision.TAIL; range++) {
            after = releaseAfter(sequences.first(range), sequences.last(range));
        }
        return after;
    }

    /** After a crash: NON_PERSISTENT messages are gone, and what was lost keeps its sequences. */
    void lose(long leap) {
        if (!hadNonPersistent) {
            return;
        }
        long first = nextSequence;
        nextSequence += leap;
        leaps.add(first, nextSequence - 1);
        for (Subscription subscription : subscriptions) {
            subscription.lose(nonPersistent.from(subscription.lowestUnsettled()));
            subscription.lose(SequenceRanges.of(first, nextSequence - 1));
        }
        nonPersistent.clear();
        hadNonPersistent = false;
        uncertainFrom = Decision.TAIL;
        forgetIdleSchedule();
    }

    /** Everything is durable, and nothing was lost. */
    void stoppedCleanly() {
        uncertainFrom = Decision.TAIL;
        if (nonPersistent.isEmptyFrom(lowestNeeded())) {
            nonPersistent.clear();
            hadNonPersistent = false;
        }
    }

    /** The last sequence before the next leap, or of all. */
    long lastBeforeLeap(long from) {
        return Math.min(leaps.ceiling(from), nextSequence) - 1;
    }

    /**
     * Some of what a subscription has settled waits again. What nobody needed may have been
     * forgotten or not, by a restart for one: now it is, and the event says all anew.
     */
    void rewound(Subscription subscription, RewindEvent.Rewound event) {
        long needed = lowestNeeded();
        leaps.remove(0, needed - 1);
        nonPersistent.dropBefore(needed);
        SequenceRanges unneeded = event.sequences();
        for (Subscription each : subscriptions) {
            unneeded = each.settledOf(unneeded);
        }
        // Its settlement may have been all that was durable: it is like a PERSISTENT one now.
        nonPersistent.remove(unneeded);
        RangeSet nobodys = new RangeSet();
        nobodys.add(unneeded);
        Schedule changed = schedule == null ? new Schedule(times) : schedule;
        changed.forget(unneeded);
        for (RewoundMessage each : event.exceptional()) {
            changed.restored(each, nobodys.contains(each.sequence()));
        }
        schedule = changed;
        subscription.apply(event);
        tidySchedule();
    }

    /** What nobody may give back: it is needed, or will be looked at. */
    long lowestPinned() {
        return Math.min(lowestNeeded(), lowestRewound());
    }

    /** What a rewind that is under way will look at begins here; {@link RangeSet#NONE}. */
    long lowestRewound() {
        long lowest = RangeSet.NONE;
        for (Subscription subscription : subscriptions) {
            lowest = Math.min(lowest, subscription.replays.lowestNeeded());
        }
        return lowest;
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
        schedule = Schedule.read(from, times);
        forgetIdleSchedule();
    }

    static Destination read(WireInput from, KnownBlocks known, TimeMemory times) {
        Destination destination =
                new Destination(
                        from.readVarint(),
                        DestinationKind.of(from.readUnsignedByte()),
                        from.readString(),
                        from.readId(),
                        known,
                        times);
        destination.nextSequence = from.readVarint();
        return destination;
    }

    /** Whether {@link #writeLossesTo} has something to say. */
    boolean hasLosses() {
        return hadNonPersistent
                || !leaps.isEmpty() && leaps.ceiling(lowestNeeded()) != RangeSet.NONE;
    }

    /** Writes what there is to know of NON_PERSISTENT messages. */
    void writeLossesTo(WireOutput to) {
        long needed = lowestNeeded();
        RangeSet neededLeaps = new RangeSet();
        neededLeaps.add(leaps.toRanges());
        neededLeaps.remove(0, needed - 1);
        to.writeVarint(id).writeBoolean(hadNonPersistent);
        neededLeaps.toRanges().writeTo(to);
        nonPersistent.writeTo(to, needed);
    }

    void readLossesFrom(WireInput from) {
        hadNonPersistent = from.readBoolean();
        leaps.add(SequenceRanges.readStored(from));
        nonPersistent.readFrom(from);
    }
}
