package io.millrace.storage.segment;

import java.nio.file.Path;
import java.util.UUID;

/** A segment file as it was found. Nothing here is kept up to date. */
public final class SegmentFile {

    /** Stands for an end that only reading the file can tell. */
    public static final long UNKNOWN = -1;

    private final Path path;
    private final SegmentHeader header;
    private final boolean headerIntact;
    private final long fileBytes;
    private final boolean last;
    private final long knownEnd;

    SegmentFile(
            Path path,
            SegmentHeader header,
            boolean headerIntact,
            long fileBytes,
            boolean last,
            long knownEnd) {
        this.path = path;
        this.header = header;
        this.headerIntact = headerIntact;
        this.fileBytes = fileBytes;
        this.last = last;
        this.knownEnd = knownEnd;
    }

    SegmentHeader header() {
        return header;
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Whether the header was read, and not put together from the records. */
    public boolean headerIsIntact() {
        return headerIntact;
    }

    /** Length of the file in bytes. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Whether no segment follows, so that this one may still be written to. */
    public boolean isLast() {
        return last;
    }

    /** Offset after the last entry, by the segment that follows, or {@link #UNKNOWN}. */
    public long knownEnd() {
        return knownEnd;
    }

    /** Offset of the first entry. */
    public long base() {
        return header.baseOffset();
    }

    /** Of which log it is a part. */
    public UUID logId() {
        return header.logId();
    }

    /** Number of the partition. */
    public int partition() {
        return header.partition();
    }

    /** Number of this use of the file. */
    public int generation() {
        return header.generation();
    }

    /** Epoch of the owner that began the segment. */
    public long epoch() {
        return header.epoch();
    }

    /** Length that the file may grow to, in bytes. */
    public long capacityBytes() {
        return header.capacityBytes();
    }

    /** Offset of the first entry of the segment before, or -1. */
    public long previousBase() {
        return header.previousBase();
    }

    /** Append time of the last entry before this segment, milliseconds since 1970. */
    public long lastMillis() {
        return header.lastMillis();
    }

    /** Where in the file the entry of an offset lies. */
    public long positionOf(long offset) {
        return header.positionOf(offset);
    }
}
