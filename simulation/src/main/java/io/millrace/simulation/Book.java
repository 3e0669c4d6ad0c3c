package io.millrace.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the consumers of one subscription saw, for {@link Oracle}. */
final class Book {

    final String destination;

    /** One consumer at a time: order can be judged. */
    final boolean exclusive;

    /** It has a selector. */
    boolean selective;

    /** Whether what is sent from now on has to arrive: a queue, or known as durable. */
    boolean owed;

    final Map<Long, Copy> copies = new HashMap<>();
    final Map<String, Long> lastByProducer = new HashMap<>();

    Book(String destination, boolean exclusive) {
        this.destination = destination;
        this.exclusive = exclusive;
    }

    /** A message is given for the first time, and one consumer at a time has the subscription. */
    void requireInOrder(Sent sent, String where) {
        boolean arranged = Record.isArranged(sent.destination);
        if (arranged && Record.isDelayed(sent.id)) {
            return;
        }
        String inOrder =
                sent.producerAndMode()
                        + (arranged ? " of priority " + Record.priority(sent.id) : "");
        Long last = lastByProducer.put(inOrder, sent.id);
        if (last != null && last > sent.id) {
            throw new Violation(Check.ORDER, where + " comes after " + last);
        }
    }

    /** A message as one subscription's consumers saw it. */
    static final class Copy {
        final List<Long> leftAt = new ArrayList<>(1);
        boolean accepted;

        /** A commit is under way that may have settled it. */
        boolean deciding;

        /** The transaction that it was received in and that was committed. */
        @Nullable TransactionRecord committedBy;

        long confirmedAt = Long.MAX_VALUE;

        /** It was acknowledged, and may be about to come again, or not. */
        boolean mayWait;

        /** It comes again, or has: what was acknowledged before counts no more. */
        void beginAgain() {
            accepted = false;
            confirmedAt = Long.MAX_VALUE;
            mayWait = false;
        }

        /** What was given before must say so when it is given again, and how often at least. */
        void requireCounted(long leftAtNanos, int deliveryCount, String where) {
            long before = givenBefore(leftAtNanos);
            if (before > 0 && deliveryCount < 2) {
                throw new Violation(
                        Check.COPY_IS_FLAGGED,
                        where + " was given " + before + " times before, but is not flagged");
            }
            if (deliveryCount <= before) {
                throw new Violation(
                        Check.COPY_IS_COUNTED,
                        where
                                + " was given "
                                + before
                                + " times before, but its count is "
                                + deliveryCount);
            }
        }

        /** How often it was given from what left a broker before. */
        long givenBefore(long time) {
            return leftAt.stream().filter(each -> each < time).count();
        }
    }
}
