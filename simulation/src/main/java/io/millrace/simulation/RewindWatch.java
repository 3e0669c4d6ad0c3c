package io.millrace.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches that what a rewind finds comes again, and that no other acknowledged message does.
 *
 * <p>A rewind is asked for while its application has no consumer there, and nobody else may: so
 * what was acknowledged is known for certain.
 */
final class RewindWatch {

    private final Map<String, Book> booksBySubscription;
    private final Map<Long, Sent> messages;
    private final Trace trace;
    private final Coverage coverage;

    /**
     * When the last rewind ended at the latest; {@link Long#MAX_VALUE} while that is not known, and
     * for ever if nobody is left to hear it. Outlives what is known of a subscription.
     */
    private final Map<String, Long> rewoundUntil = new HashMap<>();

    private final Map<String, Integer> askedBySubscription = new HashMap<>();

    RewindWatch(
            Map<String, Book> booksBySubscription,
            Map<Long, Sent> messages,
            Trace trace,
            Coverage coverage) {
        this.booksBySubscription = booksBySubscription;
        this.messages = messages;
        this.trace = trace;
        this.coverage = coverage;
    }

    /** Whether a message, acknowledged and that confirmed at a time, may come again. */
    boolean mayComeAgain(String subscription, long confirmedAt) {
        return rewoundUntil.getOrDefault(subscription, Long.MIN_VALUE) > confirmedAt;
    }

    /** A replay is given: it was acknowledged, and its subscription was taken back since. */
    void replayed(
            String subscription, Book.Copy copy, int deliveryCount, long leftAt, String where) {
        coverage.happened("seen replayed");
        if (deliveryCount < 2) {
            throw new Violation(
                    Check.COPY_IS_COUNTED,
                    where + " is a replay, but counts as the first delivery");
        }
        boolean acknowledged = leftAt > copy.confirmedAt;
        if (!rewoundUntil.containsKey(subscription)
                || acknowledged && !mayComeAgain(subscription, copy.confirmedAt)) {
            throw new Violation(
                    Check.REWOUND_COMES_AGAIN,
                    where + " is a replay, but nobody asked since it was acknowledged");
        }
        if (acknowledged) {
            // Else it may have waited somewhere while another copy of it was acknowledged.
            copy.beginAgain();
        }
    }

    /**
     * What of a subscription was settled for certain and will be kept, so that it comes again if
     * that is taken back to the beginning; nothing if that is under way already.
     *
     * @param selecting whether only what the selector matches
     */
    List<Long> settledOf(String subscription, boolean selecting) {
        Book book = booksBySubscription.get(subscription);
        List<Long> settled = new ArrayList<>();
        if (book == null || mayComeAgain(subscription, Long.MAX_VALUE - 1)) {
            return settled;
        }
        book.copies.forEach(
                (id, copy) -> {
                    Sent sent = messages.get(id);
                    boolean certain =
                            copy.accepted
                                    && !copy.mayWait
                                    && copy.confirmedAt < Long.MAX_VALUE
                                    && sent != null
                                    && sent.fate == Sent.Fate.CONFIRMED
                                    && sent.persistent
                                    && sent.isLasting();
                    if (certain && (!selecting || Record.isSelected(id))) {
                        settled.add(id);
                    }
                });
        return settled;
    }

    /** How often a subscription was to be taken back. */
    int timesAsked(String subscription) {
        return askedBySubscription.getOrDefault(subscription, 0);
    }

    /** Somebody asks to take a subscription back; all of it, or only what the selector matches. */
    void asked(String subscription, boolean selecting) {
        rewoundUntil.put(subscription, Long.MAX_VALUE);
        askedBySubscription.merge(subscription, 1, Integer::sum);
        Book book = booksBySubscription.get(subscription);
        if (book != null) {
            book.copies.forEach(
                    (id, copy) ->
                            copy.mayWait |= copy.accepted && (!selecting || Record.isSelected(id)));
        }
    }

    /** A subscription was taken back: these have to come again. */
    void done(String subscription, List<Long> expected, long nowNanos) {
        trace.mark(expected.size(), () -> "rewound " + subscription + ": " + expected);
        rewoundUntil.put(subscription, nowNanos);
        Book book = booksBySubscription.get(subscription);
        for (long id : expected) {
            Book.Copy copy = book == null ? null : book.copies.get(id);
            if (copy != null) {
                copy.beginAgain();
            }
        }
    }
}
