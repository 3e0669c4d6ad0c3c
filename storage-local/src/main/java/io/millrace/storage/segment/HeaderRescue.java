package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts the header of a segment together from its records, which repeat most of it. The log's id is
 * in none of them, but in their checksums: an id is right if it makes the checksum of a record
 * right.
 */
final class HeaderRescue {

    private static final int AT_LOG_ID = 16;

    /** How far into the file a first intact record is looked for. */
    private static final int SEARCH_BYTES = 4 << 20;

    private final DiskFile file;
    private final long base;
    private final long capacityBytes;

    /**
     * @param base by the name of the file
     * @param capacityBytes of the log's other segments, 0 if there are none
     */
    HeaderRescue(DiskFile file, long base, long capacityBytes) throws IOException {
        this.file = file;
        this.base = base;
        // A file grows by other steps than pages: its length alone is no capacity.
        long least = Math.max(SegmentLimits.MIN_SEGMENT_BYTES, capacityBytes);
        this.capacityBytes = RepairFiles.wholePages(Math.max(file.length(), least));
    }

    /**
     * The header, but for the link to the segment before.
     *
     * @param logIds that the log may have
     * @return null if no record is intact
     */
    @Nullable SegmentHeader rescue(Collection<UUID> logIds) throws IOException {
        Set<UUID> candidates = new LinkedHashSet<>(logIds);
        candidates.add(idInHeader());
        byte[] window = new byte[(int) Math.min(SEARCH_BYTES, capacityBytes)];
        int length = file.read(SegmentHeader.PAGE_BYTES, ByteBuffer.wrap(window));
        for (int at = 0; at + RecordLayout.HEADER_BYTES <= length; at += Long.BYTES) {
            if (isCandidate(window, at)) {
                for (UUID candidate : candidates) {
                    SegmentHeader header = header(window, at, candidate);
                    if (isRight(header, SegmentHeader.PAGE_BYTES + (long) at)) {
                        return header;
                    }
                }
            }
        }
        return null;
    }

    /** Whether nothing in the file looks like a record of this segment. */
    boolean isEmpty() throws IOException {
        byte[] window = new byte[SEARCH_BYTES];
        for (long from = SegmentHeader.PAGE_BYTES; ; from += SEARCH_BYTES / 2) {
            int length = file.read(from, ByteBuffer.wrap(window));
            for (int at = 0; at + RecordLayout.HEADER_BYTES <= length; at += Long.BYTES) {
                long offset = base + from - SegmentHeader.PAGE_BYTES + at;
                if (RecordLayout.shortAt(window, at) == RecordLayout.MAGIC
                        && RecordLayout.longAt(window, at + RecordLayout.AT_OFFSET) == offset) {
                    return false;
                }
            }
            if (length < SEARCH_BYTES) {
                return true;
            }
        }
    }

    private UUID idInHeader() throws IOException {
        byte[] id = new byte[2 * Long.BYTES];
        file.read(AT_LOG_ID, ByteBuffer.wrap(id));
        return new UUID(RecordLayout.longAt(id, 0), RecordLayout.longAt(id, Long.BYTES));
    }

    private boolean isCandidate(byte[] window, int at) {
        return RecordLayout.shortAt(window, at) == RecordLayout.MAGIC
                && window[at + RecordLayout.AT_VERSION] == RecordLayout.VERSION
                && RecordLayout.longAt(window, at + RecordLayout.AT_OFFSET) == base + at;
    }

    private SegmentHeader header(byte[] window, int at, UUID logId) {
        return new SegmentHeader(
                logId,
                RecordLayout.intAt(window, at + RecordLayout.AT_PARTITION),
                base,
                RecordLayout.intAt(window, at + RecordLayout.AT_GENERATION),
                RecordLayout.longAt(window, at + RecordLayout.AT_EPOCH),
                capacityBytes,
                SegmentHeader.NO_PREVIOUS,
                at == 0 ? RecordLayout.longAt(window, RecordLayout.AT_MILLIS) : 0);
    }

    private boolean isRight(SegmentHeader header, long position) throws IOException {
        RecordReader reader = new RecordReader(file, header, RecordLayout.HEADER_BYTES << 10);
        return reader.moveTo(position) && reader.verify();
    }
}
