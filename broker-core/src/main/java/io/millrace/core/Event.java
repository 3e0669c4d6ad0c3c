package io.millrace.core;

import io.millrace.wire.WireOutput;

/**
 * Something that happened, as it stands in the log. Events carry results, never questions.
 *
 * <p>Either a {@code PartitionEvent} or a {@code CatalogEvent}; both are sealed. In an entry each
 * event is {@code type u8 | length varint | payload}; a payload only ever grows at its end.
 */
public interface Event {

    /** What an event counts for beside its bulk. */
    int USUAL_WEIGHT = 64;

    /** Number that says how to read the payload; never reused. */
    int type();

    /** Writes the payload, or all of it but the {@link #bulk} at its end. */
    void writeTo(WireOutput to);

    /** Bytes that stand at the end of the payload and are not worth copying; empty for most. */
    default Slice bulk() {
        return Slice.EMPTY;
    }

    /** About how many bytes of an entry it takes; where that may be much, never too few. */
    default int weight() {
        return USUAL_WEIGHT + bulk().length();
    }

    /** A part of an array that nobody changes. */
    record Slice(byte[] array, int offset, int length) {
        static final Slice EMPTY = new Slice(new byte[0], 0, 0);
    }
}
