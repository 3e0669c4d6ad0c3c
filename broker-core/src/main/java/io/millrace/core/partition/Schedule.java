package io.millrace.core.partition;

import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * When messages of a destination may be delivered, and when no more: those with a delivery delay
 * and those with a time to live (Jakarta Messaging 3.1, 7.9, 3.4.13 and 7.8, 3.4.9).
 *
 * <p>A destination without such messages has none. What it says of messages that somebody needs is
 * hard state: it changes with events alone, never by a look at a clock. What nobody needs may be
 * forgotten at any time, by a restart for one, and {@link #restored} must not depend on it: a
 * delivery time counts only while its message is in {@link #delayed}, and what has expired never
 * comes back. Owned by the partition's thread.
 */
final class Schedule {

    /** Fewer numbers than this are not worth looking through for what nobody needs. */
    private static final int WORTH_FORGETTING = 4_096;

    private final TimeMemory memory;
    private final TimedSequences deliveryTimes;
    private final TimedSequences expirations;

    /** All that has a delivery time which was not reached. */
    private final SequenceSet delayed = new SequenceSet();

    /** Expired while it was with a consumer: nobody gets it if it comes back. */
    private final SequenceSet expiredOut = new SequenceSet();

    /** How many expirations were added since somebody looked which are needed. */
    private long added;

    /** How many have to be added before that is worth it. */
    private long forgetAt = WORTH_FORGETTING;

    Schedule(TimeMemory memory) {
        this.memory = memory;
        this.deliveryTimes = new TimedSequences(memory);
        this.expirations = new TimedSequences(memory);
    }

    /** Messages were stored, from a sequence on. */
    void stored(MessageBatch batch, long firstSequence) {
        byte[] array = batch.array();
        for (int index = 0; index < batch.count(); index++) {
            int at = batch.messageAt(index);
            long expiration = MessageHead.expiration(array, at);
            if (expiration != 0) {
                expirations.add(expiration, firstSequence + index);
                added++;
            }
            long deliveryTime = MessageHead.deliveryTime(array, at);
            if (deliveryTime > batch.baseTimeMillis()) {
                deliveryTimes.add(deliveryTime, firstSequence + index);
                delayed.add(firstSequence + index, firstSequence + index);
            }
        }
    }

    /**
     * Nobody needs these sequences, and what was known of them may have been forgotten or not: now
     * it is. Delivery times that are left mean nothing any more.
     */
    void forget(SequenceRanges sequences) {
        expiredOut.remove(sequences);
        delayed.remove(sequences);
    }

    /**
     * A message that was settled waits again; twice the same time does no harm.
     *
     * @param delayable nobody could have it since its time came
     */
    void restored(RewoundMessage message, boolean delayable) {
        if (message.expiration() != 0) {
            expirations.add(message.expiration(), message.sequence());
            added++;
        }
        if (message.deliveryTime() != 0 && (delayable || delayed.contains(message.sequence()))) {
            deliveryTimes.add(message.deliveryTime(), message.sequence());
            delayed.add(message.sequence(), message.sequence());
        }
    }

    /** The next time at which something becomes of a message. */
    long nextMillis() {
        return Math.min(deliveryTimes.earliest(), expirations.earliest());
    }

    /**
     * Drops the next expirations if nobody needs them, so that there is nothing to be woken for
     * until a time. Changes nothing that can be seen. Delivery times stay: that they came is known
     * from the log alone.
     */
    void forgetNext(long millis, TimedSequences.Needs needs) {
        expirations.keepEarliest(millis, needs);
    }

    /**
     * After a change: if the partition holds too many times, those that are far leave the heap.
     * Changes nothing that can be seen.
     */
    void leave(TimedSequences.Needs needs) {
        if (memory.isFull()) {
            expirations.leave(needs);
            expirations.sweepSometimes(needs);
            deliveryTimes.leave(TimedSequences.ALL);
        }
    }

    /** The destination is gone. */
    void clear() {
        deliveryTimes.clear();
        expirations.clear();
    }

    /** Once in a while, drops expirations that nobody needs: memory follows what waits. */
    void forgetSometimes(TimedSequences.Needs needs) {
        if (added > forgetAt) {
            expirations.keep(needs);
            added = 0;
            forgetAt = Math.max(WORTH_FORGETTING, expirations.entries());
        }
    }

    /** What a point of time changes. */
    record Reached(SequenceSet expired, SequenceSet due) {}

    /** Takes out what expired or became due up to a time. */
    Reached reach(long millis) {
        SequenceSet expired = new SequenceSet();
        expirations.takeUntil(millis, expired);
        SequenceSet came = new SequenceSet();
        deliveryTimes.takeUntil(millis, came);
        SequenceSet due = new SequenceSet();
        due.add(delayed.intersect(came.toRanges()));
        // What is never delivered is not delayed any more.
        delayed.remove(came.toRanges());
        delayed.remove(expired.toRanges());
        return new Reached(expired, due);
    }

    /** Messages expired while somebody had them. */
    void expiredWhileOut(SequenceRanges sequences) {
        expiredOut.add(sequences);
    }

    /** Those of some sequences that expired while somebody had them. */
    SequenceRanges expiredOf(SequenceRanges sequences) {
        return expiredOut.isEmpty() ? SequenceRanges.EMPTY : expiredOut.intersect(sequences);
    }

    /** What waits for its delivery time. */
    SequenceSet delayed() {
        return delayed;
    }

    /** Whether it says nothing of what somebody still needs. */
    boolean isIdle(TimedSequences.Needs needs) {
        return deliveryTimes.isEmpty()
                && expirations.isEmpty()
                && needs.needed(expiredOut.toRanges()).isEmpty();
    }

    /** Whether there is anything to write. If nobody needs any expiration, all are dropped. */
    boolean isNeeded(TimedSequences.Needs needs) {
        boolean expires = expirations.isAnyNeeded(needs);
        if (!expires) {
            expirations.clear();
        }
        return expires
                || deliveryTimes.isAnyNeeded(delayedOf(needs))
                || !needs.needed(expiredOut.toRanges()).isEmpty();
    }

    /** Writes what is needed. What it has read on the way and nobody needs is dropped. */
    void writeTo(WireOutput to, TimedSequences.Needs needs) {
        deliveryTimes.writeTo(to, delayedOf(needs));
        expirations.drop(expirations.writeTo(to, needs));
        needs.needed(expiredOut.toRanges()).writeTo(to);
    }

    /** Whoever needs a message needs its delivery time only while it is delayed. */
    private TimedSequences.Needs delayedOf(TimedSequences.Needs needs) {
        return new TimedSequences.Needs() {
            @Override
            public boolean isNeeded(long first, long last) {
                return !needed(SequenceRanges.of(first, last)).isEmpty();
            }

            @Override
            public SequenceRanges needed(SequenceRanges sequences) {
                return needs.needed(delayed.intersect(sequences));
            }
        };
    }

    static Schedule read(WireInput from, TimeMemory memory) {
        Schedule schedule = new Schedule(memory);
        schedule.deliveryTimes.readFrom(from, schedule.delayed::add);
        schedule.expirations.readFrom(from, ranges -> {});
        schedule.expiredOut.add(SequenceRanges.readStored(from));
        return schedule;
    }
}
