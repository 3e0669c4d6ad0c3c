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
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which sequences of a destination are NON_PERSISTENT messages: compressed bitmaps of a million
 * sequences each, about a bit a sequence however the modes alternate.
 *
 * <p>Owned by the partition's thread.
 */
final class NonPersistentSequences {

    private static final int PART_BITS = 20;
    private static final long PART_MASK = (1L << PART_BITS) - 1;

    private final TreeMap<Long, RoaringBitmap> membersByPart = new TreeMap<>();

    void clear() {
        membersByPart.clear();
    }

    /** Whether there is none from a sequence on. */
    boolean isEmptyFrom(long sequence) {
        return membersFrom(sequence).isEmpty();
    }

    void add(long first, long last) {
        for (long from = first; from <= last; from = (from | PART_MASK) + 1) {
            membersByPart
                    .computeIfAbsent(from >> PART_BITS, part -> new RoaringBitmap())
                    .add(from & PART_MASK, (Math.min(last, from | PART_MASK) & PART_MASK) + 1);
        }
    }

    boolean containsAll(long first, long last) {
        for (long from = first; from <= last; from = (from | PART_MASK) + 1) {
            RoaringBitmap members = membersByPart.get(from >> PART_BITS);
            long to = Math.min(last, from | PART_MASK) & PART_MASK;
            // The last one is asked for itself: where its container is missing, and the one before
            // is full, the range is said to be there.
            if (members == null
                    || !members.contains((int) to)
                    || !members.contains(from & PART_MASK, to + 1)) {
                return false;
            }
        }
        return true;
    }

    /** Frees what lies well before a sequence: nobody asks for it any more. */
    void forgetBefore(long sequence) {
        membersByPart.headMap(sequence >> PART_BITS).clear();
    }

    /** Forgets what lies before a sequence, to the last one. */
    void dropBefore(long sequence) {
        forgetBefore(sequence);
        remove(sequence & ~PART_MASK, sequence - 1);
    }

    void remove(SequenceRanges sequences) {
        for (int range = 0; range < sequences.rangeCount(); range++) {
            remove(sequences.first(range), sequences.last(range));
        }
    }

    private void remove(long first, long last) {
        for (long from = first; from <= last; from = (from | PART_MASK) + 1) {
            RoaringBitmap members = membersByPart.get(from >> PART_BITS);
            if (members != null) {
                members.remove(
                        from & PART_MASK, (Math.min(last, from | PART_MASK) & PART_MASK) + 1);
                if (members.isEmpty()) {
                    membersByPart.remove(from >> PART_BITS);
                }
            }
        }
    }

    /** All from a sequence on. */
    SequenceRanges from(long sequence) {
        SequenceRanges.Builder ranges = new SequenceRanges.Builder();
        for (Map.Entry<Long, RoaringBitmap> part : membersFrom(sequence).entrySet()) {
            long base = part.getKey() << PART_BITS;
            RoaringBitmap members = part.getValue();
            for (long first = members.nextValue(0); first >= 0; ) {
                long absent = members.nextAbsentValue((int) first);
                ranges.add(base + first, base + absent - 1);
                first = absent > PART_MASK ? -1 : members.nextValue((int) absent);
            }
        }
        return ranges.build();
    }

    private TreeMap<Long, RoaringBitmap> membersFrom(long sequence) {
        TreeMap<Long, RoaringBitmap> rest =
                new TreeMap<>(membersByPart.tailMap(sequence >> PART_BITS));
        RoaringBitmap cut = rest.get(sequence >> PART_BITS);
        if (cut != null) {
            RoaringBitmap kept = cut.clone();
            kept.remove(0L, sequence & PART_MASK);
            rest.put(sequence >> PART_BITS, kept);
        }
        rest.values().removeIf(RoaringBitmap::isEmpty);
        return rest;
    }

    /** Writes those from a sequence on. */
    void writeTo(WireOutput to, long sequence) {
        TreeMap<Long, RoaringBitmap> rest = membersFrom(sequence);
        to.writeVarint(rest.size());
        rest.forEach(
                (part, members) -> {
                    // In both steps, else the form would depend on how the content came about.
                    members.removeRunCompression();
                    members.runOptimize();
                    ByteArrayOutputStream bytes =
                            new ByteArrayOutputStream(members.serializedSizeInBytes());
                    try {
                        members.serialize(new DataOutputStream(bytes));
                    } catch (IOException impossible) {
                        throw new IllegalStateException("writing to memory failed", impossible);
                    }
                    to.writeVarint(part).writeBlob(bytes.toByteArray());
                });
    }

    /** Adds what {@link #writeTo} wrote. */
    void readFrom(WireInput from) {
        for (long left = from.readVarint(); left > 0; left--) {
            RoaringBitmap members = new RoaringBitmap();
            membersByPart.put(from.readVarint(), members);
            try {
                members.deserialize(new DataInputStream(new ByteArrayInputStream(from.readBlob())));
            } catch (IOException e) {
                throw new WireFormatException(
                        "Expected a bitmap of NON_PERSISTENT messages, but it is damaged: " + e);
            }
        }
    }
}
