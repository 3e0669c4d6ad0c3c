package io.millrace.storage.segment;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first page of a segment file. It is forced before the file gets its name and before any
 * record is written.
 *
 * <pre>
 *   0  magic "MILLSEGM"        8     40  generation             4
 *   8  version                 4     44  (zero)                 4
 *  12  partition               4     48  epoch of the creator   8
 *  16  log id                 16     56  capacity               8
 *  32  base offset             8     64  previous base offset   8   (-1: none)
 *                                    72  last append time       8
 *                                    80  CRC-32C of bytes 0-79  4   then zeros to 4096
 * </pre>
 *
 * @param logId random id of the log
 * @param partition number of the partition
 * @param baseOffset offset of the first record
 * @param generation number of this use of the file; never the same twice in a log
 * @param epoch of the owner that began the segment
 * @param capacityBytes length that the file may grow to, header page included
 * @param previousBase base offset of the segment before, or -1
 * @param lastMillis append time of the last entry before this segment
 */
record SegmentHeader(
        UUID logId,
        int partition,
        long baseOffset,
        int generation,
        long epoch,
        long capacityBytes,
        long previousBase,
        long lastMillis) {

    /** Length of the header page: one page of the disk, so that no record shares it. */
    static final int PAGE_BYTES = 4096;

    static final long NO_PREVIOUS = -1;

    private static final long MAGIC = 0x4D494C4C5345474DL; // "MILLSEGM"
    private static final int VERSION = 1;
    private static final int AT_CRC = 80;

    ByteBuffer encode() {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        page.putLong(MAGIC).putInt(VERSION).putInt(partition);
        page.putLong(logId.getMostSignificantBits()).putLong(logId.getLeastSignificantBits());
        page.putLong(baseOffset).putInt(generation).putInt(0);
        page.putLong(epoch).putLong(capacityBytes).putLong(previousBase).putLong(lastMillis);
        page.putInt(checksum(page.array()));
        return page.clear();
    }

    /** The header in a page, or null if the page holds no intact one. */
    static @Nullable SegmentHeader decode(byte[] bytes) {
        ByteBuffer page = ByteBuffer.wrap(bytes);
        if (page.remaining() < PAGE_BYTES
                || page.getLong() != MAGIC
                || page.getInt(AT_CRC) != checksum(bytes)
                || page.getInt() != VERSION) {
            return null;
        }
        int partition = page.getInt();
        UUID logId = new UUID(page.getLong(), page.getLong());
        long baseOffset = page.getLong();
        int generation = page.getInt();
        page.getInt();
        return new SegmentHeader(
                logId,
                partition,
                baseOffset,
                generation,
                page.getLong(),
                page.getLong(),
                page.getLong(),
                page.getLong());
    }

    /** Where a record of this offset lies in the file. */
    long positionOf(long offset) {
        return PAGE_BYTES + offset - baseOffset;
    }

    /** Which offset a record at this position of the file has. */
    long offsetAt(long position) {
        return baseOffset + position - PAGE_BYTES;
    }

    /**
     * As if the file began with the record of this offset: a footer's own file has no header page.
     */
    SegmentHeader ofFooterFile(long offset) {
        return new SegmentHeader(
                logId,
                partition,
                offset + PAGE_BYTES,
                generation,
                epoch,
                Integer.MAX_VALUE,
                previousBase,
                lastMillis);
    }

    private static int checksum(byte[] page) {
        CRC32C checksum = new CRC32C();
        checksum.update(page, 0, AT_CRC);
        return (int) checksum.getValue();
    }
}
