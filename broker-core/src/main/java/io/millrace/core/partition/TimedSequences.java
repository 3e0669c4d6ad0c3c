package io.millrace.core.partition;

import io.millrace.core.Invariant;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences by the time, to the millisecond, at which something becomes of them.
 *
 * <p>Times are kept in buckets of 32,768 ms. In a bucket, up to 256 consecutive sequences of the
 * same time are one number:
 *
 * <pre>
 *   bit 63 | 62 … 48                    | 47 … 8                                   | 7 … 0
 *   0      | ms since the bucket began  | sequence, counted from the bucket's base | how many more follow
 * </pre>
 *
 * <p>So a message costs 8 bytes (up to 12 while arrays grow), and a batch sent at once less than
 * that each. A bucket is sorted only when its time comes. Owned by the partition's thread.
 */
final class TimedSequences {

    /** No time; later than all. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int BUCKET_BITS = 15;
    private static final int TIME_SHIFT = 48;
    private static final int SEQUENCE_SHIFT = 8;
    private static final long SEQUENCE_MASK = (1L << TIME_SHIFT - SEQUENCE_SHIFT) - 1;
    private static final int MORE_MASK = (1 << SEQUENCE_SHIFT) - 1;
    private static final int INITIAL_ENTRIES = 4;

    /** By time / 32,768 ms, no empty ones. */
    private final TreeMap<Long, Bucket> buckets = new TreeMap<>();

    private static final class Bucket {
        long base;
        long[] entries = new long[INITIAL_ENTRIES];

        /** Those before were taken; where the others end. */
        int start;

        int end;
        boolean sorted = true;
        long earliest = Long.MAX_VALUE;

        Bucket(long base) {
            this.base = base;
        }

        /** A sequence from before comes back: counts from there. */
        private void countFrom(long sequence) {
            long more = base - sequence << SEQUENCE_SHIFT;
            for (int index = start; index < end; index++) {
                Invariant.require(
                        first(entries[index]) - sequence <= SEQUENCE_MASK,
                        "sequences of one time to be near each other");
                entries[index] += more;
            }
            base = sequence;
        }

        void add(long offset, long sequence) {
            if (sequence < base) {
                countFrom(sequence);
            }
            long relative = sequence - base;
            Invariant.require(
                    relative >= 0 && relative <= SEQUENCE_MASK,
                    "sequences of one time to be near each other");
            if (end > start) {
                long before = entries[end - 1];
                if (before >> TIME_SHIFT == offset
                        && last(before) + 1 == sequence
                        && (before & MORE_MASK) < MORE_MASK) {
                    entries[end - 1] = before + 1;
                    return;
                }
            }
            if (end == entries.length) {
                int size = end - start;
                entries = Arrays.copyOfRange(entries, start, start + size + (size >> 1) + 1);
                start = 0;
                end = size;
            }
            long entry = offset << TIME_SHIFT | relative << SEQUENCE_SHIFT;
            sorted = sorted && (end == start || entries[end - 1] < entry);
            entries[end++] = entry;
            earliest = Math.min(earliest, offset);
        }

        long first(long entry) {
            return base + (entry >> SEQUENCE_SHIFT & SEQUENCE_MASK);
        }

        long last(long entry) {
            return first(entry) + (entry & MORE_MASK);
        }

        private void sort() {
            if (!sorted) {
                Arrays.sort(entries, start, end);
                sorted = true;
            }
        }

        /** Takes out what is due; false if nothing is left. */
        boolean takeUntil(long offset, SequenceSet to) {
            sort();
            while (start < end && entries[start] >> TIME_SHIFT <= offset) {
                to.add(first(entries[start]), last(entries[start]));
                start++;
            }
            return beginsAtStart();
        }

        /** Drops what nobody needs from the front; false if nothing is left. */
        boolean keepFirst(Needs needs) {
            sort();
            while (start < end && !needs.isNeeded(first(entries[start]), last(entries[start]))) {
                start++;
            }
            return beginsAtStart();
        }

        /** Only while it is sorted. */
        private boolean beginsAtStart() {
            earliest = start < end ? entries[start] >> TIME_SHIFT : Long.MAX_VALUE;
            return start < end;
        }

        /** Drops what nobody needs; false if nothing is left. */
        boolean keep(Needs needs) {
            int kept = 0;
            earliest = Long.MAX_VALUE;
            for (int index = start; index < end; index++) {
                long entry = entries[index];
                if (needs.isNeeded(first(entry), last(entry))) {
                    entries[kept++] = entry;
                    earliest = Math.min(earliest, entry >> TIME_SHIFT);
                }
            }
            start = 0;
            end = kept;
            if (end < entries.length / 4) {
                entries = Arrays.copyOf(entries, Math.max(INITIAL_ENTRIES, end));
            }
            return end > 0;
        }
    }

    /** Who knows which sequences matter still. */
    interface Needs {

