package io.millrace.core.partition;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Times of one kind that are in pages of the index; of each page the heap knows when it begins.
 * Pages may overlap. Owned by the partition's thread.
 */
final class FarTimes {

    private static final int BYTES_EACH = 6;

    /** Fewer pages than this are not worth looking through for what nobody needs. */
    private static final int WORTH_SWEEPING = 16;

    private final TimeMemory memory;
    private final PriorityQueue<Page> pages = new PriorityQueue<>(1);

    /** How many pages were put since all were looked through. */
    private long putSinceSweep;

    /** How many have to be put before that is worth it: as many as were left. */
    private long sweepAt = WORTH_SWEEPING;

    /** A page, and its first time. */
    record Page(long millis, long number) implements Comparable<Page> {
        @Override
        public int compareTo(Page other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }
    }

    FarTimes(TimeMemory memory) {
        this.memory = memory;
    }

    boolean isEmpty() {
        return pages.isEmpty();
    }

    /** The earliest time of any; {@link TimedSequences#NEVER} if there is none. */
    long earliest() {
        Page first = pages.peek();
        return first == null ? TimedSequences.NEVER : first.millis;
    }

    /** Takes the earliest page out, all of it. */
    TimeRun take() {
        Page first = pages.element();
        TimeRun run = read(first);
        pages.remove();
        memory.remove(first.number);
        return run;
    }

    TimeRun read(Page page) {
        return read(content(page));
    }

    /** A page as it is stored. */
    byte[] content(Page page) {
        return memory.get(page.number);
    }

    static TimeRun read(byte[] content) {
        return new PackedTimes.Reader(new WireInput(content));
    }

    /** Nobody needs any of these pages. */
    void drop(List<Page> unneeded) {
        Set<Page> dropped = new HashSet<>(unneeded);
        if (!dropped.isEmpty()) {
            pages.removeIf(dropped::contains);
            dropped.forEach(page -> memory.remove(page.number));
        }
    }

    /** Whether it is worth looking at all pages for what nobody needs. */
    boolean isSweepDue() {
        return putSinceSweep > sweepAt;
    }

    /** All were looked at. */
    void swept() {
        putSinceSweep = 0;
        sweepAt = Math.max(WORTH_SWEEPING, pages.size());
    }

    /** All pages, by their first times. */
    List<Page> inOrder() {
        List<Page> sorted = new ArrayList<>(pages);
        Collections.sort(sorted);
        return sorted;
    }

    /** Nobody needs any of it. */
    void clear() {
        for (Page page = pages.poll(); page != null; page = pages.poll()) {
            memory.remove(page.number);
        }
    }

    /** Begins to fill pages. */
    Filling begin() {
        return new Filling();
    }

    /** Fills pages in the order of times. */
    final class Filling {

        private final WireOutput bytes = new WireOutput(memory.pageTimes() * BYTES_EACH);
        private PackedTimes.Writer writer = new PackedTimes.Writer(bytes);
        private long firstMillis;
        private boolean refused;

        /** The index takes no more. */
        boolean isRefused() {
            return refused;
        }

        void add(long millis, long first, long last) {
            firstMillis = writer.count() == 0 ? millis : firstMillis;
            writer.add(millis, first, last);
            if (writer.count() == memory.pageTimes()) {
                put();
            }
        }

        private void put() {
            writer.end();
            long number = memory.put(bytes.toByteArray());
            if (number == TimeMemory.REFUSED) {
                refused = true;
            } else {
                pages.add(new Page(firstMillis, number));
                putSinceSweep++;
                startPage();
            }
        }

        private void startPage() {
            bytes.reset();
            writer = new PackedTimes.Writer(bytes);
        }

        /** What is in no page: one that was refused, or is not full. */
        TimeRun rest() {
            if (!refused) {
                writer.end();
            }
            return read(bytes.toByteArray());
        }
    }
}
