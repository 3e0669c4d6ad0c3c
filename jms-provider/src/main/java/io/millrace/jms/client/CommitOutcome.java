package io.millrace.jms.client;

import io.millrace.wire.TransactionReference;
import org.jspecify.annotations.Nullable;

/**
 * What became of a transaction that was to be committed.
 *
 * @param id with the partition that decides it
 * @param reason why it was not, or why that is unknown; null if it was
 */
public record CommitOutcome(Kind kind, TransactionReference id, @Nullable RuntimeException reason) {

    /** The three things that can be true. */
    public enum Kind {
        /** All of it happened, durably. */
        COMMITTED,
        /** Nothing of it happened or ever will. */
        ROLLED_BACK,
        /** The broker was asked and could not be reached again to hear its answer. */
        UNKNOWN
    }
}
