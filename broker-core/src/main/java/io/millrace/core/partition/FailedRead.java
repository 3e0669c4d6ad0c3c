package io.millrace.core.partition;

import io.millrace.wire.SequenceRanges;

/**
 * Stored messages that the log cannot give back: their bytes are damaged, or the device refuses to
 * read them.
 *
 * @param askId of the {@code Read} or {@code Select} that failed; 0 for a {@code Deliver}
 * @param linkId of the consumer that a delivery was for; 0 for a read
 * @param consumerId likewise
 * @param undelivered what of the delivery did not leave; empty for a read
 * @param reason names the file and the place, and says what to do
 */
public record FailedRead(
        long destinationId,
        long askId,
        long linkId,
        long consumerId,
        SequenceRanges undelivered,
        String reason) {

    /** A read that was asked for failed. */
    public static FailedRead asked(long destinationId, long askId, String reason) {
        return new FailedRead(destinationId, askId, 0, 0, SequenceRanges.EMPTY, reason);
    }
}
