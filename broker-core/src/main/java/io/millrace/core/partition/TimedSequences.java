package io.millrace.core.partition;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Sequences by the time, to the millisecond, at which something becomes of them.
 *
 * <p>What is due next is in {@link TimeBucket}s of 32,768 ms: a message costs 8 bytes (up to 12
 * while arrays grow), and a batch sent at once less than that each. When the partition holds too
 * many, the later ones go to {@link FarTimes}, where they cost nearly nothing, and come back when
 * they are due. That changes nothing that can be seen. Owned by the partition's thread.
 */
final class TimedSequences {

    /** No time; later than all. */
    static final long NEVER = Long.MAX_VALUE;

    /** The nearest of so many stay when the others leave. */
    private static final int KEPT_PART = 4;

    /** Fewer than so many pages are not worth it. */
    private static final int WORTH_PAGES = 4;

    private final TimeMemory memory;

    /** By time / 32,768 ms, no empty ones. */
    private final TreeMap<Long, TimeBucket> buckets = new TreeMap<>();

    private final FarTimes far;

    /** How many numbers the buckets hold. */
    private long held;

    /** Who knows which sequences matter still. */
    interface Needs {

        /** Whether somebody may still get one of these sequences. */
        boolean isNeeded(long first, long last);

        /** Those of the sequences that somebody may still get. */
        SequenceRanges needed(SequenceRanges sequences);
    }

    /** Who needs all of them: what a snapshot has, for one. */
    static final Needs ALL =
            new Needs() {
                @Override
                public boolean isNeeded(long first, long last) {
                    return true;
                }

                @Override
                public SequenceRanges needed(SequenceRanges sequences) {
                    return sequences;
                }
            };

    TimedSequences(TimeMemory memory) {
        this.memory = memory;
        this.far = new FarTimes(memory);
    }

    boolean isEmpty() {
        return buckets.isEmpty() && far.isEmpty();
    }

    void add(long millis, long sequence) {
        add(millis, sequence, sequence);
    }

    private void add(long millis, long first, long last) {
        TimeBucket bucket =
                buckets.computeIfAbsent(millis >> TimeBucket.BITS, key -> new TimeBucket(first));
        int before = bucket.size();
        for (long from = first; from <= last; from += TimeBucket.RUN) {
            bucket.add(
                    millis & (1 << TimeBucket.BITS) - 1,
                    from,
                    Math.min(last, from + TimeBucket.RUN - 1));
        }
        changed(bucket.size() - before);
    }

    private void changed(long more) {
        held += more;
        memory.held(more);
    }

    private static long millis(long key, long offset) {
        return (key << TimeBucket.BITS) + offset;
    }

    /** The earliest time of any; {@link #NEVER} if there is none. */
    long earliest() {
        return Math.min(earliestHeld(), far.earliest());
    }

    private long earliestHeld() {
        Map.Entry<Long, TimeBucket> first = buckets.firstEntry();
        return first == null ? NEVER : millis(first.getKey(), first.getValue().earliest());
    }

    /** Moves the sequences whose time is not after {@code millis}. */
    void takeUntil(long millis, SequenceSet to) {
        while (far.earliest() <= millis) {
            for (TimeRun run = far.take(); run.next(); ) {
                if (run.millis() <= millis) {
                    to.add(run.first(), run.last());
                } else {
                    add(run.millis(), run.first(), run.last());
                }
            }
        }
        long current = millis >> TimeBucket.BITS;
        for (Map.Entry<Long, TimeBucket> first = buckets.firstEntry();
                first != null && first.getKey() <= current;
                first = buckets.firstEntry()) {
            long offset =
                    first.getKey() < current ? Long.MAX_VALUE : millis & (1 << TimeBucket.BITS) - 1;
            TimeBucket bucket = first.getValue();
            int before = bucket.size();
            bucket.takeUntil(offset, to);
            changed(bucket.size() - before);
            if (bucket.size() > 0) {
                return;
            }
            buckets.remove(first.getKey());
        }
    }

    /**
     * Drops the earliest that nobody needs, up to one that somebody does; of those that are far
     * only what is not after {@code millis}.
     */
    void keepEarliest(long millis, Needs needs) {
        keepEarliestHeld(needs);
        // One that is needed and due is enough: a million may be due at once.
        while (far.earliest() <= millis && earliestHeld() > millis) {
            for (TimeRun run = far.take(); run.next(); ) {
                if (needs.isNeeded(run.first(), run.last())) {
                    add(run.millis(), run.first(), run.last());
                }
            }
        }
    }

    private void keepEarliestHeld(Needs needs) {
        for (Map.Entry<Long, TimeBucket> first = buckets.firstEntry();
                first != null;
                first = buckets.firstEntry()) {
            TimeBucket bucket = first.getValue();
            int before = bucket.size();
            bucket.keepFirst(needs);
            changed(bucket.size() - before);
            if (bucket.size() > 0) {
                return;
            }
            buckets.remove(first.getKey());
        }
    }

