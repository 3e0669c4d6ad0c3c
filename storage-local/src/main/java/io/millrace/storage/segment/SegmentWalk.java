package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import io.millrace.storage.segment.LogFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads all records of one segment file in their order, past whatever is damaged, and shows them to
 * a visitor. Writes nothing.
 *
 * <p>What is broken in the last segment may be damage, or where the power went, or where a running
 * broker is writing just now. Only with a proof of {@link TailScan}'s kind is it damage, and only
 * if it is still broken when it is read again after the proof was found.
 */
final class SegmentWalk {

    private static final int WINDOW_BYTES = 1 << 20;
    private static final int SIDE_WINDOW_BYTES = 64 << 10;
    private static final long NOWHERE = -1;

    private final LogDirectory directory;
    private final SegmentFile segment;
    private final SegmentHeader header;
    private final LogVisitor visitor;
    private final DiskFile file;

    /** Entries before this offset are read, but not shown. */
    private final long from;

    /** Position of the seal, if the next segment tells it. */
    private final long limit;

    private RecordReader reader;

    // What stands where the walk is.
    private @Nullable StoredEntry entry;
    private boolean padded;
    private long next;

    private long lastEpoch;
    private long lastMillis;
    private long end;
    private boolean sealed;
    private boolean forgotten;

    SegmentWalk(
            LogDirectory directory,
            SegmentFile segment,
            DiskFile file,
            long from,
            LogVisitor visitor) {
        this.from = from;
        this.directory = directory;
        this.segment = segment;
        this.header = segment.header();
        this.visitor = visitor;
        this.file = file;
        this.limit =
                segment.knownEnd() == SegmentFile.UNKNOWN
                        ? NOWHERE
                        : header.positionOf(segment.knownEnd());
        this.reader = newReader();
        this.lastEpoch = header.epoch();
        this.lastMillis = header.lastMillis();
        this.end = header.baseOffset();
    }

    private RecordReader newReader() {
        return new RecordReader(file, header, (int) Math.min(WINDOW_BYTES, capacity()));
    }

    private long capacity() {
        return Math.max(SegmentHeader.PAGE_BYTES, header.capacityBytes());
    }

    /**
     * Walks to the end of the segment, or to the first entry at or after an offset.
     *
     * @return offset after the last entry
     */
    long run(long until) throws IOException {
        visitor.segment(segment);
        long at = SegmentHeader.PAGE_BYTES;
        while (at != NOWHERE && at != limit && header.offsetAt(at) < until) {
            at = step(at);
        }
        if (at == limit && limit != NOWHERE) {
            end = segment.knownEnd();
            seal(limit);
        }
        boolean stopped = at != NOWHERE && at != limit;
        if (!forgotten && !stopped) {
            visitor.segmentEnd(segment, end, sealed);
        }
        return end;
    }

    /** Append time of the last entry that was shown, or of the last one before the segment. */
    long lastMillis() {
        return lastMillis;
    }

    /** Whether a running broker gave the file back meanwhile: nothing was wrong with it. */
    boolean wasForgotten() {
        return forgotten;
    }

    private long step(long at) throws IOException {
        @Nullable String broken = look(at);
        if (broken != null) {
            return pass(at, at, broken);
        }
        @Nullable StoredEntry whole = entry;
        if (whole != null) {
            show(whole);
            return next;
        }
        if (reader.has(RecordLayout.SEAL)) {
            end = header.offsetAt(at);
            seal(at);
            return NOWHERE;
        }
        long durable = reader.durableUpTo();
        long further = pass(at, at + RecordLayout.HEADER_BYTES, "it is a marker");
        if (further == NOWHERE && !forgotten) {
            visitor.marker(header.offsetAt(at), durable);
        }
        return further;
    }

