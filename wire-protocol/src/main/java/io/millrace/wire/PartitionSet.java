package io.millrace.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Some of a broker's partitions: {@code number varint | each varint}, ascending. At the end of a
 * frame or an event, and left out there if there are none.
 */
public record PartitionSet(List<Integer> numbers) {

    public static final PartitionSet NONE = new PartitionSet(List.of());

    /** No broker has more. */
    static final int MAX = 1 << 16;

    public PartitionSet {
        numbers = List.copyOf(new TreeSet<>(numbers));
    }

    /** Those with these numbers. */
    public static PartitionSet of(Collection<Integer> numbers) {
        return new PartitionSet(new ArrayList<>(numbers));
    }

    public boolean isEmpty() {
        return numbers.isEmpty();
    }

    public boolean containsAll(PartitionSet others) {
        return numbers.containsAll(others.numbers);
    }

    /** Writes it at the end of what is written, unless it is empty. */
    public void writeIfAny(WireOutput to) {
        if (!isEmpty()) {
            writeTo(to);
        }
    }

    /** Writes it, be it empty or not. */
    public void writeTo(WireOutput to) {
        to.writeVarint(numbers.size());
        numbers.forEach(to::writeVarint);
    }

    /** Reads what {@link #writeIfAny} wrote. */
    public static PartitionSet readIfAny(WireInput from) {
        return from.hasRemaining() ? read(from) : NONE;
    }

    /** Reads what {@link #writeTo} wrote. */
    public static PartitionSet read(WireInput from) {
        List<Integer> numbers = new ArrayList<>();
        for (int left = from.readCount(MAX); left > 0; left--) {
            numbers.add(from.readVarintInt("partition"));
        }
        return new PartitionSet(numbers);
    }

    @Override
    public String toString() {
        return numbers.toString();
    }
}
