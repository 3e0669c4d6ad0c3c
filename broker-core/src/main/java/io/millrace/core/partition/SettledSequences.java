package io.millrace.core.partition;

import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which sequences of a destination a subscription is done with: all below a low mark, and a
 * compressed bitmap of holes' far side above it.
 *
 * <p>Settling in order only moves the mark. Owned by the partition's thread.
 */
final class SettledSequences {

    /**
     * The bitmap holds 32-bit numbers relative to {@code base}; it is rebased before the mark gets
     * this far.
     */
    private static final long REBASE_DISTANCE = 1L << 30;

    /** Everything below is settled. */
    private long lowMark;

    private long base;

    /** Null until something above the mark is settled. */
    private @Nullable RoaringBitmap above;

    SettledSequences(long start) {
        lowMark = start;
        base = start;
    }

    /** The smallest sequence that is not settled. */
    long lowMark() {
        return lowMark;
    }

    /** How many before a sequence are not settled. */
    long absentBefore(long end) {
        RoaringBitmap bitmap = above;
        long present = bitmap == null ? 0 : bitmap.getLongCardinality();
        return Math.max(0, end - lowMark - present);
    }

    /** Those of the given sequences that are not settled. Costs a step for each run of either. */
    SequenceRanges without(SequenceRanges ranges) {
        SequenceRanges.Builder rest = new SequenceRanges.Builder();
        for (int range = 0; range < ranges.rangeCount(); range++) {
            long last = ranges.last(range);
            long from = nextAbsent(ranges.first(range));
            while (from <= last) {
                long next = nextPresent(from);
                rest.add(from, Math.min(last, next - 1));
                from = nextAbsent(next);
            }
        }
        return rest.build();
    }

    /**
     * The smallest sequence above one that is not settled and that is; the largest of all if none.
     */
    private long nextPresent(long absent) {
        RoaringBitmap bitmap = above;
        if (bitmap == null || absent - base >= 4 * REBASE_DISTANCE) {
            return Long.MAX_VALUE;
        }
        long next = bitmap.nextValue((int) (absent - base));
        return next < 0 ? Long.MAX_VALUE : base + next;
    }

    /** The smallest sequence that is not below {@code from} and not settled. */
    long nextAbsent(long from) {
        // Nothing in the bitmap is that far from its base.
        RoaringBitmap bitmap = above;
        return from <= lowMark || bitmap == null || from - base >= 4 * REBASE_DISTANCE
                ? Math.max(from, lowMark)
                : base + bitmap.nextAbsentValue((int) (from - base));
    }

    void add(SequenceRanges ranges) {
        for (int range = 0; range < ranges.rangeCount(); range++) {
            add(ranges.first(range), ranges.last(range));
        }
    }

    void add(long first, long last) {
        if (last < lowMark) {
            return;
        }
        if (first <= lowMark) {
            lowMark = last + 1;
            if (above != null) {
                closeGap(above);
            }
            return;
        }
        if (last - base >= 2 * REBASE_DISTANCE) {
            rebase();
        }
        if (above == null) {
            above = new RoaringBitmap();
        }
        above.add(first - base, last + 1 - base);
    }

    /** Those of the given sequences that are settled. Costs a step for each run of either. */
    SequenceRanges within(SequenceRanges ranges) {
        SequenceRanges.Builder found = new SequenceRanges.Builder();
        for (int range = 0; range < ranges.rangeCount(); range++) {
            long last = ranges.last(range);
            for (long at = nextSettled(ranges.first(range)); at <= last; ) {
                long end = Math.min(last, nextAbsent(at) - 1);
                found.add(at, end);
                at = nextSettled(end + 1);
            }
        }
        return found.build();
    }

    /** The smallest settled sequence that is not below {@code from}; the largest of all if none. */
    long nextSettled(long from) {
        return from < lowMark ? from : nextPresent(from);
    }

    /** Sequences are settled no more; all of them are. The mark goes back to the first. */
    void remove(SequenceRanges ranges) {
        if (ranges.isEmpty()) {
            return;
        }
        if (ranges.first(0) < base) {
            long first = ranges.first(0);
            above = above == null ? null : RoaringBitmap.addOffset(above, base - first);
            base = first;
        }
        RoaringBitmap bitmap = above == null ? new RoaringBitmap() : above;
        // From the back: what lies between two ranges is below the mark until then.
        for (int range = ranges.rangeCount() - 1; range >= 0; range--) {
            remove(ranges.first(range), ranges.last(range), bitmap);
        }
        above = bitmap.isEmpty() ? null : bitmap;
    }

    private void remove(long first, long last, RoaringBitmap bitmap) {
        if (first >= lowMark) {
            bitmap.remove(first - base, last + 1 - base);
            return;
        }
        if (last + 1 < lowMark) {
            bitmap.add(last + 1 - base, lowMark - base);
        } else if (last > lowMark) {
            bitmap.remove(lowMark - base, last + 1 - base);
        }
        lowMark = first;
    }

    private void closeGap(RoaringBitmap bitmap) {
        lowMark = base + bitmap.nextAbsentValue((int) (lowMark - base));
        bitmap.remove(0L, lowMark - base);
        if (bitmap.isEmpty()) {
            above = null;
            base = lowMark;
        } else if (lowMark - base > REBASE_DISTANCE) {
            rebase();
        }
    }

    private void rebase() {
        if (above != null) {
            above = RoaringBitmap.addOffset(above, base - lowMark);
        }
        base = lowMark;
    }

    void writeTo(WireOutput to) {
        RoaringBitmap bitmap = above == null ? new RoaringBitmap() : above;
        // In both steps, else the form would depend on how the same content came about.
        bitmap.removeRunCompression();
        bitmap.runOptimize();
        to.writeVarint(lowMark).writeVarint(base);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(bitmap.serializedSizeInBytes());
        try {
            bitmap.serialize(new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory failed", impossible);
        }
        to.writeBlob(bytes.toByteArray());
    }

    static SettledSequences read(WireInput from) {
        SettledSequences settled = new SettledSequences(from.readVarint());
        settled.base = from.readVarint();
        try {
            RoaringBitmap bitmap = new RoaringBitmap();
            bitmap.deserialize(new DataInputStream(new ByteArrayInputStream(from.readBlob())));
            settled.above = bitmap.isEmpty() ? null : bitmap;
        } catch (IOException e) {
            throw new WireFormatException(
                    "Expected a bitmap of settled sequences, but it is damaged: " + e);
        }
        return settled;
    }

    @Override
    public String toString() {
        return "<" + lowMark + (above == null ? "" : "+" + above.getLongCardinality());
    }
}
