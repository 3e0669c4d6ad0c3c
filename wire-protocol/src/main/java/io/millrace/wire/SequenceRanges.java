package io.millrace.wire;

import java.util.Arrays;

/**
 * An ascending list of disjoint ranges of sequences, both ends included: what deliveries are
 * settled, held or returned.
 *
 * <p>Immutable. Sequences are 0 to 2^63 - 2, so that a number of sequences and the sequence after
 * the last one are never too large for a long. On the wire: number of ranges, then for each the gap
 * to the end of the one before and its length minus one, all varints: two to three bytes for a run
 * of any length.
 */
public final class SequenceRanges {

    /** No sequences. */
    public static final SequenceRanges EMPTY = new SequenceRanges(new long[0]);

    private static final int MAX_RANGES = 1 << 20;

    /** first, last, first, last… */
    private final long[] bounds;

    private SequenceRanges(long[] bounds) {
        this.bounds = bounds;
    }

    /** One range, both ends included. */
    public static SequenceRanges of(long first, long last) {
        if (first < 0 || last < first || last == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "Expected 0 <= first <= last < 2^63 - 1, but they are "
                            + first
                            + " and "
                            + last);
        }
        return new SequenceRanges(new long[] {first, last});
    }

    /** Number of ranges. */
    public int rangeCount() {
        return bounds.length / 2;
    }

    public long first(int range) {
        return bounds[2 * range];
    }

    public long last(int range) {
        return bounds[2 * range + 1];
    }

    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /** Number of sequences in all ranges. */
    public long sequenceCount() {
        long sum = 0;
        for (int at = 0; at < bounds.length; at += 2) {
            sum += bounds[at + 1] - bounds[at] + 1;
        }
        return sum;
    }

    public void writeTo(WireOutput to) {
        to.writeVarint(rangeCount());
        long previous = 0;
        for (int range = 0; range < rangeCount(); range++) {
            to.writeVarint(first(range) - previous).writeVarint(last(range) - first(range));
            previous = last(range);
        }
    }

    /** Reads them from a frame or an event, which hold no more than 2^20 ranges. */
    public static SequenceRanges read(WireInput from) {
        return read(from, Math.min(MAX_RANGES, from.remaining()));
    }

    /** Reads them from a snapshot, which holds as many as there are bytes for. */
    public static SequenceRanges readStored(WireInput from) {
        return read(from, from.remaining() / 2);
    }

    private static SequenceRanges read(WireInput from, int most) {
        int count = from.readCount(most);
        Builder ranges = new Builder(count);
        long previous = 0;
        for (int range = 0; range < count; range++) {
            long first = previous + from.readVarint();
            long last = first + from.readVarint();
            if (first < previous
                    || last < first
                    || last == Long.MAX_VALUE
                    || range > 0 && first == previous) {
                throw new WireFormatException(
                        "Expected ascending ranges that end before 2^63 - 1, but "
                                + first
                                + "-"
                                + last
                                + " follows "
                                + previous);
            }
            ranges.add(first, last);
            previous = last;
        }
        return ranges.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SequenceRanges
                && Arrays.equals(bounds, ((SequenceRanges) other).bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int range = 0; range < rangeCount(); range++) {
            text.append(range == 0 ? "" : " ").append(first(range));
            if (last(range) != first(range)) {
                text.append('-').append(last(range));
            }
        }
        return text.append(']').toString();
    }

    /** Collects ranges in ascending order and joins the ones that touch. */
    public static final class Builder {

        private long[] bounds;
        private int size;

        public Builder() {
            this(4);
        }

        private Builder(int ranges) {
            bounds = new long[Math.max(2, ranges * 2)];
        }

        /** Adds a range that begins after the last one that was added. */
        public Builder add(long first, long last) {
            if (size > 0 && first <= bounds[size - 1]) {
                throw new IllegalArgumentException(
                        "Expected a range after "
                                + bounds[size - 1]
                                + ", but it begins at "
                                + first);
            }
            if (size > 0 && first == bounds[size - 1] + 1) {
                bounds[size - 1] = last;
                return this;
            }
            if (size == bounds.length) {
                bounds = Arrays.copyOf(bounds, size * 2);
            }
            bounds[size++] = first;
            bounds[size++] = last;
            return this;
        }

        public boolean isEmpty() {
            return size == 0;
        }

        public SequenceRanges build() {
            return size == 0 ? EMPTY : new SequenceRanges(Arrays.copyOf(bounds, size));
        }
    }
}
