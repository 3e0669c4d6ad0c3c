package io.millrace.core.partition;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of a subscription came back and waits a while before it is delivered again. Owned by the
 * partition's thread.
 */
final class Postponed {

    /** By the time until which they wait; some may be settled. */
    private final TreeMap<Long, RangeSet> sequencesByMillis = new TreeMap<>();

    /** All of them that are not settled. */
    private final RangeSet waiting = new RangeSet();

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The earliest end of a delay; {@link TimedSequences#NEVER} if nothing waits. */
    long nextMillis() {
        return sequencesByMillis.isEmpty() ? TimedSequences.NEVER : sequencesByMillis.firstKey();
    }

    void add(long untilMillis, SequenceRanges sequences) {
        sequencesByMillis.computeIfAbsent(untilMillis, key -> new RangeSet()).add(sequences);
        waiting.add(sequences);
    }

    /** All that wait. */
    SequenceRanges all() {
        return waiting.toRanges();
    }

    /** Those of some sequences that wait. */
    SequenceRanges intersect(SequenceRanges sequences) {
        return waiting.intersect(sequences);
    }

    /** Takes out what has waited long enough. */
    SequenceRanges takeUntil(long millis) {
        RangeSet taken = new RangeSet();
        while (nextMillis() <= millis) {
            Map.Entry<Long, RangeSet> first = sequencesByMillis.pollFirstEntry();
            taken.add(waiting.intersect(first.getValue().toRanges()));
        }
        SequenceRanges due = taken.toRanges();
        waiting.remove(due);
        forgetNext();
        return due;
    }

    /** Messages are settled. */
    void remove(SequenceRanges sequences) {
        waiting.remove(sequences);
        forgetNext();
    }

    /** Drops the next times if all of theirs is settled, so that nobody is woken for nothing. */
    private void forgetNext() {
        while (!sequencesByMillis.isEmpty()
                && waiting.intersect(sequencesByMillis.firstEntry().getValue().toRanges())
                        .isEmpty()) {
            sequencesByMillis.pollFirstEntry();
        }
    }

    void writeTo(WireOutput to) {
        TreeMap<Long, SequenceRanges> unsettled = new TreeMap<>();
        sequencesByMillis.forEach(
                (millis, sequences) -> {
                    SequenceRanges left = waiting.intersect(sequences.toRanges());
                    if (!left.isEmpty()) {
                        unsettled.put(millis, left);
                    }
                });
        to.writeVarint(unsettled.size());
        unsettled.forEach((millis, left) -> left.writeTo(to.writeVarint(millis)));
    }

    void readFrom(WireInput from) {
        for (long times = from.readVarint(); times > 0; times--) {
            add(from.readVarint(), SequenceRanges.readStored(from));
        }
    }
}
