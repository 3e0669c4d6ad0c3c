package io.millrace.core.partition;

import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.stream.Stream;

/**
 * Which messages of a subscription have another priority than 4 (Jakarta Messaging 3.1, 3.4.10), as
 * far as they are not settled.
 *
 * <p>Costs nothing while there are no such messages. Owned by the partition's thread.
 */
final class Priorities {

    static final int DEFAULT = MessageHead.DEFAULT_PRIORITY;
    static final int HIGHEST = 9;

    /** For each priority, the one of {@link #DEFAULT} stays empty; none while nothing is in it. */
    private SequenceSet[] sets = {};

    /** All of them. */
    private final SequenceSet exceptional = new SequenceSet();

    /** Whether a message of the batch has another priority than the default. */
    static boolean areIn(MessageBatch batch) {
        for (int index = 0; index < batch.count(); index++) {
            if (MessageHead.priority(batch.array(), batch.messageAt(index)) != DEFAULT) {
                return true;
            }
        }
        return false;
    }

    /** Messages were stored, from a sequence on. */
    void stored(MessageBatch batch, long firstSequence) {
        for (int index = 0; index < batch.count(); index++) {
            int priority = MessageHead.priority(batch.array(), batch.messageAt(index));
            if (priority != DEFAULT) {
                add(priority, firstSequence + index, firstSequence + index);
            }
        }
    }

    /** A message that was settled waits again. */
    void restored(RewoundMessage message) {
        if (message.priority() != DEFAULT) {
            add(message.priority(), message.sequence(), message.sequence());
        }
    }

    private void add(int priority, long first, long last) {
        if (sets.length == 0) {
            sets = Stream.generate(SequenceSet::new).limit(HIGHEST + 1).toArray(SequenceSet[]::new);
        }
        sets[priority].add(first, last);
        exceptional.add(first, last);
    }

    /** Messages are settled. */
    void remove(long first, long last) {
        if (exceptional.isEmpty() || exceptional.ceiling(first) > last) {
            return;
        }
        exceptional.remove(first, last);
        for (SequenceSet set : sets) {
            if (!set.isEmpty()) {
                set.remove(first, last);
            }
        }
        if (exceptional.isEmpty()) {
            sets = new SequenceSet[0];
        }
    }

    boolean isEmpty() {
        return exceptional.isEmpty();
    }

    /** The first sequence from one on with a priority; the default is that of all others. */
    long ceiling(int priority, long from) {
        return priority == DEFAULT ? exceptional.nextAbsent(from) : sets[priority].ceiling(from);
    }

    /** The end of the sequences from one on that have its priority. */
    long endOfRange(int priority, long first) {
        if (priority != DEFAULT) {
            return sets[priority].endOfRange(first);
        }
        long next = exceptional.ceiling(first);
        return next == SequenceSet.NONE ? next : next - 1;
    }

    /** Writes all; only if there are any. */
    void writeTo(WireOutput to) {
        for (SequenceSet set : sets) {
            set.toRanges().writeTo(to);
        }
    }

    void readFrom(WireInput from) {
        for (int priority = 0; priority <= HIGHEST; priority++) {
            SequenceRanges ranges = SequenceRanges.readStored(from);
            for (int range = 0; range < ranges.rangeCount(); range++) {
                add(priority, ranges.first(range), ranges.last(range));
            }
        }
    }
}
