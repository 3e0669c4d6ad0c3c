package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.wire.SequenceRanges;
import java.util.List;

/**
 * Watches the clock for messages that expire, become due or were postponed.
 *
 * <p>When the time of some has come, one {@code TimeReached} says so for all of a destination,
 * however many they are. Costs a comparison for each command. Owned by the partition's thread.
 */
final class Timers {

    private final PartitionState state;
    private final Dispatcher dispatcher;

    // Soft state: dies with the process.
    /** Nothing happens before; earlier than all until it was looked up. */
    private long nextMillis = Long.MIN_VALUE;

    /** When the current command is handled. */
    private long nowMillis;

    /** The same on the clock that nobody sets. */
    private long steadyMillis;

    Timers(PartitionState state, Dispatcher dispatcher) {
        this.state = state;
        this.dispatcher = dispatcher;
    }

    /** Called before each command is handled: after it, nothing that has expired is left. */
    void advance(long millis, long steady, Decision out) {
        nowMillis = millis;
        steadyMillis = steady;
        if (nowMillis < nextMillis) {
            return;
        }
        nextMillis = TimedSequences.NEVER;
        for (Destination destination : List.copyOf(state.destinationsById.values())) {
            // What expired may have been all that another one was there for.
            if (state.destinationsById.containsKey(destination.id)) {
                reach(destination, out);
            }
        }
        wake(out);
    }

    /** A tick ends what was asked of the clock. */
    void wake(Decision out) {
        if (nextMillis != TimedSequences.NEVER) {
            out.effectNow(new Effect.WakeAt(steadyMillis + nextMillis - nowMillis));
        }
    }

    private void reach(Destination destination, Decision out) {
        if (destination.nextMillis() <= nowMillis) {
            Schedule schedule = destination.schedule();
            if (schedule != null && schedule.nextMillis() <= nowMillis) {
                schedule.forgetNext(nowMillis, destination);
            }
            if (destination.nextMillis() <= nowMillis) {
                out.emit(new TimeEvent.TimeReached(destination.id, nowMillis));
                for (Subscription subscription : List.copyOf(destination.subscriptions)) {
                    dispatcher.dispatch(subscription, out);
                }
            }
        }
        nextMillis = Math.min(nextMillis, destination.nextMillis());
    }

    /** Messages that came back wait a while. */
    void postpone(Subscription subscription, long millis, SequenceRanges sequences, Decision out) {
        long until = nowMillis + millis;
        out.emit(new TimeEvent.Postponed(subscription.id, until, sequences));
        if (until < nextMillis) {
            nextMillis = until;
            wake(out);
        }
    }

    /** Messages were stored, and nobody was given any of them yet. */
    void stored(Destination destination, Decision out) {
        Schedule schedule = destination.schedule();
        if (schedule == null) {
            return;
        }
        schedule.forgetSometimes(destination);
        if (schedule.nextMillis() <= nowMillis) {
            // Sent long ago, or with a delay that is over.
            out.emit(new TimeEvent.TimeReached(destination.id, nowMillis));
        }
        Schedule left = destination.schedule();
        if (left != null && left.nextMillis() < nextMillis) {
            nextMillis = left.nextMillis();
            wake(out);
        }
    }
}
