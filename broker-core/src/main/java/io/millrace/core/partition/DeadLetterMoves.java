package io.millrace.core.partition;

import io.millrace.core.partition.DeadLetterEvent.DeadLetterLeaving;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters on their way between partitions: which of this one's have left, and which of others'
 * have arrived. Hard state of a partition, owned by its thread.
 *
 * <p>Moves have rising numbers. Whoever takes letters remembers the numbers it has taken, as
 * ranges, and forgets those of which the other side says that they are over: so a letter is stored
 * once, and what is remembered does not grow.
 */
final class DeadLetterMoves {

    private final Map<Long, DeadLetterLeaving> leavingByNumber = new LinkedHashMap<>();
    private final Map<Letter, Long> numbersByLetter = new HashMap<>();
    private final Map<Integer, Arrived> arrivedBySource = new TreeMap<>();
    private long lastNumber;

    /** A message that is dead for a subscription. */
    record Letter(long subscriptionId, long sequence) {}

    /** What one other partition has sent. */
    private static final class Arrived {
        private final RangeSet numbers = new RangeSet();
        private long lowest = 1;

        void take(long number, long lowestUnderWay) {
            numbers.add(number, number);
            if (lowestUnderWay > lowest) {
                numbers.remove(1, lowestUnderWay - 1);
                lowest = lowestUnderWay;
            }
        }
    }

    boolean isEmpty() {
        return lastNumber == 0 && arrivedBySource.isEmpty();
    }

    /** A number for a move. It is taken once an event with it is applied. */
    long nextNumber() {
        return lastNumber + 1;
    }

    /** The lowest number of a move that is not over. */
    long lowest() {
        return leavingByNumber.isEmpty()
                ? nextNumber()
                : leavingByNumber.keySet().iterator().next();
    }

    @Nullable DeadLetterLeaving leaving(long number) {
        return leavingByNumber.get(number);
    }

    /** The move of a letter; null if it has not begun. */
    @Nullable DeadLetterLeaving leaving(Letter letter) {
        Long number = numbersByLetter.get(letter);
        return number == null ? null : leavingByNumber.get(number);
    }

    /** All that are not over. */
    List<DeadLetterLeaving> underWay() {
        return new ArrayList<>(leavingByNumber.values());
    }

    /** Whether another partition's letter is here already. */
    boolean isTaken(int source, long number) {
        Arrived arrived = arrivedBySource.get(source);
        return arrived != null && (number < arrived.lowest || arrived.numbers.contains(number));
    }

    void apply(DeadLetterLeaving event) {
        lastNumber = Math.max(lastNumber, event.number());
        leavingByNumber.put(event.number(), event);
        numbersByLetter.put(new Letter(event.subscriptionId(), event.sequence()), event.number());
    }

    void apply(DeadLetterEvent.DeadLetterLeft event) {
        DeadLetterLeaving left = leavingByNumber.remove(event.number());
        if (left != null) {
            numbersByLetter.remove(new Letter(left.subscriptionId(), left.sequence()));
        }
    }

    void apply(DeadLetterEvent.DeadLetterTaken event) {
        arrivedBySource
                .computeIfAbsent(event.source(), source -> new Arrived())
                .take(event.number(), event.lowest());
    }

    void writeTo(WireOutput to) {
        to.writeVarint(lastNumber).writeVarint(leavingByNumber.size());
        leavingByNumber.values().forEach(each -> each.writeTo(to));
        to.writeVarint(arrivedBySource.size());
        arrivedBySource.forEach(
                (source, arrived) -> {
                    to.writeVarint(source).writeVarint(arrived.lowest);
                    arrived.numbers.toRanges().writeTo(to);
                });
    }

    void readFrom(WireInput from) {
        long last = from.readVarint();
        for (long left = from.readVarint(); left > 0; left--) {
            apply(DeadLetterLeaving.read(from));
        }
        lastNumber = last;
        for (long left = from.readVarint(); left > 0; left--) {
            Arrived arrived = new Arrived();
            arrivedBySource.put(from.readVarintInt("source"), arrived);
            arrived.lowest = from.readVarint();
            arrived.numbers.add(SequenceRanges.read(from));
        }
    }
}
