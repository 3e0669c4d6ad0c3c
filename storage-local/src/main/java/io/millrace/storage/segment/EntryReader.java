package io.millrace.storage.segment;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.SealedSegment;
import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries and footers back. Stateless; used by any number of threads.
 *
 * <p>A file is opened for each call: that costs some microseconds, and a log with thousands of old
 * segments holds no thousands of files open.
 */
final class EntryReader {

    private static final int MIN_WINDOW_BYTES = 8 << 10;
    private static final int MAX_WINDOW_BYTES = 256 << 10;
    private static final int GUESS_WINDOW_BYTES = 64 << 10;

    /** Is no offset. */
    static final long NOWHERE = -1;

    private final LogDirectory directory;

    EntryReader(LogDirectory directory) {
        this.directory = directory;
    }

    /** Collects entries; {@code bytesLeft} is what the caller still wants. */
    private static final class Collected {
        final List<LogEntry> entries = new ArrayList<>();
        long bytesLeft;

        Collected(long bytesLeft) {
            this.bytesLeft = bytesLeft;
        }

        boolean wants(long bodyBytes) {
            return entries.isEmpty() || bodyBytes <= bytesLeft;
        }

        void add(LogEntry entry) {
            entries.add(entry);
            bytesLeft -= entry.body().length;
        }
    }

    List<LogEntry> read(List<Segment> segments, long from, long durableTo, int maxBytes) {
        long start = segments.get(0).base();
        if (from < start || from > durableTo) {
            throw LogFailures.misuse(
                    "Expected an offset from %d to %d (what is kept and durable), but got %d"
                            .formatted(start, durableTo, from));
        }
        Collected collected = new Collected(maxBytes);
        long at = from;
        for (int index = indexOf(segments, from); at < durableTo; index++) {
            boolean last = index == segments.size() - 1;
            long end = last ? durableTo : Math.min(durableTo, segments.get(index + 1).base());
            try {
                at = read(segments.get(index), at, end, collected);
            } catch (LogFailure e) {
                if (collected.entries.isEmpty()) {
                    throw e;
                }
                // What stands before the damage is given first; the next read begins there.
                break;
            }
            if (at < end) {
                break;
            }
        }
        return collected.entries;
    }

    /** The footer of a sealed segment, or null if it is lost. */
    byte @Nullable [] footer(List<Segment> segments, SealedSegment sealed) {
        Segment segment = segments.get(indexOf(segments, sealed.from()));
        if (segment.base() != sealed.from()) {
            throw LogFailures.misuse("Expected a segment of the log, but got " + sealed);
        }
        byte @Nullable [] pending = segment.pendingFooter();
        if (pending != null) {
            return pending;
        }
        if (!segment.retain()) {
            return null;
        }
        try {
            return storedFooter(segment, sealed.to());
        } catch (IOException e) {
            return null; // can be rebuilt from the entries; if the disk is broken, reading these
            // will tell
        } finally {
            segment.release();
        }
    }

    private byte @Nullable [] storedFooter(Segment segment, long to) throws IOException {
        SegmentHeader header = segment.header();
        boolean elsewhere;
        try (DiskFile file = directory.disk().openForReading(segment.path())) {
            RecordReader record = new RecordReader(file, header, MIN_WINDOW_BYTES);
            if (!record.moveTo(header.positionOf(to)) || !record.has(RecordLayout.SEAL)) {
                return null;
            }
            elsewhere = record.has(RecordLayout.FOOTER_ELSEWHERE);
            if (!elsewhere) {
                return bodyOf(record);
            }
        }
        try (DiskFile side = directory.disk().openForReading(directory.footer(segment.base()))) {
            RecordReader record = new RecordReader(side, header.ofFooterFile(to), MIN_WINDOW_BYTES);
            return record.moveTo(0) ? bodyOf(record) : null;
        }
    }

    private static byte @Nullable [] bodyOf(RecordReader record) throws IOException {
        byte[] body = new byte[record.bodyBytes()];
        return record.copyBody(body, 0) ? body : null;
    }

