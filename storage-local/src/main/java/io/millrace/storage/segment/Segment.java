package io.millrace.storage.segment;

import io.millrace.core.log.PartitionLog.SealedSegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One file of the chain.
 *
 * <p>A hand-over point: the owner seals it, the flusher stores it, readers hold it while they read,
 * and the background reuses its file only when nobody does.
 */
final class Segment {

    private static final int FORGOTTEN = -1;
    private static final long UNSEALED = -1;

    private final SegmentHeader header;
    private final Path path;
    private final AtomicInteger readers = new AtomicInteger();
    private volatile long end = UNSEALED;
    private volatile boolean stored;
    private volatile byte @Nullable [] pendingFooter;

    Segment(SegmentHeader header, Path path) {
        this.header = header;
        this.path = path;
    }

    SegmentHeader header() {
        return header;
    }

    Path path() {
        return path;
    }

    long base() {
        return header.baseOffset();
    }

    /**
     * Whether an entry that occupies so many bytes fits behind {@code endOffset}, with room left
     * for the seal.
     */
    boolean fits(long endOffset, long storedBytes) {
        return header.positionOf(endOffset) + storedBytes + RecordLayout.HEADER_BYTES
                <= header.capacityBytes();
    }

    /** Offset after the last entry, once sealed. */
    SealedSegment sealed() {
        return new SealedSegment(base(), end);
    }

    void seal(long endOffset) {
        end = endOffset;
    }

    /** Whether the file has its name and its header. */
    boolean isStored() {
        return stored;
    }

    void markStored() {
        stored = true;
    }

    /** A footer that must still go into a file of its own, or null. */
    byte @Nullable [] pendingFooter() {
        return pendingFooter;
    }

    void pendingFooter(byte @Nullable [] footer) {
        pendingFooter = footer;
    }

    /**
     * Keeps the file from being reused; false if it was forgotten. Every true needs a {@link
     * #release}.
     */
    boolean retain() {
        int count = readers.get();
        while (count != FORGOTTEN && !readers.compareAndSet(count, count + 1)) {
            count = readers.get();
        }
        return count != FORGOTTEN;
    }

    void release() {
        readers.decrementAndGet();
    }

    /**
     * Lets no reader in any more; false if one is inside, so that the file must not be written to.
     */
    boolean forget() {
        return readers.compareAndSet(0, FORGOTTEN);
    }
}
