package io.millrace.core.partition;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of a subscription is out, and with whom. Owned by the partition's thread. */
final class HandOuts {

    private final Map<Holder, RangeSet> outByHolder = new LinkedHashMap<>();

    boolean isEmpty() {
        return outByHolder.isEmpty();
    }

    Iterable<Holder> holders() {
        return List.copyOf(outByHolder.keySet());
    }

    /** What of {@code sequences} is out with the holder. */
    SequenceRanges with(Holder holder, SequenceRanges sequences) {
        RangeSet out = outByHolder.get(holder);
        return out == null ? SequenceRanges.EMPTY : out.intersect(sequences);
    }

    /** All that is out with the holder. */
    SequenceRanges with(Holder holder) {
        RangeSet out = outByHolder.get(holder);
        return out == null ? SequenceRanges.EMPTY : out.toRanges();
    }

    /** Adds what of {@code sequences} is out, with whomever. */
    void addTo(RangeSet found, SequenceRanges sequences) {
        outByHolder.values().forEach(out -> found.add(out.intersect(sequences)));
    }

    void add(Holder holder, SequenceRanges sequences) {
        outByHolder.computeIfAbsent(holder, key -> new RangeSet()).add(sequences);
    }

    /** Whoever has them, has them no more. */
    void remove(SequenceRanges sequences) {
        for (Iterator<RangeSet> each = outByHolder.values().iterator(); each.hasNext(); ) {
            RangeSet out = each.next();
            out.remove(sequences);
            if (out.isEmpty()) {
                each.remove();
            }
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(outByHolder.size());
        outByHolder.forEach(
                (holder, out) -> {
                    holder.writeTo(to);
                    out.toRanges().writeTo(to);
                });
    }

    void readFrom(WireInput from) {
        for (long holders = from.readVarint(); holders > 0; holders--) {
            add(Holder.read(from), SequenceRanges.readStored(from));
        }
    }
}
