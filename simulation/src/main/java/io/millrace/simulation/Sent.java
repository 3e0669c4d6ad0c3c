package io.millrace.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message that was sent, for {@link Oracle}. */
final class Sent {

    /** What was given so often may become a dead letter: nobody is owed it any more. */
    static final int MAX_DELIVERIES = 3;

    /** What became of a send. */
    enum Fate {
        UNDER_WAY,
        CONFIRMED,
        REFUSED,
        UNKNOWN
    }

    final long id;
    final String destination;
    final String producer;
    final boolean persistent;

    /** How often NON_PERSISTENT messages may have been lost before. */
    final int crashesBefore;

    Fate fate = Fate.UNDER_WAY;

    /** The transaction that it was sent in; null if in none. */
    @Nullable TransactionRecord transaction;

    /** Subscriptions of a topic that have to get it. */
    final List<String> owedTo = new ArrayList<>(0);

    /**
     * How often each subscription gave it. Outlives what the oracle knows of a subscription: one
     * that was to be deleted, and was not after all, remembers too.
     */
    private final Map<String, Integer> timesGiven = new HashMap<>(2);

    /** It was given so often that it may be a dead letter. */
    boolean maybeDead;

    Sent(long id, String destination, String producer, boolean persistent, int crashesBefore) {
        this.id = id;
        this.destination = destination;
        this.producer = producer;
        this.persistent = persistent;
        this.crashesBefore = crashesBefore;
    }

    /** A subscription gave it to an application. */
    void given(String subscription) {
        timesGiven.merge(subscription, 1, Integer::sum);
    }

    /** If a subscription gave it as often as the limit allows, it may be a dead letter next. */
    void mayDie(String subscription) {
        if (timesGiven.getOrDefault(subscription, 0) >= MAX_DELIVERIES) {
            owedTo.remove(subscription);
            maybeDead = true;
        }
    }

    /** Whether it is due at once and for ever, and no dead letter. */
    boolean isLasting() {
        return !maybeDead
                && (!Record.isArranged(destination)
                        || !Record.isDelayed(id) && !Record.isPerishable(id));
    }

    /** Order is promised among these. */
    String producerAndMode() {
        return persistent ? producer : producer + " non-persistent";
    }
}
