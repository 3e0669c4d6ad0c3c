package io.millrace.core.partition;

import io.millrace.core.Invariant;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.List;

/**
 * What of a subscription waits to be handed out, and in which order. Owned by the partition's
 * thread.
 */
final class Backlog {

    /** Messages of all priorities. */
    static final int ANY_PRIORITY = -1;

    private final Subscription subscription;
    private final Destination destination;

    // Hard state: a function of the log.
    /**
     * Nothing at or beyond has ever been handed out. With a selector, nothing at or beyond has been
     * looked at.
     */
    private long cursor;

    /**
     * Waits before the cursor: was handed out and came back, was found to match the selector, or
     * was passed over because the consumer's selector did not match.
     */
    private final SequenceSet returned = new SequenceSet();

    /** Came back, and waits for the end of a delay. */
    final Postponed postponed = new Postponed();

    final Groups groups = new Groups();

    Backlog(Subscription subscription, long cursor) {
        this.subscription = subscription;
        this.destination = subscription.destination;
        this.cursor = cursor;
    }

    // ---- what waits ----

    boolean hasDeliverable() {
        return destination.schedule() == null
                ? !returned.isEmpty() || cursor < endOfUntouched()
                : nextWaiting(0) != SequenceSet.NONE;
    }

    /** Whether what waits is not simply given in the order of its sequences. */
    boolean isArranged() {
        return !subscription.priorities.isEmpty()
                || destination.schedule() != null
                || !groups.isEmpty();
    }

    /** The first sequence from one on that waits and is due; {@link SequenceSet#NONE} if none. */
    private long nextWaiting(long from) {
        if (from < cursor) {
            long again = returned.ceiling(from);
            if (again < cursor) {
                return again;
            }
        }
        long untouched = Math.max(from, cursor);
        Schedule schedule = destination.schedule();
        if (schedule != null) {
            untouched = schedule.delayed().nextAbsent(untouched);
        }
        return untouched < endOfUntouched() ? untouched : SequenceSet.NONE;
    }

    /** End (included) of what waits in one piece, delivered equally often before. */
    private long endOfWaiting(long first) {
        if (first < cursor) {
            return subscription.lastWithSameCount(first, returned.endOfRange(first));
        }
        Schedule schedule = destination.schedule();
        long delayed = schedule == null ? SequenceSet.NONE : schedule.delayed().ceiling(first);
        return Math.min(endOfUntouched(), delayed) - 1;
    }

    /** What a selector was not asked about yet cannot be delivered. */
    private long endOfUntouched() {
        return subscription.isSelective() ? cursor : destination.nextSequence;
    }

    /** First sequence that was never handed out, or that the selector has not been asked about. */
    long cursor() {
        return cursor;
    }

    /**
     * The first sequence from the cursor on that is not settled: what is may not be in the log any
     * more, nor have ever been. It may be beyond the last message.
     */
    long firstUnselected() {
        return subscription.nextUnsettled(cursor);
    }

    /** Upper bound of what could be delivered now. */
    long deliverableCount() {
        Schedule schedule = destination.schedule();
        return endOfUntouched()
                - cursor
                + (returned.isEmpty() ? 0 : returned.count())
                - (schedule == null ? 0 : schedule.delayed().countFrom(cursor));
    }

    /** First sequence to deliver next; only if {@link #hasDeliverable}. */
    long nextDeliverable() {
        return returned.isEmpty() ? cursor : returned.first();
    }

    /**
     * End (included) of the sequences that can be delivered in one piece with {@link
     * #nextDeliverable}.
     */
    long nextDeliverableLast() {
        if (returned.isEmpty()) {
            return endOfUntouched() - 1;
        }
        return subscription.lastWithSameCount(returned.first(), returned.firstRangeLast());
    }

    /**
     * The first sequence from one on that waits and that a consumer may get: its selector is known
     * to match, and its group is not with another. {@link SequenceSet#NONE} if there is none.
     *
     * @param priority {@link #ANY_PRIORITY}, or the only one that is wanted
     */
    long nextFor(Consumer consumer, int priority, long from) {
        Selection selection = consumer.selection;
        long at = from;
        while (true) {
            long waiting = nextWaiting(at);
            long found = waiting;
            if (found != SequenceSet.NONE && selection != null) {
                found = selection.matching.ceiling(found);
            }
            if (found != SequenceSet.NONE && !groups.isEmpty()) {
                found = nextOfGroups(consumer, found);
            }
            if (found != SequenceSet.NONE && priority != ANY_PRIORITY) {
                found = subscription.priorities.ceiling(priority, found);
            }
            if (found == waiting || found == SequenceSet.NONE) {
                return found;
            }
            at = found;
        }
    }

