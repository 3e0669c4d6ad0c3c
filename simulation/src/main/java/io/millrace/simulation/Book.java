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

    /** A message as one subscription's consumers saw it. */
    static final class Copy {
        final List<Long> leftAt = new ArrayList<>(1);
        boolean accepted;

        /** A commit is under way that may have settled it. */
        boolean deciding;

        /** The transaction that it was received in and that was committed. */
        @Nullable TransactionRecord committedBy;

        long confirmedAt = Long.MAX_VALUE;

        /** How often it was given from what left a broker before. */
        long givenBefore(long time) {
            return leftAt.stream().filter(each -> each < time).count();
        }
    }
}