    /** Reads what stands at a position; null if it is intact, else what is wrong with it. */
    private @Nullable String look(long at) throws IOException {
        entry = null;
        padded = true;
        if (!reader.moveTo(at)) {
            return "there is none";
        }
        if (!reader.verify()) {
            return "its checksum is wrong";
        }
        if (reader.has(RecordLayout.MARKER) || reader.has(RecordLayout.SEAL)) {
            next = reader.end();
            return null;
        }
        if (reader.has(RecordLayout.CONTINUED)) {
            return "it goes on with an entry whose beginning is not there";
        }
        int bodyBytes = reader.groupBytes();
        int records = 1;
        int left = bodyBytes;
        while (true) {
            if (reader.groupBytes() != left || reader.bodyBytes() > left) {
                return "record " + records + " of its entry does not fit the others";
            }
            padded &= reader.isPaddedWithZeros();
            left -= reader.bodyBytes();
            if (!reader.has(RecordLayout.CONTINUES)) {
                break;
            }
            long part = reader.end();
            if (!reader.moveTo(part) || !reader.verify() || !reader.has(RecordLayout.CONTINUED)) {
                return "record "
                        + (records + 1)
                        + " of its entry, at position "
                        + part
                        + ", is damaged or missing";
            }
            records++;
        }
        next = reader.end();
        if (left != 0) {
            return "its last " + left + " bytes are missing";
        }
        if (limit != NOWHERE && next > limit) {
            return "it reaches beyond the end of its segment";
        }
        entry = describe(at, bodyBytes, records);
        return null;
    }

    private StoredEntry describe(long at, int bodyBytes, int records) {
        return new StoredEntry(
                header.offsetAt(at),
                header.offsetAt(next),
                at,
                reader.epoch(),
                reader.appendMillis(),
                reader.durableUpTo(),
                bodyBytes,
                records,
                null);
    }

    private void show(StoredEntry whole) throws IOException {
        if (whole.offset() >= from) {
            visitor.entry(visitor.wantsBodies() ? withBody(whole) : whole);
        }
        if (!padded) {
            note(Kind.PADDING, whole, "the bytes behind an entry are not zero");
        }
        if (whole.durableUpTo() > whole.offset()) {
            note(Kind.ORDER, whole, "its record says that it was durable before it was written");
        }
        if (whole.epoch() < lastEpoch) {
            note(
                    Kind.ORDER,
                    whole,
                    "its epoch is " + whole.epoch() + " behind one of " + lastEpoch);
        }
        if (whole.appendMillis() < lastMillis) {
            note(Kind.ORDER, whole, "its append time is before that of the entry before it");
        }
        lastEpoch = Math.max(lastEpoch, whole.epoch());
        lastMillis = Math.max(lastMillis, whole.appendMillis());
        end = whole.nextOffset();
    }

    private void note(Kind kind, StoredEntry at, String found) {
        visitor.fault(LogFault.of(kind, segment.path(), at.position(), at.offset(), found));
    }

    private StoredEntry withBody(StoredEntry whole) throws IOException {
        byte[] body = new byte[whole.bodyBytes()];
        int done = 0;
        long at = whole.position();
        for (int record = 0; record < whole.records(); record++) {
            if (!reader.moveTo(at) || !reader.copyBody(body, done)) {
                throw new IOException(
                        "Expected to read position " + at + " twice alike, but it changed");
            }
            done += reader.bodyBytes();
            at = reader.end();
        }
        return new StoredEntry(
                whole.offset(),
                whole.nextOffset(),
                whole.position(),
                whole.epoch(),
                whole.appendMillis(),
                whole.durableUpTo(),
                whole.bodyBytes(),
                whole.records(),
                body);
    }

    /**
     * Finds where the walk goes on behind something that is no entry.
     *
     * @return that position, or {@link #NOWHERE} if the segment ends here
     */
    private long pass(long at, long searchFrom, String broken) throws IOException {
        if (segment.isLast()) {
            Debris debris = debris(searchFrom, header.offsetAt(at));
            if (debris.proof() == NOWHERE) {
                if (debris.end() > at) {
                    torn(at, debris.end());
                }
                return NOWHERE;
            }
            reader = newReader();
            if (look(at) == null && entry != null) {
                return at; // was being written when it was first looked at
            }
        } else if (!isStillThere()) {
            forgotten = true;
            return NOWHERE;
        }
        long resumed = resume(at);
        if (resumed != NOWHERE) {
            end = header.offsetAt(resumed);
            visitor.fault(
                    LogFault.entries(
                            Kind.ENTRY,
                            segment.path(),
                            at,
                            header.offsetAt(at),
                            header.offsetAt(resumed),
                            "an intact record was here once, but " + broken));
        }
        return resumed;
    }

