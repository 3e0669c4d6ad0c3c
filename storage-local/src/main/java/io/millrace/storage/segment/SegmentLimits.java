package io.millrace.storage.segment;

/**
 * Sizes of a segmented log.
 *
 * @param segmentBytes length of a segment file, at least 64 KiB; a multiple of 4 KiB. An entry may
 *     take half of it
 * @param recordBytes longest body of one record; longer entries are split. At most 1 MiB
 * @param spareFiles how many free files are kept for reuse; 0 deletes them
 * @param idleMillis after this time without an append, the last flush is written down in a marker
 */
public record SegmentLimits(long segmentBytes, int recordBytes, int spareFiles, long idleMillis) {

    static final long MIN_SEGMENT_BYTES = 64 << 10;
    private static final long MAX_SEGMENT_BYTES = 1L << 30;
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int MAX_ENTRY_BYTES = 64 << 20;

    public SegmentLimits {
        require(
                segmentBytes >= MIN_SEGMENT_BYTES
                        && segmentBytes <= MAX_SEGMENT_BYTES
                        && segmentBytes % SegmentHeader.PAGE_BYTES == 0,
                "segmentBytes of 64 KiB to 1 GiB in whole pages of 4 KiB",
                segmentBytes);
        require(
                recordBytes >= 1 << 10 && recordBytes <= MAX_RECORD_BYTES && recordBytes % 8 == 0,
                "recordBytes of 1 KiB to 1 MiB, divisible by 8",
                recordBytes);
        require(spareFiles >= 0, "spareFiles of at least 0", spareFiles);
        require(idleMillis > 0, "idleMillis above 0", idleMillis);
    }

    /** 64 MiB segments, 1 MiB records, 2 spare files, a marker after 100 ms. */
    public static SegmentLimits defaults() {
        return new SegmentLimits(64L << 20, MAX_RECORD_BYTES, 2, 100);
    }

    /** The longest entry that always fits into a segment. */
    int maxEntryBytes() {
        return (int) Math.min(MAX_ENTRY_BYTES, segmentBytes / 2);
    }

    private static void require(boolean holds, String expected, long actual) {
        if (!holds) {
            throw new IllegalArgumentException("Expected " + expected + ", but got " + actual);
        }
    }
}
