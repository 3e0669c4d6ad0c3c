package io.millrace.wire;

import java.util.Arrays;

/**
 * A changing set of sequences, kept as sorted disjoint ranges in one array.
 *
 * <p>Made for what is out for delivery: it grows at the end and shrinks at the front, both in
 * constant time; anything else moves part of the array. Broker and client keep one per consumer;
 * the consumer's credit bounds its size. Owned by one thread.
 */
public final class RangeSet {

    /** No sequence; greater than all. */
    public static final long NONE = Long.MAX_VALUE;

    /**
     * first, last, first, last… from index {@code head} to {@code tail}, touching ranges joined.
     */
    private long[] bounds = new long[8];

    private int head;
    private int tail;

    public boolean isEmpty() {
        return head == tail;
    }

    /** The smallest member; the set must not be empty. */
    public long first() {
        return bounds[head];
    }

    /** The end of the first range; the set must not be empty. */
    public long firstRangeLast() {
        return bounds[head + 1];
    }

    public long count() {
        long sum = 0;
        for (int at = head; at < tail; at += 2) {
            sum += bounds[at + 1] - bounds[at] + 1;
        }
        return sum;
    }

    public boolean contains(long sequence) {
        int at = rangeAtOrAfter(sequence);
        return at < tail && bounds[at] <= sequence;
    }

    /** The smallest member that is not below {@code from}; {@link #NONE} if there is none. */
    public long ceiling(long from) {
        int at = rangeAtOrAfter(from);
        return at < tail ? Math.max(bounds[at], from) : NONE;
    }

    /** The end of the range that holds a member. */
    public long endOfRange(long member) {
        return bounds[rangeAtOrAfter(member) + 1];
    }

    public void add(SequenceRanges ranges) {
        for (int range = 0; range < ranges.rangeCount(); range++) {
            add(ranges.first(range), ranges.last(range));
        }
    }

    public void add(long first, long last) {
        if (head == tail || first > bounds[tail - 1] + 1) {
            ensureRoom();
            bounds[tail++] = first;
            bounds[tail++] = last;
            return;
        }
        if (first == bounds[tail - 1] + 1) {
            bounds[tail - 1] = last;
            return;
        }
        // Ranges from..to-1 touch or overlap the new one and are replaced by their union with it.
        int from = rangeAtOrAfter(first == Long.MIN_VALUE ? first : first - 1);
        int to = from;
        long newFirst = first;
        long newLast = last;
        while (to < tail && bounds[to] <= last + 1) {
            newFirst = Math.min(newFirst, bounds[to]);
            newLast = Math.max(newLast, bounds[to + 1]);
            to += 2;
        }
        replace(from, to, new long[] {newFirst, newLast});
    }

    public void remove(SequenceRanges ranges) {
        for (int range = 0; range < ranges.rangeCount(); range++) {
            remove(ranges.first(range), ranges.last(range));
        }
    }

    public void remove(long first, long last) {
        if (head == tail) {
            return;
        }
        if (first <= bounds[head] && last < bounds[head + 1]) {
            bounds[head] = Math.max(bounds[head], last + 1);
            return;
        }
        int from = rangeAtOrAfter(first);
        int to = from;
        long[] rest = {};
        while (to < tail && bounds[to] <= last) {
            if (bounds[to] < first) {
                rest = new long[] {bounds[to], first - 1};
            }
            if (bounds[to + 1] > last) {
                int kept = rest.length;
                rest = Arrays.copyOf(rest, kept + 2);
                rest[kept] = last + 1;
                rest[kept + 1] = bounds[to + 1];
            }
            to += 2;
        }
        replace(from, to, rest);
    }

    /** The members that are also in {@code others}. */
    public SequenceRanges intersect(SequenceRanges others) {
        SequenceRanges.Builder common = new SequenceRanges.Builder();
        for (int range = 0; range < others.rangeCount(); range++) {
            long last = others.last(range);
            for (int at = rangeAtOrAfter(others.first(range));
                    at < tail && bounds[at] <= last;
                    at += 2) {
                common.add(
                        Math.max(bounds[at], others.first(range)), Math.min(bounds[at + 1], last));
            }
        }
        return common.build();
    }

    /** All members. */
    public SequenceRanges toRanges() {
        SequenceRanges.Builder all = new SequenceRanges.Builder();
        for (int at = head; at < tail; at += 2) {
            all.add(bounds[at], bounds[at + 1]);
        }
        return all.build();
    }

    public void clear() {
        head = 0;
        tail = 0;
    }

    /** Index of the first range that ends at or after the sequence. */
    private int rangeAtOrAfter(long sequence) {
        int low = head / 2;
        int high = tail / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (bounds[2 * middle + 1] < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return 2 * low;
    }

    private void replace(int from, int to, long[] by) {
        if (from == head && by.length <= to - from) {
            head = to - by.length;
            System.arraycopy(by, 0, bounds, head, by.length);
        } else {
            int growth = by.length - (to - from);
            while (bounds.length < tail + growth) {
                bounds = Arrays.copyOf(bounds, bounds.length * 2);
            }
            System.arraycopy(bounds, to, bounds, to + growth, tail - to);
            System.arraycopy(by, 0, bounds, from, by.length);
            tail += growth;
        }
        if (head == tail) {
            clear();
        }
    }

    private void ensureRoom() {
        if (tail + 2 <= bounds.length) {
            return;
        }
        int used = tail - head;
        if (head >= bounds.length / 2) {
            System.arraycopy(bounds, head, bounds, 0, used);
        } else {
            bounds = Arrays.copyOfRange(bounds, head, head + bounds.length * 2);
        }
        head = 0;
        tail = used;
    }

    @Override
    public String toString() {
        return toRanges().toString();
    }
}
