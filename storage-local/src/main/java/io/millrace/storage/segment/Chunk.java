package io.millrace.storage.segment;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a segment on its way to the file.
 *
 * <p>The owner fills it and, when it is full, links the next one; the flusher writes it while it is
 * being filled, up to what was published. Fields are grouped by who may touch them.
 */
final class Chunk {

    /** Owner: where the next byte goes. */
    final ByteBuffer filling;

    /** Flusher: the same bytes. */
    final ByteBuffer writing;

    /** Flusher: how many bytes it has written. */
    int written;

    // Set before the chunk is handed over, constant from then on.
    private @Nullable Segment segment;
    private long position;

    // Set by the owner when the chunk is complete; the volatile write of next publishes the length.
    private int length;
    private volatile @Nullable Chunk next;

    Chunk(int bytes) {
        filling = ByteBuffer.allocateDirect(bytes);
        writing = filling.duplicate();
    }

    /** Takes the chunk into use for a place in a segment. */
    Chunk reset(Segment target, long targetPosition) {
        filling.clear();
        written = 0;
        segment = target;
        position = targetPosition;
        length = 0;
        next = null;
        return this;
    }

    Segment segment() {
        if (segment == null) {
            throw new IllegalStateException("Expected a chunk in use, but it is free");
        }
        return segment;
    }

    /** Where the first byte goes in the file. */
    long position() {
        return position;
    }

    /** Where the next byte goes in the file. Owner only. */
    long fillPosition() {
        return position + filling.position();
    }

    /** Completes the chunk; nothing is put into it any more. */
    void link(Chunk following) {
        length = filling.position();
        next = following;
    }

    @Nullable Chunk next() {
        return next;
    }

    /** Whether nothing in it lies before an offset. */
    boolean beginsAtOrAfter(long offset) {
        return segment().header().positionOf(offset) <= position;
    }

    /** How many bytes the flusher may write, when the log is published up to an offset. */
    int writable(long publishedTo, boolean complete) {
        if (complete) {
            return length;
        }
        long bytes = segment().header().positionOf(publishedTo) - position;
        return (int) Math.max(written, Math.min(filling.capacity(), bytes));
    }
}
