package io.millrace.core.partition;

import io.millrace.wire.SequenceRanges;
import org.jspecify.annotations.Nullable;

/** One way back, or the count of one. Soft state; owned by the partition's thread. */
final class RewindCourse {
    final Subscription subscription;
    final long last;
    final @Nullable String selector;
    final boolean dryRun;

    /** Who waits for the answer; null after a restart, until somebody asks again. */
    RewindStep.@Nullable Ask ask;

    long next;

    // Of a dry run; else in hard state.
    long messages;
    long firstSequence;
    long firstMillis;

    RewindCourse(
            Subscription subscription,
            RewindStep.@Nullable Ask ask,
            long next,
            long last,
            @Nullable String selector,
            boolean dryRun) {
        this.subscription = subscription;
        this.ask = ask;
        this.next = next;
        this.last = last;
        this.selector = selector;
        this.dryRun = dryRun;
    }

    /** What of a stretch was settled when it began. */
    SequenceRanges wanted(SequenceRanges stretch) {
        SequenceRanges settled = subscription.settledOf(stretch);
        Rewinding rewinding = subscription.replays.rewinding();
        return dryRun || rewinding == null ? settled : rewinding.settledBefore(settled);
    }

    boolean hasFound() {
        Rewinding rewinding = subscription.replays.rewinding();
        return dryRun ? messages > 0 : rewinding != null && rewinding.messages > 0;
    }

    /** Notes what a dry run found. */
    void count(SequenceRanges matching, long millis) {
        if (messages == 0) {
            firstSequence = matching.first(0);
            firstMillis = millis;
        }
        messages += matching.sequenceCount();
    }
}
