package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The segment file that is being written. Owned by the flusher's thread; by the opener before.
 *
 * <p>A file is never forced while it grows entry by entry: that would also force its length each
 * time, at about twice the price. What was not zeroed before is zeroed ahead here, in steps.
 */
final class SegmentWriter {

    private static final int ZERO_STEP_BYTES = 1 << 20;

    /** A small log that never fills this part of its first segment does not allocate a second. */
    private static final int PREPARE_FROM_FRACTION = 4;

    private static final int ZEROS_BYTES = 256 << 10;

    private final LogDirectory directory;
    private final SpareFiles spares;
    private final RecordEncoder footerEncoder;
    private Segment segment;
    private DiskFile file;
    private long allocated;
    private long writtenTo;

    // Written by one thread, read by any.
    private final AtomicLong flushCount = new AtomicLong();
    private final AtomicLong flushedBytes = new AtomicLong();
    private long unforcedBytes;

    /** A writer that goes on in a file that was recovered. */
    SegmentWriter(
            LogDirectory directory,
            SpareFiles spares,
            RecordEncoder footerEncoder,
            Segment segment,
            DiskFile file)
            throws IOException {
        this.directory = directory;
        this.spares = spares;
        this.footerEncoder = footerEncoder;
        this.segment = segment;
        this.file = file;
        this.allocated = file.length();
        segment.markStored();
    }

    /**
     * Gives a segment its file. In this order, so that a name always stands for a header that is
     * safe.
     */
    static DiskFile create(LogDirectory directory, SpareFiles spares, Segment segment)
            throws IOException {
        Path free = spares.takeOrName();
        DiskFile file = directory.disk().open(free);
        try {
            file.write(0, segment.header().encode());
            file.force();
        } finally {
            // Opened by its later name: an interrupt may close it, and it is opened again then.
            file.close();
        }
        directory.disk().rename(free, segment.path());
        directory.force();
        segment.markStored();
        return directory.disk().open(segment.path());
    }

    Segment segment() {
        return segment;
    }

    /** Position after the last byte written. */
    long writtenTo() {
        return writtenTo;
    }

    /** Goes on in the next segment. The one before must be finished. */
    void begin(Segment next) throws IOException {
        file = create(directory, spares, next);
        segment = next;
        allocated = file.length();
        writtenTo = SegmentHeader.PAGE_BYTES;
        flushCount.incrementAndGet();
    }

    void write(long position, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        long end = position + length;
        if (end > allocated) {
            long target = Math.min(segment.header().capacityBytes(), end + ZERO_STEP_BYTES);
            zero(file, allocated, target);
            allocated = target;
        }
        file.write(position, bytes);
        writtenTo = end;
        unforcedBytes += length;
    }

    /** Writes something that the next {@link #write} may overwrite. */
    void overwritable(long position, ByteBuffer bytes) throws IOException {
        write(position, bytes);
        writtenTo = position;
    }

    /** Whether it is time to have the next file ready. */
    boolean isFillingUp() {
        return writtenTo > segment.header().capacityBytes() / PREPARE_FROM_FRACTION;
    }

    void force() throws IOException {
        file.force();
        flushCount.incrementAndGet();
        flushedBytes.addAndGet(unforcedBytes);
        unforcedBytes = 0;
    }

    /** Forces the segment a last time and stores its footer. */
    void finish() throws IOException {
        force();
        file.close();
        byte @Nullable [] footer = segment.pendingFooter();
        if (footer != null) {
            storeFooter(footer);
            segment.pendingFooter(null);
        }
    }

    void close() throws IOException {
        file.close();
    }

    long flushCount() {
        return flushCount.get();
    }

    long flushedBytes() {
        return flushedBytes.get();
    }

    /**
     * Not forced: a footer that is lost is rebuilt by scanning the segment, and its checksum tells.
     */
    private void storeFooter(byte[] footer) throws IOException {
        footerEncoder.segment(segment.header().generation());
        footerEncoder.stamp(segment.sealed().to(), segment.header().lastMillis());
        footerEncoder.begin(RecordLayout.SEAL, segment.sealed().to(), footer.length, footer.length);
        footerEncoder.body(footer, 0, footer.length);
        try (DiskFile side = directory.disk().open(directory.footer(segment.base()))) {
            side.write(0, ByteBuffer.wrap(footerEncoder.finish()));
            side.write(RecordLayout.HEADER_BYTES, ByteBuffer.wrap(footer));
        }
    }

    /** Writes zeros from one position to another. */
    static void zero(DiskFile file, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZEROS_BYTES, Math.max(0, to - from)));
        for (long at = from; at < to; at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
            file.write(at, zeros);
        }
    }
}