    private void torn(long at, long debrisEnd) {
        visitor.fault(
                new LogFault(
                        Kind.TORN_TAIL,
                        segment.path(),
                        at,
                        header.offsetAt(at),
                        header.offsetAt(debrisEnd),
                        "an append was cut off here, with " + (debrisEnd - at) + " bytes of debris",
                        "nothing that was confirmed",
                        LogFault.NO_REMEDY));
    }

    /**
     * What lies behind a broken record.
     *
     * @param proof position of an intact record that says that the broken one was stored
     * @param end position after the last record that looks like one of this segment
     */
    private record Debris(long proof, long end) {}

    private Debris debris(long from, long brokenOffset) throws IOException {
        long debrisEnd = NOWHERE;
        for (long at = reader.find(from); at >= 0; at = reader.find(at + Long.BYTES)) {
            reader.moveTo(at);
            debrisEnd = Math.max(debrisEnd, reader.end());
            if (reader.durableUpTo() > brokenOffset && reader.verify()) {
                return new Debris(at, debrisEnd);
            }
        }
        return new Debris(NOWHERE, debrisEnd);
    }

    /** The next position at which an entry, a marker or the seal stands intact. */
    private long resume(long at) throws IOException {
        long afterParts = NOWHERE;
        for (long candidate = reader.find(at + Long.BYTES);
                candidate >= 0 && (limit == NOWHERE || candidate < limit);
                candidate = reader.find(candidate + Long.BYTES)) {
            reader.moveTo(candidate);
            if (!reader.verify()) {
                continue;
            }
            if (!reader.has(RecordLayout.CONTINUED)) {
                return candidate;
            }
            afterParts = reader.end();
        }
        return limit == NOWHERE ? afterParts : limit;
    }

    private boolean isStillThere() throws IOException {
        if (!segment.headerIsIntact()) {
            return true;
        }
        try (DiskFile again = directory.disk().openForReading(segment.path())) {
            byte[] page = new byte[SegmentHeader.PAGE_BYTES];
            again.read(0, ByteBuffer.wrap(page));
            return Objects.equals(SegmentHeader.decode(page), header);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Shows only the seal of a segment whose end is known. */
    void showSeal() throws IOException {
        seal(limit);
    }

    private void seal(long at) throws IOException {
        sealed = true;
        long offset = header.offsetAt(at);
        boolean intact = reader.moveTo(at) && reader.has(RecordLayout.SEAL) && reader.verify();
        if (!intact) {
            if (!isStillThere()) {
                forgotten = true;
                return;
            }
            footerFault(segment.path(), at, offset, "the seal is damaged");
            visitor.seal(offset, null, false);
            return;
        }
        boolean elsewhere = reader.has(RecordLayout.FOOTER_ELSEWHERE);
        visitor.seal(offset, elsewhere ? footerElsewhere(offset) : bodyHere(), elsewhere);
    }

    private byte @Nullable [] bodyHere() throws IOException {
        byte[] body = new byte[reader.bodyBytes()];
        return reader.copyBody(body, 0) ? body : null;
    }

    private byte @Nullable [] footerElsewhere(long offset) throws IOException {
        Path path = directory.footer(segment.base());
        try (DiskFile side = directory.disk().openForReading(path)) {
            RecordReader record =
                    new RecordReader(side, header.ofFooterFile(offset), SIDE_WINDOW_BYTES);
            if (record.moveTo(0)
                    && RecordLayout.HEADER_BYTES + record.bodyBytes() <= side.length()) {
                byte[] body = new byte[record.bodyBytes()];
                if (record.copyBody(body, 0)) {
                    return body;
                }
            }
            footerFault(path, 0, offset, "the footer is damaged");
        } catch (NoSuchFileException e) {
            footerFault(path, 0, offset, "the footer is missing");
        }
        return null;
    }

    private void footerFault(Path path, long position, long offset, String found) {
        visitor.fault(
                new LogFault(
                        Kind.FOOTER,
                        path,
                        position,
                        offset,
                        offset,
                        found,
                        LogFault.NOTHING_LOST,
                        "none needed: it is read from the entries of its segment"));
    }
}
