package io.millrace.storage.segment;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Which log a record belongs to and who writes it.
 *
 * @param logId random, given when the log is created; part of every checksum, so that no bytes from
 *     outside this log, be they the content of a message, are ever taken for one of its records
 * @param partition number of the partition
 * @param epoch of the owner that has the log open
 */
record LogIdentity(UUID logId, int partition, long epoch) {

    /** The id's 16 bytes, as they enter each checksum. */
    byte[] seed() {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(logId.getMostSignificantBits())
                .putLong(logId.getLeastSignificantBits())
                .array();
    }
}
