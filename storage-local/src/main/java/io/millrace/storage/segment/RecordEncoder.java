package io.millrace.storage.segment;

import java.util.zip.CRC32C;

/**
 * Encodes the headers of a log's records, in three steps: {@link #begin}, {@link #body} for each
 * slice, {@link #finish}.
 *
 * <p>Owned by one thread. Reuses one array and one checksum: nothing is allocated per record.
 */
final class RecordEncoder {

    private final byte[] header = new byte[RecordLayout.HEADER_BYTES];
    private final CRC32C checksum = new CRC32C();
    private final byte[] seed;

    RecordEncoder(LogIdentity identity) {
        this.seed = identity.seed();
        RecordLayout.SHORTS.set(header, RecordLayout.AT_MAGIC, RecordLayout.MAGIC);
        header[RecordLayout.AT_VERSION] = RecordLayout.VERSION;
        RecordLayout.INTS.set(header, RecordLayout.AT_PARTITION, identity.partition());
        RecordLayout.LONGS.set(header, RecordLayout.AT_EPOCH, identity.epoch());
    }

    /** Sets what all records of a segment have in common. */
    void segment(int generation) {
        RecordLayout.INTS.set(header, RecordLayout.AT_GENERATION, generation);
    }

    /** Sets what all parts of an entry have in common. */
    void stamp(long durableUpTo, long appendMillis) {
        RecordLayout.LONGS.set(header, RecordLayout.AT_DURABLE, durableUpTo);
        RecordLayout.LONGS.set(header, RecordLayout.AT_MILLIS, appendMillis);
    }

    void begin(int flags, long offset, int bodyBytes, int groupBytes) {
        header[RecordLayout.AT_FLAGS] = (byte) flags;
        RecordLayout.LONGS.set(header, RecordLayout.AT_OFFSET, offset);
        RecordLayout.INTS.set(header, RecordLayout.AT_LENGTH, bodyBytes);
        RecordLayout.INTS.set(header, RecordLayout.AT_GROUP_BYTES, groupBytes);
        checksum.reset();
        checksum.update(seed, 0, seed.length);
        checksum.update(header, 0, RecordLayout.AT_CRC);
    }

    void body(byte[] bytes, int offset, int length) {
        checksum.update(bytes, offset, length);
    }

    /** The finished header; valid until the next {@link #begin}. */
    byte[] finish() {
        RecordLayout.INTS.set(header, RecordLayout.AT_CRC, (int) checksum.getValue());
        return header;
    }
}
