package io.millrace.core.partition;

import io.millrace.core.Invariant;
import java.util.Arrays;

/**
 * Sequences whose times lie within 32,768 ms. Up to 256 consecutive sequences of the same time are
 * one number:
 *
 * <pre>
 *   bit 63 | 62 … 48                    | 47 … 8                                   | 7 … 0
 *   0      | ms since the bucket began  | sequence, counted from the bucket's base | how many more follow
 * </pre>
 *
 * <p>It is sorted only when its time comes, or when it is written. Owned by the partition's thread.
 */
final class TimeBucket {

    /** Times / 2^15 are of one bucket. */
    static final int BITS = 15;

    /** At most so many sequences are one number. */
    static final int RUN = 256;

    private static final int TIME_SHIFT = 48;
    private static final int SEQUENCE_SHIFT = 8;
    private static final long SEQUENCE_MASK = (1L << TIME_SHIFT - SEQUENCE_SHIFT) - 1;
    private static final int MORE_MASK = (1 << SEQUENCE_SHIFT) - 1;
    private static final int INITIAL_ENTRIES = 4;

    /** So far before the first sequence it begins to count. */
    private static final long ROOM_BEFORE = SEQUENCE_MASK / 2;

    private final long base;
    private long[] entries = new long[INITIAL_ENTRIES];

    /** Those before were taken; where the others end. */
    private int start;

    private int end;
    private boolean sorted = true;
    private long earliest = Long.MAX_VALUE;

    /** An empty one, for sequences about this one. */
    TimeBucket(long about) {
        this.base = about - ROOM_BEFORE;
    }

    /** How many numbers are held. */
    int size() {
        return end - start;
    }

    /** The earliest time in it, in ms since it began. */
    long earliest() {
        return earliest;
    }

    /** Adds at most {@link #RUN} consecutive sequences of one time, in ms since it began. */
    void add(long offset, long first, long last) {
        long relative = first - base;
        Invariant.require(
                relative >= 0 && relative <= SEQUENCE_MASK && last - first < RUN,
                "sequences of one time to be near each other");
        long more = last - first;
        if (end > start) {
            long before = entries[end - 1];
            if (before >> TIME_SHIFT == offset
                    && last(before) + 1 == first
                    && (before & MORE_MASK) + more + 1 <= MORE_MASK) {
                entries[end - 1] = before + more + 1;
                return;
            }
        }
        if (end == entries.length) {
            int size = end - start;
            entries = Arrays.copyOfRange(entries, start, start + size + (size >> 1) + 1);
            start = 0;
            end = size;
        }
        long entry = offset << TIME_SHIFT | relative << SEQUENCE_SHIFT | more;
        sorted = sorted && (end == start || entries[end - 1] < entry);
        entries[end++] = entry;
        earliest = Math.min(earliest, offset);
    }

    private long first(long entry) {
        return base + (entry >> SEQUENCE_SHIFT & SEQUENCE_MASK);
    }

    private long last(long entry) {
        return first(entry) + (entry & MORE_MASK);
    }

    /** From then on, {@link #offset}, {@link #first} and {@link #last} rise with their index. */
    void sort() {
        if (!sorted) {
            Arrays.sort(entries, start, end);
            sorted = true;
        }
    }

    /** The time of the number at an index below {@link #size}, in ms since the bucket began. */
    long offset(int index) {
        return entries[start + index] >> TIME_SHIFT;
    }

    long first(int index) {
        return first(entries[start + index]);
    }

    long last(int index) {
        return last(entries[start + index]);
    }

    /** Takes out what is due. */
    void takeUntil(long offset, SequenceSet to) {
        sort();
        while (start < end && entries[start] >> TIME_SHIFT <= offset) {
            to.add(first(entries[start]), last(entries[start]));
            start++;
        }
        beginsAtStart();
    }

    /** Drops what nobody needs from the front. */
    void keepFirst(TimedSequences.Needs needs) {
        sort();
        while (start < end && !needs.isNeeded(first(entries[start]), last(entries[start]))) {
            start++;
        }
        beginsAtStart();
    }

    /** Only while it is sorted. */
    private void beginsAtStart() {
        earliest = start < end ? entries[start] >> TIME_SHIFT : Long.MAX_VALUE;
    }

    /** Drops what nobody needs. */
    void keep(TimedSequences.Needs needs) {
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
    }

    /** Keeps so many of the earliest numbers, less than it has; the others are returned. */
    TimeBucket cutAfter(long kept) {
        sort();
        int cut = start + (int) kept;
        TimeBucket later = new TimeBucket(base + ROOM_BEFORE);
        later.entries = Arrays.copyOfRange(entries, cut, end);
        later.end = later.entries.length;
        later.beginsAtStart();
        entries = Arrays.copyOfRange(entries, start, Math.max(cut, start + INITIAL_ENTRIES));
        end = cut - start;
        start = 0;
        beginsAtStart();
        return later;
    }
}
