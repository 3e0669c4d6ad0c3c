package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.List;

/** Whether there is room in a destination, and how it is made. */
final class Fullness {

    /** When the oldest make room, this part of all that waits goes beside what has to. */
    private static final int AHEAD_PART = 16;

    private final WaitingLimits limits;
    private final boolean unlimited;

    Fullness(WaitingLimits limits) {
        this.limits = limits;
        this.unlimited = limits.areNone();
    }

    private WaitingLimit limitOf(Destination destination) {
        WaitingLimit known = destination.waitingLimit;
        if (known == null) {
            // A body counts for the message that refers to it.
            boolean body = destination.kind == DestinationKind.BODY;
            known = body ? WaitingLimit.NONE : limits.of(destination.name);
            destination.waitingLimit = known;
        }
        return known;
    }

    /** How long a send to a destination waits for room, in milliseconds; 0 if it does not. */
    long blockMillis(Destination destination) {
        WaitingLimit limit = limitOf(destination);
        return limit.whenFull() == WaitingLimit.WhenFull.BLOCK ? limit.blockMillis() : 0;
    }

    /**
     * Whether so much more has no room.
     *
     * @param fewer how many messages leave at the same time
     */
    boolean isFullFor(Destination destination, long fewer, long more, long moreBytes) {
        if (unlimited) {
            return false;
        }
        WaitingLimit limit = limitOf(destination);
        return !limit.isNone()
                && limit.excess(
                                waitingIn(destination) - fewer,
                                destination.bytesEach(),
                                more,
                                moreBytes)
                        > 0;
    }

    private static long waitingIn(Destination destination) {
        long most = 0;
        for (Subscription subscription : destination.subscriptions) {
            if (!subscription.isOnlooker()) {
                most = Math.max(most, subscription.unsettledCount());
            }
        }
        return most;
    }

    /** What there is no room for, and what to do. */
    String reason(Destination destination) {
        WaitingLimit limit = limitOf(destination);
        return "Expected room in "
                + destination.name
                + " (max.waiting.messages "
                + limit.messages()
                + ", max.waiting.bytes "
                + limit.bytes()
                + ", 0 for no limit), but "
                + waitingIn(destination)
                + " messages wait; receive some, and send again";
    }

    /** Whether the oldest messages made room for some more NON_PERSISTENT ones. */
    boolean makesRoom(Destination destination, long more, long moreBytes, Decision out) {
        WaitingLimit limit = limitOf(destination);
        if (limit.whenFull() != WaitingLimit.WhenFull.DROP_OLDEST || destination.kind.isQueue()) {
            return false;
        }
        List<PartitionEvent.Settled> dropped = new ArrayList<>();
        for (Subscription subscription : destination.subscriptions) {
            long waiting = subscription.unsettledCount();
            long excess = limit.excess(waiting, destination.bytesEach(), more, moreBytes);
            if (excess > 0) {
                // A batch that alone is too much takes the place of all.
                long least = Math.min(excess, waiting);
                SequenceRanges oldest = oldest(subscription, least + waiting / AHEAD_PART);
                if (count(oldest) < least) {
                    return false;
                }
                dropped.add(new PartitionEvent.Settled(subscription.id, oldest));
            }
        }
        dropped.forEach(out::emit);
        return true;
    }

    /** The oldest NON_PERSISTENT messages that wait and are with nobody. */
    private static SequenceRanges oldest(Subscription subscription, long wanted) {
        RangeSet waiting = new RangeSet();
        SequenceRanges unsettled =
                subscription.unsettled(
                        subscription.destination.nonPersistentFrom(subscription.lowestUnsettled()));
        waiting.add(unsettled);
        RangeSet out = new RangeSet();
        subscription.addOut(out, unsettled);
        waiting.remove(out.toRanges());
        SequenceRanges all = waiting.toRanges();
        SequenceRanges.Builder oldest = new SequenceRanges.Builder();
        long left = wanted;
        for (int range = 0; range < all.rangeCount() && left > 0; range++) {
            long last = Math.min(all.last(range), all.first(range) + left - 1);
            oldest.add(all.first(range), last);
            left -= last - all.first(range) + 1;
        }
        return oldest.build();
    }

    /** How many sequences there are. */
    static long count(SequenceRanges ranges) {
        long count = 0;
        for (int range = 0; range < ranges.rangeCount(); range++) {
            count += ranges.last(range) - ranges.first(range) + 1;
        }
        return count;
    }
}
