package io.millrace.core.partition;

import io.millrace.wire.RangeSet;

/**
 * What is known of which messages of a queue a selector matches. Consumers with the same selector
 * share one.
 *
 * <p>Soft state: a selection begins anew with its first consumer. Messages are looked at only when
 * a consumer could take one more and none is known, so that what is known stays small. Owned by the
 * partition's thread.
 */
final class Selection {

    final String selector;

    /** Found to match, and not settled. Some may be out with other consumers. */
    final RangeSet matching = new RangeSet();

    /** Everything before was looked at. */
    long scannedTo;

    /** Messages are being looked at; 0 if none are. */
    long pendingSelectId;

    Selection(String selector, long start) {
        this.selector = selector;
        this.scannedTo = start;
    }

    /** Some before were settled and wait again; an answer that is under way is not waited for. */
    void lookAgainFrom(long sequence) {
        scannedTo = Math.min(scannedTo, sequence);
        pendingSelectId = 0;
    }
}
