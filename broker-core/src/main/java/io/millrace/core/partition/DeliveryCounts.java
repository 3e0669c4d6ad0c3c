package io.millrace.core.partition;

import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How often messages of a subscription were out before; those that never were cost nothing. Owned
 * by the partition's thread.
 */
final class DeliveryCounts {

    private final TreeMap<Long, Attempts> attemptsBySequence = new TreeMap<>();

    /**
     * How often a message was out before.
     *
     * @param certain times that the application had it: counts against a redelivery limit
     * @param possible times that it may have had it
     */
    private record Attempts(int certain, int possible) {

        static Attempts first(ReturnCause cause) {
            return cause == ReturnCause.GIVEN ? new Attempts(1, 0) : new Attempts(0, 1);
        }

        /** Without the last one, which most likely was a possible one; null if none is left. */
        @Nullable Attempts withoutLast() {
            Attempts less =
                    possible > 0
                            ? new Attempts(certain, possible - 1)
                            : new Attempts(certain - 1, possible);
            return less.deliveryCount() == 1 ? null : less;
        }

        Attempts plus(Attempts more) {
            return new Attempts(certain + more.certain, possible + more.possible);
        }

        int deliveryCount() {
            return 1 + certain + possible;
        }
    }

    /** JMSXDeliveryCount of the next delivery of a sequence. */
    int next(long sequence) {
        Attempts attempts = attemptsBySequence.isEmpty() ? null : attemptsBySequence.get(sequence);
        return attempts == null ? 1 : attempts.deliveryCount();
    }

    /** How often the application had it for certain. */
    int certain(long sequence) {
        Attempts attempts = attemptsBySequence.get(sequence);
        return attempts == null ? 0 : attempts.certain();
    }

    /** End (included) of the sequences from one on that all have its delivery count. */
    long lastWithSame(long first, long last) {
        if (attemptsBySequence.isEmpty()) {
            return last;
        }
        int count = next(first);
        long same = first;
        for (Map.Entry<Long, Attempts> next :
                attemptsBySequence.subMap(first, false, last, true).entrySet()) {
            boolean gapBefore = next.getKey() != same + 1;
            if (count == 1 || gapBefore || next.getValue().deliveryCount() != count) {
                return count == 1 ? next.getKey() - 1 : same;
            }
            same = next.getKey();
        }
        return count == 1 ? last : same;
    }

    /** What of {@code sequences} was out before. */
    SequenceRanges within(SequenceRanges sequences) {
        if (attemptsBySequence.isEmpty()) {
            return SequenceRanges.EMPTY;
        }
        SequenceRanges.Builder found = new SequenceRanges.Builder();
        for (int range = 0; range < sequences.rangeCount(); range++) {
            attemptsBySequence
                    .subMap(sequences.first(range), true, sequences.last(range), true)
                    .keySet()
                    .forEach(each -> found.add(each, each));
        }
        return found.build();
    }

    /** Deliveries came back. */
    void returned(SequenceRanges sequences, ReturnCause cause) {
        if (cause == ReturnCause.NEVER_GIVEN) {
            return;
        }
        boolean reclaimed = cause == ReturnCause.RECLAIMED;
        for (int range = 0; range < sequences.rangeCount(); range++) {
            for (long sequence = sequences.first(range);
                    sequence <= sequences.last(range);
                    sequence++) {
                if (reclaimed) {
                    attemptsBySequence.computeIfPresent(
                            sequence, (same, attempts) -> attempts.withoutLast());
                } else {
                    attemptsBySequence.merge(sequence, Attempts.first(cause), Attempts::plus);
                }
            }
        }
    }

    /** Messages are settled. */
    void forget(SequenceRanges sequences) {
        if (!attemptsBySequence.isEmpty()) {
            for (int range = 0; range < sequences.rangeCount(); range++) {
                attemptsBySequence
                        .subMap(sequences.first(range), true, sequences.last(range), true)
                        .clear();
            }
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(attemptsBySequence.size());
        attemptsBySequence.forEach(
                (sequence, attempts) -> {
                    to.writeVarint(sequence)
                            .writeVarint(attempts.certain())
                            .writeVarint(attempts.possible());
                });
    }

    void readFrom(WireInput from) {
        for (long exceptional = from.readVarint(); exceptional > 0; exceptional--) {
            long sequence = from.readVarint();
            attemptsBySequence.put(
                    sequence,
                    new Attempts(from.readVarintInt("attempts"), from.readVarintInt("attempts")));
        }
    }
}
