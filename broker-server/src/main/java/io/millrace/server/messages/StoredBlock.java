package io.millrace.server.messages;

/**
 * Some messages in one entry.
 *
 * @param sizeBytes of their batch
 * @param offset of the entry
 */
public record StoredBlock(
        long destinationId, long firstSequence, int count, int sizeBytes, long offset) {

    long lastSequence() {
        return firstSequence + count - 1;
    }
}
