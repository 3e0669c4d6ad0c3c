package io.millrace.core.partition;

import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a subscription come again because somebody took it back in time, until they are
 * settled again. Costs nothing while there are none. Hard state; owned by the partition's thread.
 */
final class Replays {

    private final SequenceSet sequences = new SequenceSet();

    /** The last rewind, under way or over; null if there never was one. */
    private @Nullable Rewinding rewinding;

    @Nullable Rewinding rewinding() {
        return rewinding;
    }

    /** What a rewind that is under way will look at begins here; {@link SequenceSet#NONE}. */
    long lowestNeeded() {
        return rewinding == null || rewinding.isDone() ? SequenceSet.NONE : rewinding.next;
    }

    boolean isEmpty() {
        return sequences.isEmpty() && rewinding == null;
    }

    boolean contains(long sequence) {
        return !sequences.isEmpty() && sequences.contains(sequence);
    }

    /** Those of some sequences that are replays. */
    SequenceRanges intersect(SequenceRanges some) {
        return sequences.isEmpty() ? SequenceRanges.EMPTY : sequences.intersect(some);
    }

    /** End (included) of the sequences from one on that are replays as it is, or are none. */
    long lastAlike(long first, long last) {
        if (sequences.isEmpty()) {
            return last;
        }
        long end =
                sequences.contains(first)
                        ? sequences.endOfRange(first)
                        : sequences.ceiling(first) - 1;
        return Math.min(last, end);
    }

    void apply(RewindEvent.RewindBegan event) {
        rewinding = new Rewinding(event);
    }

    void apply(RewindEvent.Rewound event) {
        sequences.add(event.sequences());
        if (rewinding != null) {
            rewinding.apply(event);
        }
    }

    /**
     * Messages are settled.
     *
     * @param before what was settled before them: that is no news to a rewind that is under way
     */
    void settled(long first, long last, SettledSequences before) {
        if (!sequences.isEmpty()) {
            sequences.remove(first, last);
        }
        if (rewinding != null && !rewinding.isDone()) {
            rewinding.settled(before.without(SequenceRanges.of(first, last)));
        }
    }

    void writeTo(WireOutput to) {
        sequences.writeTo(to);
        to.writeBoolean(rewinding != null);
        if (rewinding != null) {
            rewinding.writeTo(to);
        }
    }

    void readFrom(WireInput from) {
        sequences.readFrom(from);
        rewinding = from.readBoolean() ? Rewinding.read(from) : null;
    }
}
