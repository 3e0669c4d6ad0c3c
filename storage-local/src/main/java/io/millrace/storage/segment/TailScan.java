package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Finds the end of the last segment, and tells a torn end from damage.
 *
 * <p>Records are read from the beginning until one is broken, or not there, at position p. If a
 * later record of this use of the file is intact and says that more than p was durable when it was
 * written, then the record at p <em>was</em> stored and has been damaged since: nothing may be cut,
 * a person must decide. Otherwise nobody was ever told that p is durable: the power went while it
 * was being written, and what follows is debris.
 *
 * <p>Every position behind p is looked at, because the broken record's length cannot be trusted.
 */
final class TailScan {

    private static final int WINDOW_BYTES = 1 << 20;

    private final SegmentHeader header;
    private final Path path;
    private final RecordReader reader;

    private long end;
    private boolean sealed;
    private boolean marked;
    private long lastMillis;
    private long lastEpoch;
    private long knownDurable;
    private long debrisEnd;

    /**
     * What was found.
     *
     * @param end offset after the last whole entry
     * @param sealed whether the segment takes no more entries
     * @param lastMillis append time of the last whole entry
     * @param lastEpoch highest epoch of a record
     * @param knownDurable up to where records say that entries were durable; what follows may never
     *     have been forced
     * @param debrisEnd position after the last record that is cut, or 0 if nothing needs cutting
     */
    record Tail(
            long end,
            boolean sealed,
            long lastMillis,
            long lastEpoch,
            long knownDurable,
            long debrisEnd) {}

    TailScan(DiskFile file, SegmentHeader header, Path path) {
        this.header = header;
        this.path = path;
        this.reader =
                new RecordReader(
                        file, header, (int) Math.min(WINDOW_BYTES, header.capacityBytes()));
        this.end = header.baseOffset();
        this.knownDurable = header.baseOffset();
        this.lastMillis = header.lastMillis();
        this.lastEpoch = header.epoch();
    }

    Tail scan() throws IOException {
        readEntries();
        if (!sealed) {
            readDebris();
        }
        return new Tail(end, sealed, lastMillis, lastEpoch, Math.min(knownDurable, end), debrisEnd);
    }

    private void readEntries() throws IOException {
        long at = SegmentHeader.PAGE_BYTES;
        boolean inGroup = false;
        while (reader.moveTo(at) && reader.verify()) {
            noteDurable();
            if (reader.has(RecordLayout.MARKER) || reader.has(RecordLayout.SEAL)) {
                marked = !inGroup && reader.has(RecordLayout.MARKER);
                sealed = !inGroup && reader.has(RecordLayout.SEAL);
                return;
            }
            if (reader.has(RecordLayout.CONTINUED) != inGroup) {
                return;
            }
            at = reader.end();
            inGroup = reader.has(RecordLayout.CONTINUES);
            if (!inGroup) {
                end = header.offsetAt(at);
                lastMillis = reader.appendMillis();
            }
        }
    }

    private void readDebris() throws IOException {
        long cut = header.positionOf(end);
        long from = marked ? cut + RecordLayout.HEADER_BYTES : cut;
        for (long at = reader.find(from); at >= 0; at = reader.find(at + Long.BYTES)) {
            reader.moveTo(at);
            debrisEnd = Math.max(debrisEnd, reader.end());
            if (reader.durableUpTo() > end && reader.verify()) {
                throw LogFailures.damaged(
                        path,
                        cut,
                        end,
                        "it is broken, although the record at position %d proves that it was stored"
                                .formatted(at));
            }
        }
    }

    private void noteDurable() {
        knownDurable = Math.max(knownDurable, reader.durableUpTo());
        lastEpoch = Math.max(lastEpoch, reader.epoch());
    }
}
