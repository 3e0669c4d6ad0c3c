package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.SequenceRanges;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of deliveries that come back: they wait in their place again, at once or after a
 * while; what the application had too often becomes a dead letter.
 *
 * <p>Only what the application had for certain counts: a message that was under way to a consumer
 * when its link broke is not to blame. What a transaction received and has not given back is still
 * out, and never comes here. Owned by the partition's thread.
 */
final class Returns {

    private final RedeliveryPolicies policies;
    private final DeadLetters deadLetters;
    private final Timers timers;

    Returns(RedeliveryPolicies policies, DeadLetters deadLetters, Timers timers) {
        this.policies = policies;
        this.deadLetters = deadLetters;
        this.timers = timers;
    }

    /** Deliveries come back; {@link Dispatcher#dispatch} is due afterwards. */
    void giveBack(
            Subscription subscription, ReturnCause cause, SequenceRanges sequences, Decision out) {
        giveBack(subscription, cause, sequences, null, out);
    }

    /**
     * The same.
     *
     * @param why the application could not do with them, null if nobody said
     */
    void giveBack(
            Subscription subscription,
            ReturnCause cause,
            SequenceRanges sequences,
            @Nullable String why,
            Decision out) {
        if (sequences.isEmpty()) {
            return;
        }
        out.emit(new PartitionEvent.Returned(subscription.id, cause, sequences));
        RedeliveryPolicy policy = policies.of(subscription.destination.name);
        if (cause != ReturnCause.GIVEN
                || subscription.isOnlooker()
                || policies.isForDeadLetters(subscription.destination)
                || policy.maxDeliveries() == 0 && policy.delayMillis() == 0) {
            return;
        }
        SequenceRanges.Builder exhausted = new SequenceRanges.Builder();
        Map<Long, SequenceRanges.Builder> postponedByDelay = new TreeMap<>();
        // Without those that have expired meanwhile.
        SequenceRanges waiting = subscription.waitingAgain(sequences);
        for (int range = 0; range < waiting.rangeCount(); range++) {
            for (long each = waiting.first(range); each <= waiting.last(range); each++) {
                int times = subscription.timesGiven(each);
                if (policy.maxDeliveries() > 0 && times >= policy.maxDeliveries()) {
                    exhausted.add(each, each);
                } else if (policy.delayMillis() > 0) {
                    postponedByDelay
                            .computeIfAbsent(
                                    policy.delayAfter(times), key -> new SequenceRanges.Builder())
                            .add(each, each);
                }
            }
        }
        if (!exhausted.isEmpty()) {
            deadLetters.take(subscription, exhausted.build(), why, out);
        }
        postponedByDelay.forEach(
                (delay, postponed) -> timers.postpone(subscription, delay, postponed.build(), out));
    }
}
