package io.millrace.core.partition;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;

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

    /** Before what is being looked at, something from here on has to be looked at again. */
    private long again = RangeSet.NONE;

    /**
     * Some were settled and wait again. What is being looked at anyway, or will be, is no matter.
     */
    void lookAgainFrom(long sequence) {
        if (sequence >= scannedTo) {
            return;
        }
        if (pendingSelectId == 0) {
            scannedTo = sequence;
        } else {
            again = Math.min(again, sequence);
        }
    }

    /** All up to a sequence was looked at. */
    void looked(SequenceRanges found, long upTo) {
        pendingSelectId = 0;
        matching.add(found);
        scannedTo = Math.min(upTo + 1, again);
        again = RangeSet.NONE;
    }
}
