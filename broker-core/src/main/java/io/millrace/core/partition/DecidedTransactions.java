package io.millrace.core.partition;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * What became of a session's transactions, by their numbers: the last one that was committed, and
 * those that nothing happened of and never will. A session decides its transactions in order, so
 * one that it has leapt over is over.
 */
final class DecidedTransactions {

    /** Beyond this many ranges that nothing happened of the oldest are forgotten. */
    static final int MAX_RANGES = 64;

    private final RangeSet rolledBack = new RangeSet();
    private int ranges;
    private long lastCommitted;

    /** Of what lies before, it cannot be told what became. */
    private long knownFrom = 1;

    /** What became of a transaction. */
    enum Fate {
        COMMITTED,
        /** Nothing of it happened, or ever will. */
        ROLLED_BACK,
        /** It is not committed, and may be. */
        OPEN,
        /** It is too old to tell, and will not be committed. */
        FORGOTTEN
    }

    Fate fateOf(long number) {
        if (number == lastCommitted) {
            return Fate.COMMITTED;
        }
        if (number < knownFrom) {
            return Fate.FORGOTTEN;
        }
        if (rolledBack.contains(number)) {
            return Fate.ROLLED_BACK;
        }
        return number < lastCommitted ? Fate.COMMITTED : Fate.OPEN;
    }

    /** The last one that was committed; 0 if there is none. */
    long lastCommitted() {
        return lastCommitted;
    }

    /** Whether more is known than {@link #restoreCommitted} can say. */
    boolean isDetailed() {
        return ranges > 0 || knownFrom != Math.max(1, lastCommitted);
    }

    /** One that was open is committed. */
    void committed(long number) {
        if (number > lastCommitted + 1) {
            add(lastCommitted + 1, number - 1);
        } else if (number < lastCommitted && rolledBack.contains(number)) {
            // Leapt over while it was prepared and another partition had not decided it yet.
            rolledBack.remove(number, number);
            ranges = rolledBack.toRanges().rangeCount();
        }
        lastCommitted = Math.max(lastCommitted, number);
    }

    /** One that was open is not to be committed any more. */
    void ruledOut(long number) {
        add(number, number);
    }

    private void add(long first, long last) {
        rolledBack.add(first, last);
        ranges = rolledBack.toRanges().rangeCount();
        if (ranges > MAX_RANGES) {
            knownFrom = rolledBack.firstRangeLast() + 1;
            rolledBack.remove(rolledBack.first(), rolledBack.firstRangeLast());
            ranges--;
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(knownFrom);
        rolledBack.toRanges().writeTo(to);
    }

    void readFrom(WireInput from) {
        knownFrom = from.readVarint();
        SequenceRanges stored = SequenceRanges.readStored(from);
        rolledBack.add(stored);
        ranges = stored.rangeCount();
    }

    /** From a snapshot. What came before it is not known, unless that says more. */
    void restoreCommitted(long number) {
        lastCommitted = number;
        knownFrom = Math.max(1, number);
    }
}
