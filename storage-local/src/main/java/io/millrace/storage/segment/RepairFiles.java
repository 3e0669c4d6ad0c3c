package io.millrace.storage.segment;

import io.millrace.storage.file.Disk;
import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;

/** The changes that a repair makes to files, each forced before it returns. */
final class RepairFiles {

    private static final int COPY_BYTES = 1 << 20;
    private static final int PAGE = SegmentHeader.PAGE_BYTES;

    /** Longest body of a blank entry. */
    private static final int MAX_BLANK_BYTES = 1 << 20;

    private final LogDirectory directory;
    private final LogRepair.Blank blank;

    RepairFiles(LogDirectory directory, LogRepair.Blank blank) {
        this.directory = directory;
        this.blank = blank;
    }

    /** What blank entries say about themselves. */
    record Stamp(long epoch, long appendMillis) {}

    /** Copies files under their own names into a new directory; all survives a power loss. */
    static void copy(Disk disk, Collection<Path> files, Path to) throws IOException {
        disk.createDirectories(to);
        for (Path file : files) {
            Path copy = to.resolve(String.valueOf(file.getFileName()));
            try (DiskFile from = disk.openForReading(file);
                    DiskFile into = disk.open(copy)) {
                ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
                for (long at = 0; ; at += bytes.limit()) {
                    int length = from.read(at, bytes.clear());
                    if (length == 0) {
                        break;
                    }
                    into.write(at, bytes.flip());
                }
                into.force();
            }
        }
        disk.forceDirectory(to);
    }

    void writeHeader(SegmentFile segment) throws IOException {
        try (DiskFile file = directory.disk().open(segment.path())) {
            file.write(0, segment.header().encode());
            file.force();
        }
    }

    /**
     * Overwrites a stretch of a segment with entries that say nothing. Its footer may speak of what
     * stood there: the seal gets an empty one, so that it is built anew from the entries.
     */
    void blank(SegmentFile segment, long from, long to, Stamp stamp) throws IOException {
        SegmentHeader header = segment.header();
        try (DiskFile file = directory.disk().open(segment.path())) {
            writeBlanks(file, header, from, to, stamp);
            if (segment.knownEnd() != SegmentFile.UNKNOWN) {
                writeSeal(file, header, segment.knownEnd(), stamp);
            }
            file.force();
        }
        delete(directory.footer(segment.base()));
    }

    private static void writeSeal(DiskFile file, SegmentHeader header, long end, Stamp stamp)
            throws IOException {
        RecordEncoder encoder = encoder(header, stamp);
        encoder.stamp(end, stamp.appendMillis());
        encoder.begin(RecordLayout.SEAL, end, 0, 0);
        file.write(header.positionOf(end), ByteBuffer.wrap(encoder.finish()));
    }

    /** Makes a segment of blank entries from its base to an offset, sealed. */
    void fill(SegmentHeader header, long to, Stamp stamp) throws IOException {
        Path unfinished = directory.newSpare(header.generation());
        directory.disk().delete(unfinished);
        try (DiskFile file = directory.disk().open(unfinished)) {
            file.write(0, header.encode());
            writeBlanks(file, header, header.baseOffset(), to, stamp);
            writeSeal(file, header, to, stamp);
            file.force();
        }
        directory.disk().rename(unfinished, directory.segment(header.baseOffset()));
        directory.force();
    }

    /** Takes everything from an offset on out of a segment, which is then the last one. */
    void cut(SegmentFile segment, long offset) throws IOException {
        try (DiskFile file = directory.disk().open(segment.path())) {
            SegmentWriter.zero(file, segment.positionOf(offset), file.length());
            file.force();
        }
        delete(directory.footer(segment.base()));
    }

    void delete(Path file) throws IOException {
        directory.disk().delete(file);
        directory.force();
    }

    /** Length of a file that holds so many bytes of entries and a seal without a body. */
    static long capacityFor(long entryBytes) {
        return wholePages(PAGE + entryBytes + RecordLayout.HEADER_BYTES);
    }

    /** The next multiple of a page. */
    static long wholePages(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }

    private static RecordEncoder encoder(SegmentHeader header, Stamp stamp) {
        RecordEncoder encoder =
                new RecordEncoder(
                        new LogIdentity(header.logId(), header.partition(), stamp.epoch()));
        encoder.segment(header.generation());
        return encoder;
    }

    private void writeBlanks(DiskFile file, SegmentHeader header, long from, long to, Stamp stamp)
            throws IOException {
        RecordEncoder encoder = encoder(header, stamp);
        long at = from;
        while (at < to) {
            long left = to - at;
            int bodyBytes = (int) Math.min(MAX_BLANK_BYTES, left - RecordLayout.HEADER_BYTES);
            long stored = RecordLayout.storedBytes(bodyBytes);
            if (left - stored > 0 && left - stored < RecordLayout.HEADER_BYTES) {
                bodyBytes -= RecordLayout.HEADER_BYTES; // the rest must hold a record too
                stored = RecordLayout.storedBytes(bodyBytes);
            }
            byte[] body = blank.body(bodyBytes);
            if (RecordLayout.storedBytes(body.length) != stored) {
                throw new IllegalStateException(
                        "Expected a blank entry of up to 7 bytes less than %d, but it has %d"
                                .formatted(bodyBytes, body.length));
            }
            encoder.stamp(at, stamp.appendMillis());
            encoder.begin(0, at, body.length, body.length);
            encoder.body(body, 0, body.length);
            ByteBuffer record = ByteBuffer.allocate((int) stored);
            record.put(encoder.finish()).put(body).clear();
            file.write(header.positionOf(at), record);
            at += stored;
        }
    }
}