    /**
     * With a selector, what is before a message in its group may be for others: then it counts
     * whether somebody else has the group, and whether priorities let it overtake what the selector
     * matches as well.
     */
    private long nextOfGroups(Consumer consumer, long from) {
        Selection selection = consumer.selection;
        if (selection == null) {
            return groups.nextFor(consumer.holder, from);
        }
        boolean free =
                groups.mayTake(consumer.holder, from)
                        && (subscription.priorities.isEmpty()
                                || groups.isFirstOf(selection.matching, from));
        return free ? from : from + 1;
    }

    /**
     * End (included) of what can be delivered in one piece with {@link #nextFor}.
     *
     * @param wanted no more than so many are looked at
     */
    long lastFor(Consumer consumer, int priority, long first, long wanted) {
        Selection selection = consumer.selection;
        long last = endOfWaiting(first);
        if (selection != null) {
            last = Math.min(last, selection.matching.endOfRange(first));
        }
        if (priority != ANY_PRIORITY) {
            last = Math.min(last, subscription.priorities.endOfRange(priority, first));
        }
        if (!groups.isEmpty()) {
            last = Math.min(last, first + Math.max(1, wanted) - 1);
            last =
                    selection == null
                            ? groups.lastFor(consumer.holder, first, last)
                            : groups.lastAlone(first, last);
        }
        return last;
    }

    /** What of some sequences waits after having been out, and not for the end of a delay. */
    SequenceRanges waitingAgain(SequenceRanges sequences) {
        return returned.intersect(sequences);
    }

    // ---- what changes it ----

    /** Sequences do not wait any more: they are out, or settled. */
    void remove(SequenceRanges sequences) {
        if (!returned.isEmpty()) {
            returned.remove(sequences);
        }
        if (!postponed.isEmpty()) {
            postponed.remove(sequences);
        }
    }

    /** What lies between the cursor and the sequences waits, passed over. */
    void moveBehind(SequenceRanges sequences) {
        for (int range = 0; range < sequences.rangeCount(); range++) {
            if (sequences.last(range) >= cursor) {
                if (sequences.first(range) > cursor) {
                    passOver(cursor, sequences.first(range) - 1);
                }
                cursor = sequences.last(range) + 1;
            }
        }
        Invariant.require(
                cursor <= destination.nextSequence, "hand-outs to stay within the destination");
    }

    /** All before a sequence was compared with the selector. */
    void selectedBefore(long sequence) {
        cursor = sequence;
        Invariant.require(
                cursor <= destination.nextSequence, "selections to stay within the destination");
    }

    /** Sequences wait before the cursor from now on, unless they are not due. */
    void passOver(long first, long last) {
        Schedule schedule = destination.schedule();
        returned.add(first, last);
        if (schedule != null) {
            SequenceRanges all = SequenceRanges.of(first, last);
            returned.remove(schedule.delayed().intersect(all));
        }
    }

    /** What was out waits again. */
    void add(SequenceRanges sequences) {
        returned.add(sequences);
        groups.returned(sequences);
    }

    /** What was settled waits again in its place, unless it is not due. */
    void rewound(SequenceRanges sequences, List<RewoundMessage> exceptional) {
        for (int range = 0; range < sequences.rangeCount(); range++) {
            Invariant.require(
                    sequences.last(range) < cursor, "what was settled to be before the cursor");
            passOver(sequences.first(range), sequences.last(range));
        }
        groups.restored(exceptional, destination.schedule());
    }

    /** Of what waits, some does not before a time. */
    void postpone(long untilMillis, SequenceRanges sequences) {
        returned.remove(sequences);
        postponed.add(untilMillis, sequences);
        groups.postponed(sequences);
    }

    /** A time has come until which some was postponed. */
    void resume(long millis) {
        if (!postponed.isEmpty()) {
            SequenceRanges resumed = postponed.takeUntil(millis);
            returned.add(resumed);
            groups.resumed(resumed);
        }
    }

    /** The delivery times of messages have come: those before the cursor wait from now on. */
    void becomeDue(SequenceRanges unsettled) {
        groups.becameDue(unsettled);
        for (int range = 0; range < unsettled.rangeCount(); range++) {
            long last = Math.min(unsettled.last(range), cursor - 1);
            if (unsettled.first(range) <= last) {
                returned.add(unsettled.first(range), last);
            }
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(cursor);
        returned.toRanges().writeTo(to);
    }

    /** After all else of the partition: groups follow what is out, postponed and delayed. */
    void readGroupsFrom(WireInput from) {
        groups.readFrom(from);
        for (Holder holder : subscription.holders()) {
            groups.handedOut(holder, subscription.outWith(holder));
        }
        groups.postponed(postponed.all());
        Schedule schedule = destination.schedule();
        if (schedule != null) {
            groups.delayed(schedule.delayed());
        }
    }

    void readFrom(WireInput from) {
        cursor = from.readVarint();
        returned.add(SequenceRanges.readStored(from));
    }
}