    /** Whether somebody needs any. */
    boolean isAnyNeeded(Needs needs) {
        for (TimeRun run = new HeldTimes(buckets); run.next(); ) {
            if (needs.isNeeded(run.first(), run.last())) {
                return true;
            }
        }
        for (FarTimes.Page page : far.inOrder()) {
            for (TimeRun run = far.read(page); run.next(); ) {
                if (needs.isNeeded(run.first(), run.last())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Of those that are held, drops what nobody needs. */
    void keep(Needs needs) {
        long before = held;
        held = 0;
        for (TimeBucket bucket : buckets.values()) {
            bucket.keep(needs);
            held += bucket.size();
        }
        memory.held(held - before);
        buckets.values().removeIf(bucket -> bucket.size() == 0);
    }

    /** How many numbers are held, in about 8 bytes each. */
    long entries() {
        return held;
    }

    /**
     * If the partition holds too many, the later ones leave the heap. What nobody needs is dropped
     * on the way.
     */
    void leave(Needs needs) {
        if (!memory.isFull() || held < (long) WORTH_PAGES * memory.pageTimes()) {
            return;
        }
        FarTimes.Filling filling = far.begin();
        for (TimeRun run = new HeldTimes(cutAfter(held / KEPT_PART)); run.next(); ) {
            if (!needs.isNeeded(run.first(), run.last())) {
                continue;
            }
            if (filling.isRefused()) {
                add(run.millis(), run.first(), run.last());
            } else {
                filling.add(run.millis(), run.first(), run.last());
            }
        }
        for (TimeRun rest = filling.rest(); rest.next(); ) {
            add(rest.millis(), rest.first(), rest.last());
        }
        if (filling.isRefused()) {
            memory.refused();
        }
    }

    /**
     * Once in a while, drops what is far and nobody needs, so that pages follow what waits and not
     * what went through. All pages are read when as many were put as were left the last time: each
     * costs about two to be read. Changes nothing that can be seen.
     */
    void sweepSometimes(Needs needs) {
        if (!far.isSweepDue()) {
            return;
        }
        List<FarTimes.Page> dropped = new ArrayList<>();
        for (FarTimes.Page page : far.inOrder()) {
            byte[] content = far.content(page);
            long needed = 0;
            long all = 0;
            for (TimeRun run = FarTimes.read(content); run.next(); all++) {
                needed += needs.isNeeded(run.first(), run.last()) ? 1 : 0;
            }
            // What is left of a page takes room in the heap until it leaves again.
            if (needed == 0 || needed < all / 2 && !memory.isFull()) {
                dropped.add(page);
                for (TimeRun run = FarTimes.read(content); needed > 0 && run.next(); ) {
                    if (needs.isNeeded(run.first(), run.last())) {
                        add(run.millis(), run.first(), run.last());
                    }
                }
                leave(needs);
            }
        }
        far.drop(dropped);
        far.swept();
    }

    /** Nobody needs any of these pages. */
    void drop(List<FarTimes.Page> unneeded) {
        far.drop(unneeded);
    }

    /** Takes out all but so many of the earliest. */
    private TreeMap<Long, TimeBucket> cutAfter(long kept) {
        long left = kept;
        TreeMap<Long, TimeBucket> later = new TreeMap<>();
        for (Map.Entry<Long, TimeBucket> each : buckets.entrySet()) {
            TimeBucket bucket = each.getValue();
            if (left >= bucket.size()) {
                left -= bucket.size();
            } else {
                later.put(each.getKey(), left > 0 ? bucket.cutAfter(left) : bucket);
                left = 0;
            }
        }
        later.forEach((key, bucket) -> buckets.remove(key, bucket));
        changed(kept - held);
        return later;
    }

    /** All in the order of times. */
    private MergedTimes all() {
        return new MergedTimes(new HeldTimes(buckets), far);
    }

    /** Nobody will ask for any of it. */
    void clear() {
        far.clear();
        buckets.clear();
        changed(-held);
    }

    /**
     * Writes what is needed, in a form that does not depend on the past.
     *
     * @return the pages of which nothing was needed
     */
    List<FarTimes.Page> writeTo(WireOutput to, Needs needs) {
        WireOutput written = new WireOutput(64);
        long times = 0;
        RangeSet ofTime = new RangeSet();
        long millis = NEVER;
        MergedTimes run = all();
        for (boolean more = run.next(); ; more = run.next()) {
            if ((!more || run.millis() != millis) && !ofTime.isEmpty()) {
                ofTime.toRanges().writeTo(written.writeVarint(millis));
                times++;
                ofTime = new RangeSet();
            }
            if (!more) {
                break;
            }
            millis = run.millis();
            SequenceRanges needed = needs.needed(SequenceRanges.of(run.first(), run.last()));
            if (!needed.isEmpty()) {
                run.markNeeded();
                ofTime.add(needed);
            }
        }
        to.writeVarint(times).writeBytes(written.array(), 0, written.size());
        return run.unneeded();
    }

    /**
     * Reads what {@link #writeTo} wrote: it comes in the order of times.
     *
     * @param all is told of all sequences
     */
    void readFrom(WireInput from, Consumer<SequenceRanges> all) {
        for (long left = from.readVarint(); left > 0; left--) {
            long millis = from.readVarint();
            SequenceRanges ranges = SequenceRanges.readStored(from);
            all.accept(ranges);
            for (int range = 0; range < ranges.rangeCount(); range++) {
                add(millis, ranges.first(range), ranges.last(range));
            }
            leave(ALL);
        }
    }

    @Override
    public String toString() {
        return held + " held, the next at " + earliest();
    }
}