        /** Whether somebody may still get one of these sequences. */
        boolean isNeeded(long first, long last);

        /** Those of the sequences that somebody may still get. */
        SequenceRanges needed(SequenceRanges sequences);
    }

    boolean isEmpty() {
        return buckets.isEmpty();
    }

    void add(long millis, long sequence) {
        buckets.computeIfAbsent(millis >> BUCKET_BITS, key -> new Bucket(sequence))
                .add(millis & (1 << BUCKET_BITS) - 1, sequence);
    }

    /** The earliest time of any; {@link #NEVER} if there is none. */
    long earliest() {
        Map.Entry<Long, Bucket> first = buckets.firstEntry();
        return first == null ? NEVER : (first.getKey() << BUCKET_BITS) + first.getValue().earliest;
    }

    /** Moves the sequences whose time is not after {@code millis}. */
    void takeUntil(long millis, SequenceSet to) {
        long current = millis >> BUCKET_BITS;
        for (Map.Entry<Long, Bucket> first = buckets.firstEntry();
                first != null && first.getKey() <= current;
                first = buckets.firstEntry()) {
            long offset =
                    first.getKey() < current ? Long.MAX_VALUE : millis & (1 << BUCKET_BITS) - 1;
            if (first.getValue().takeUntil(offset, to)) {
                return;
            }
            buckets.remove(first.getKey());
        }
    }

    /** Drops the earliest that nobody needs, up to one that somebody does. */
    void keepEarliest(Needs needs) {
        for (Map.Entry<Long, Bucket> first = buckets.firstEntry();
                first != null && !first.getValue().keepFirst(needs);
                first = buckets.firstEntry()) {
            buckets.remove(first.getKey());
        }
    }

    /** Whether somebody needs any. */
    boolean isAnyNeeded(Needs needs) {
        for (Bucket bucket : buckets.values()) {
            for (int index = bucket.start; index < bucket.end; index++) {
                long entry = bucket.entries[index];
                if (needs.isNeeded(bucket.first(entry), bucket.last(entry))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Drops what nobody needs. */
    void keep(Needs needs) {
        buckets.values().removeIf(bucket -> !bucket.keep(needs));
    }

    /** How many numbers are kept, in about 8 bytes each. */
    long entries() {
        long sum = 0;
        for (Bucket bucket : buckets.values()) {
            sum += bucket.end - bucket.start;
        }
        return sum;
    }

    /** Adds all sequences to a set. */
    void addTo(SequenceSet to) {
        for (Bucket bucket : buckets.values()) {
            for (int index = bucket.start; index < bucket.end; index++) {
                to.add(bucket.first(bucket.entries[index]), bucket.last(bucket.entries[index]));
            }
        }
    }

    /** Writes what is needed, in a form that does not depend on the past. */
    void writeTo(WireOutput to, Needs needs) {
        TreeMap<Long, RangeSet> byMillis = new TreeMap<>();
        // A bucket at a time, so that little is held twice.
        WireOutput written = new WireOutput(64);
        long times = 0;
        for (Map.Entry<Long, Bucket> each : buckets.entrySet()) {
            Bucket bucket = each.getValue();
            for (int index = bucket.start; index < bucket.end; index++) {
                long entry = bucket.entries[index];
                SequenceRanges kept =
                        needs.needed(SequenceRanges.of(bucket.first(entry), bucket.last(entry)));
                if (!kept.isEmpty()) {
                    long millis = (each.getKey() << BUCKET_BITS) + (entry >> TIME_SHIFT);
                    byMillis.computeIfAbsent(millis, key -> new RangeSet()).add(kept);
                }
            }
            times += byMillis.size();
            byMillis.forEach((millis, set) -> set.toRanges().writeTo(written.writeVarint(millis)));
            byMillis.clear();
        }
        to.writeVarint(times).writeBytes(written.array(), 0, written.size());
    }

    void readFrom(WireInput from) {
        TreeMap<Long, Long> bases = new TreeMap<>();
        int start = from.position();
        int length = from.remaining();
        readTimes(
                new WireInput(from.array(), start, length),
                (millis, ranges) -> bases.merge(millis >> BUCKET_BITS, ranges.first(0), Math::min));
        bases.forEach((key, base) -> buckets.put(key, new Bucket(base)));
        readTimes(
                from,
                (millis, ranges) -> {
                    for (int range = 0; range < ranges.rangeCount(); range++) {
                        for (long each = ranges.first(range); each <= ranges.last(range); each++) {
                            add(millis, each);
                        }
                    }
                });
    }

    private interface TimeReader {
        void read(long millis, SequenceRanges ranges);
    }

    private static void readTimes(WireInput from, TimeReader reader) {
        for (long left = from.readVarint(); left > 0; left--) {
            reader.read(from.readVarint(), SequenceRanges.readStored(from));
        }
    }

    @Override
    public String toString() {
        SequenceSet all = new SequenceSet();
        addTo(all);
        return all.toString();
    }
}
