package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the records of one segment through a window of its file: {@link #moveTo} a record, look at
 * its fields, then {@link #verify} or {@link #copyBody}.
 *
 * <p>Owned by one thread. Does not close the file.
 */
final class RecordReader {

    private final DiskFile file;
    private final SegmentHeader segment;
    private final byte[] seed;
    private final byte[] window;
    private final byte[] header = new byte[RecordLayout.HEADER_BYTES];
    private final CRC32C checksum = new CRC32C();
    private long windowAt;
    private int windowBytes;
    private long position;

    RecordReader(DiskFile file, SegmentHeader segment, int windowBytes) {
        this.file = file;
        this.segment = segment;
        this.seed = new LogIdentity(segment.logId(), segment.partition(), segment.epoch()).seed();
        this.window = new byte[windowBytes];
    }

    /**
     * Whether a header stands at the position that this use of the file wrote there. Says nothing
     * about the body.
     */
    boolean moveTo(long target) throws IOException {
        if (!fill(target, RecordLayout.HEADER_BYTES)) {
            return false;
        }
        int at = (int) (target - windowAt);
        if (!isOurs(at, target)) {
            return false;
        }
        System.arraycopy(window, at, header, 0, header.length);
        position = target;
        return true;
    }

    /**
     * The first position from here on, in steps of 8, where {@link #moveTo} would succeed; -1 if
     * there is none.
     */
    long find(long from) throws IOException {
        return find(from, Long.MAX_VALUE);
    }

    /** The same, for positions before another one. */
    long find(long from, long before) throws IOException {
        for (long at = from; at < before && fill(at, RecordLayout.HEADER_BYTES); ) {
            int index = (int) (at - windowAt);
            int last =
                    (int) Math.min(windowBytes - RecordLayout.HEADER_BYTES, before - 1 - windowAt);
            for (; index <= last; index += Long.BYTES) {
                if (isOurs(index, windowAt + index)) {
                    return windowAt + index;
                }
            }
            at = windowAt + index;
        }
        return -1;
    }

    int flags() {
        return header[RecordLayout.AT_FLAGS];
    }

    boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    int bodyBytes() {
        return RecordLayout.intAt(header, RecordLayout.AT_LENGTH);
    }

    int groupBytes() {
        return RecordLayout.intAt(header, RecordLayout.AT_GROUP_BYTES);
    }

    long epoch() {
        return RecordLayout.longAt(header, RecordLayout.AT_EPOCH);
    }

    long offset() {
        return RecordLayout.longAt(header, RecordLayout.AT_OFFSET);
    }

    long durableUpTo() {
        return RecordLayout.longAt(header, RecordLayout.AT_DURABLE);
    }

    long appendMillis() {
        return RecordLayout.longAt(header, RecordLayout.AT_MILLIS);
    }

    /** Position of the current record. */
    long position() {
        return position;
    }

    /** Position after the current record. */
    long end() {
        return position + RecordLayout.storedBytes(bodyBytes());
    }

    /** Whether the current record's checksum is right. */
    boolean verify() throws IOException {
        beginChecksum();
        long at = position + RecordLayout.HEADER_BYTES;
        int left = bodyBytes();
        while (left > 0) {
            if (!fill(at, 1)) {
                return false;
            }
            int index = (int) (at - windowAt);
            int now = Math.min(left, windowBytes - index);
            checksum.update(window, index, now);
            at += now;
            left -= now;
        }
        return checksumIsRight();
    }

    /** Whether zeros fill the space between the current record's body and its end. */
    boolean isPaddedWithZeros() throws IOException {
        long from = position + RecordLayout.HEADER_BYTES + bodyBytes();
        int length = (int) (end() - from);
        fill(from, length);
        int index = (int) (from - windowAt);
        int stored = Math.min(length, windowBytes - index); // what the file does not have is zero
        for (int at = index; at < index + stored; at++) {
            if (window[at] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Copies the current record's body and tells whether its checksum is right. */
    boolean copyBody(byte[] into, int index) throws IOException {
        beginChecksum();
        long from = position + RecordLayout.HEADER_BYTES;
        int length = bodyBytes();
        int copied = 0;
        if (from >= windowAt && from < windowAt + windowBytes) {
            copied = (int) Math.min(length, windowAt + windowBytes - from);
            System.arraycopy(window, (int) (from - windowAt), into, index, copied);
        }
        if (copied < length) {
            ByteBuffer rest = ByteBuffer.wrap(into, index + copied, length - copied);
            if (file.read(from + copied, rest) < length - copied) {
                return false;
            }
        }
        checksum.update(into, index, length);
        return checksumIsRight();
    }

    private void beginChecksum() {
        checksum.reset();
        checksum.update(seed, 0, seed.length);
        checksum.update(header, 0, RecordLayout.AT_CRC);
    }

    private boolean checksumIsRight() {
        return (int) checksum.getValue() == RecordLayout.intAt(header, RecordLayout.AT_CRC);
    }

    private boolean isOurs(int at, long target) {
        if (RecordLayout.shortAt(window, at) != RecordLayout.MAGIC
                || window[at + RecordLayout.AT_VERSION] != RecordLayout.VERSION
                || RecordLayout.intAt(window, at + RecordLayout.AT_GENERATION)
                        != segment.generation()
                || RecordLayout.intAt(window, at + RecordLayout.AT_PARTITION) != segment.partition()
                || RecordLayout.longAt(window, at + RecordLayout.AT_OFFSET)
                        != segment.offsetAt(target)) {
            return false;
        }
        int length = RecordLayout.intAt(window, at + RecordLayout.AT_LENGTH);
        return length >= 0 && target + RecordLayout.storedBytes(length) <= segment.capacityBytes();
    }

    /**
     * Makes the window hold at least so many bytes from a position on; false if the file ends
     * before.
     */
    private boolean fill(long from, int bytes) throws IOException {
        if (from >= windowAt && from + bytes <= windowAt + windowBytes) {
            return true;
        }
        windowBytes = file.read(from, ByteBuffer.wrap(window));
        windowAt = from;
        return windowBytes >= bytes;
    }
}
