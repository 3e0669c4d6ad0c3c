package io.millrace.core.partition;

/**
 * Consecutive messages that were stored together.
 *
 * @param bytes what they take up
 */
public record Block(long firstSequence, int count, int bytes) {
    public long lastSequence() {
        return firstSequence + count - 1;
    }
}
