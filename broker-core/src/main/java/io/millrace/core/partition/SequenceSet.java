package io.millrace.core.partition;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * A changing set of sequences in compressed bitmaps: for what may be scattered over a long backlog.
 *
 * <p>A member costs two bytes at most, beside some fifty for each 65,536 sequences that hold any.
 * {@link RangeSet} is for what is mostly in one piece. Owned by the partition's thread.
 */
final class SequenceSet {

    /** No sequence; greater than all. */
    static final long NONE = RangeSet.NONE;

    private static final int PAGE_BITS = 30;
    private static final long PAGE_SIZE = 1L << PAGE_BITS;

    /** So many sequences are looked at one by one: a range that they are in may be long. */
    private static final int LITTLE = 256;

    /** By sequence / 2^30, no empty ones; what is inside counts from the page's beginning. */
    private final TreeMap<Long, RoaringBitmap> pages = new TreeMap<>();

    boolean isEmpty() {
        return pages.isEmpty();
    }

    long count() {
        long sum = 0;
        for (RoaringBitmap page : pages.values()) {
            sum += page.getLongCardinality();
        }
        return sum;
    }

    /** How many members are not below {@code from}. */
    long countFrom(long from) {
        long page = from >> PAGE_BITS;
        long sum = 0;
        for (Map.Entry<Long, RoaringBitmap> each : pages.tailMap(page, true).entrySet()) {
            sum += each.getValue().getLongCardinality();
            if (each.getKey() == page && (from & PAGE_SIZE - 1) > 0) {
                sum -= each.getValue().rankLong((int) (from & PAGE_SIZE - 1) - 1);
            }
        }
        return sum;
    }

    boolean contains(long sequence) {
        RoaringBitmap page = pages.get(sequence >> PAGE_BITS);
        return page != null && page.contains((int) (sequence & PAGE_SIZE - 1));
    }

    /** The smallest member; the set must not be empty. */
    long first() {
        Map.Entry<Long, RoaringBitmap> page = pages.firstEntry();
        return (page.getKey() << PAGE_BITS) + page.getValue().first();
    }

    /** The end of the first range; the set must not be empty. */
    long firstRangeLast() {
        return endOfRange(first());
    }

    /** The smallest member that is not below {@code from}; {@link #NONE} if there is none. */
    long ceiling(long from) {
        long page = from >> PAGE_BITS;
        for (Map.Entry<Long, RoaringBitmap> each : pages.tailMap(page, true).entrySet()) {
            int inside = each.getKey() == page ? (int) (from & PAGE_SIZE - 1) : 0;
            long next = each.getValue().nextValue(inside);
            if (next >= 0) {
                return (each.getKey() << PAGE_BITS) + next;
            }
        }
        return NONE;
    }

    /** The smallest sequence that is not below {@code from} and no member. */
    long nextAbsent(long from) {
        long at = from;
        while (true) {
            RoaringBitmap page = pages.get(at >> PAGE_BITS);
            if (page == null) {
                return at;
            }
            long next = page.nextAbsentValue((int) (at & PAGE_SIZE - 1));
            long start = at >> PAGE_BITS << PAGE_BITS;
            if (next < PAGE_SIZE) {
                return start + next;
            }
            at = start + PAGE_SIZE;
        }
    }

    /** The end of the range that holds a member. */
    long endOfRange(long member) {
        return nextAbsent(member) - 1;
    }

    void add(SequenceRanges ranges) {
        for (int range = 0; range < ranges.rangeCount(); range++) {
            add(ranges.first(range), ranges.last(range));
        }
    }

    void add(long first, long last) {
        for (long at = first; at <= last; at = (at >> PAGE_BITS) + 1 << PAGE_BITS) {
            long start = at >> PAGE_BITS << PAGE_BITS;
            pages.computeIfAbsent(at >> PAGE_BITS, page -> new RoaringBitmap())
                    .add(at - start, Math.min(PAGE_SIZE, last + 1 - start));
        }
    }

    void remove(SequenceRanges ranges) {
        for (int range = 0; range < ranges.rangeCount(); range++) {
            remove(ranges.first(range), ranges.last(range));
        }
    }

    void remove(long first, long last) {
        Map.Entry<Long, RoaringBitmap> page = pages.ceilingEntry(first >> PAGE_BITS);
        while (page != null && page.getKey() <= last >> PAGE_BITS) {
            long start = page.getKey() << PAGE_BITS;
            page.getValue()
                    .remove(Math.max(0, first - start), Math.min(PAGE_SIZE, last + 1 - start));
            if (page.getValue().isEmpty()) {
                pages.remove(page.getKey());
            }
            page = pages.higherEntry(page.getKey());
        }
    }

    /** The members that are also in {@code others}. */
    SequenceRanges intersect(SequenceRanges others) {
        SequenceRanges.Builder common = new SequenceRanges.Builder();
        for (int range = 0; range < others.rangeCount(); range++) {
            addMembers(others.first(range), others.last(range), common);
        }
        return common.build();
    }

    private void addMembers(long first, long last, SequenceRanges.Builder to) {
        for (long at = ceiling(first); at <= last; ) {
            long end = endWithin(at, last);
            to.add(at, end);
            at = end == last ? NONE : ceiling(end + 1);
        }
    }

    /** The same within what is asked for: looks no further if that is little. */
    private long endWithin(long member, long last) {
        if (last - member >= LITTLE) {
            return Math.min(last, endOfRange(member));
        }
        long end = member;
        while (end < last && contains(end + 1)) {
            end++;
        }
        return end;
    }

    /** All members. */
    SequenceRanges toRanges() {
        SequenceRanges.Builder all = new SequenceRanges.Builder();
        addMembers(0, NONE - 1, all);
        return all.build();
    }

    /** Writes bitmaps, so that it stays small however scattered the members are. */
    void writeTo(WireOutput to) {
        to.writeVarint(pages.size());
        pages.forEach(
                (number, page) -> {
                    // In both steps, else the form would depend on how the content came about.
                    page.removeRunCompression();
                    page.runOptimize();
                    ByteArrayOutputStream bytes =
                            new ByteArrayOutputStream(page.serializedSizeInBytes());
                    try {
                        page.serialize(new DataOutputStream(bytes));
                    } catch (IOException impossible) {
                        throw new IllegalStateException("writing to memory failed", impossible);
                    }
                    to.writeVarint(number).writeBlob(bytes.toByteArray());
                });
    }

    /** Adds what {@link #writeTo} wrote; only to an empty set. */
    void readFrom(WireInput from) {
        for (long left = from.readVarint(); left > 0; left--) {
            RoaringBitmap page = new RoaringBitmap();
            pages.put(from.readVarint(), page);
            try {
                page.deserialize(new DataInputStream(new ByteArrayInputStream(from.readBlob())));
            } catch (IOException e) {
                throw new WireFormatException(
                        "Expected a bitmap of sequences, but it is damaged: " + e);
            }
        }
    }

    @Override
    public String toString() {
        return toRanges().toString();
    }
}
