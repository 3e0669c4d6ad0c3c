package io.millrace.jms.client;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the application gave back, until that is durable at the broker. Valid for the session:
 * survives a lost link, but not why it was given back. Guarded by its consumer's monitor.
 */
final class GivenBack {

    private final Deque<Part> unsent = new ArrayDeque<>();
    private final RangeSet unconfirmed = new RangeSet();
    private long unconfirmedId;

    /** Given back for one reason; null if nobody said which. */
    private record Part(@Nullable String why, RangeSet ranges) {}

    boolean isEmpty() {
        return unsent.isEmpty() && unconfirmed.isEmpty();
    }

    boolean isUnsent() {
        return !unsent.isEmpty();
    }

    SequenceRanges unsent() {
        RangeSet all = new RangeSet();
        unsent.forEach(part -> all.add(part.ranges.toRanges()));
        return all.toRanges();
    }

    void add(SequenceRanges sequences, @Nullable String why) {
        Part last = unsent.peekLast();
        if (last == null || !Objects.equals(last.why, why)) {
            last = new Part(why, new RangeSet());
            unsent.add(last);
        }
        last.ranges.add(sequences);
    }

    /** Why {@link #send} returns next what it does; null if nobody said, or nothing is unsent. */
    @Nullable String why() {
        Part first = unsent.peek();
        return first == null ? null : first.why;
    }

    /** What was given back first, and for the same reason, is sent now, with this number. */
    SequenceRanges send(long settleId) {
        SequenceRanges ranges = unsent.remove().ranges.toRanges();
        unconfirmed.add(ranges);
        unconfirmedId = settleId;
        return ranges;
    }

    void confirmed(long upToSettleId) {
        if (unconfirmedId != 0 && unconfirmedId <= upToSettleId) {
            unconfirmedId = 0;
            unconfirmed.clear();
        }
    }

    /** All of it, for the list of a new link. */
    SequenceRanges list() {
        unconfirmed.add(unsent());
        unsent.clear();
        unconfirmedId = 0;
        return unconfirmed.toRanges();
    }

    /** The broker has read the list. */
    void listConfirmed() {
        unconfirmed.clear();
    }
}