    /**
     * The first offset from one on, and before another, where an entry seems to begin; {@link
     * #NOWHERE} if none does. Not more than a guess: somebody may have stored bytes that look like
     * the beginning of an entry.
     *
     * @param segment holds all offsets between the two
     */
    long guessEntry(Segment segment, long from, long to) {
        if (!segment.retain()) {
            return NOWHERE;
        }
        SegmentHeader header = segment.header();
        long end = header.positionOf(to);
        try (DiskFile file = directory.disk().openForReading(segment.path())) {
            RecordReader record = new RecordReader(file, header, GUESS_WINDOW_BYTES);
            for (long at = record.find(header.positionOf(from), end);
                    at >= 0;
                    at = record.find(at + Long.BYTES, end)) {
                if (record.moveTo(at) && !record.has(RecordLayout.CONTINUED)) {
                    return header.offsetAt(at);
                }
            }
            return NOWHERE;
        } catch (IOException e) {
            throw LogFailures.of("read", segment.path(), e);
        } finally {
            segment.release();
        }
    }

    static int indexOf(List<Segment> segments, long offset) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).base() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private long read(Segment segment, long from, long to, Collected collected) {
        if (!segment.retain()) {
            throw forgotten(from);
        }
        try (DiskFile file = directory.disk().openForReading(segment.path())) {
            int window =
                    (int)
                            Math.max(
                                    MIN_WINDOW_BYTES,
                                    Math.min(MAX_WINDOW_BYTES, collected.bytesLeft));
            RecordReader record = new RecordReader(file, segment.header(), window);
            long at = from;
            while (at < to) {
                long next = readEntry(segment, record, at, collected);
                if (next < 0) {
                    break;
                }
                at = next;
            }
            return at;
        } catch (NoSuchFileException e) {
            throw forgotten(from);
        } catch (IOException e) {
            throw LogFailures.of("read", segment.path(), e);
        } finally {
            segment.release();
        }
    }

    /**
     * Reads one entry, all its parts, and returns the offset of the next; {@link #NOWHERE} if the
     * caller wants no more, or the segment has none.
     */
    private static long readEntry(
            Segment segment, RecordReader record, long offset, Collected collected)
            throws IOException {
        long position = segment.header().positionOf(offset);
        if (!record.moveTo(position)) {
            throw LogFailures.damaged(segment.path(), position, offset, "there is none");
        }
        if (record.has(RecordLayout.SEAL) && record.verify()) {
            // The log goes on in a segment that the caller did not know yet.
            return NOWHERE;
        }
        if (record.has(RecordLayout.CONTINUED)) {
            throw LogFailures.misuse(
                    "Expected the offset of an entry, but %d lies inside one".formatted(offset));
        }
        int bodyBytes = record.groupBytes();
        if (!collected.wants(bodyBytes)) {
            return NOWHERE;
        }
        long capacity = segment.header().capacityBytes();
        if (bodyBytes < record.bodyBytes() || bodyBytes > capacity) {
            throw LogFailures.damaged(segment.path(), position, offset, "its length is damaged");
        }
        byte[] body = new byte[bodyBytes];
        int done = 0;
        while (true) {
            int part = record.bodyBytes();
            if (part > bodyBytes - done || !record.copyBody(body, done)) {
                throw LogFailures.damaged(
                        segment.path(), record.position(), offset, "its checksum is wrong");
            }
            done += part;
            if (!record.has(RecordLayout.CONTINUES)) {
                break;
            }
            long next = record.end();
            if (!record.moveTo(next) || !record.has(RecordLayout.CONTINUED)) {
                throw LogFailures.damaged(
                        segment.path(), next, offset, "a part of its entry is missing");
            }
        }
        long nextOffset = segment.header().offsetAt(record.end());
        collected.add(
                new LogEntry(offset, nextOffset, record.epoch(), record.appendMillis(), body));
        return nextOffset;
    }

    private static RuntimeException forgotten(long offset) {
        return LogFailures.misuse(
                "Expected an offset that is kept, but %d was forgotten".formatted(offset));
    }
}
