package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.partition.PartitionCommand.Block;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.SequenceRanges;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves messages that the application had as often as the limit allows, and gave back each time, to
 * the queue that the policy of their destination names.
 *
 * <p>Such a message is handed out to nobody ({@link #GRAVE}), so that it is not delivered again
 * while the shell writes its copy. Copy and settlement are one entry of the log: it is in one place
 * or in the other, whatever crashes. Owned by the partition's thread.
 */
final class DeadLetters {

    /** Has what is about to be moved. No connection has this id, so it is never released. */
    static final Holder GRAVE = new Holder(Id128.NONE, 0);

    private static final Origin NOBODY = new Origin(0, Id128.NONE, null);

    /** After so long without a queue, the catalog is asked again. */
    private static final long ASK_AGAIN_MILLIS = 5_000;

    /** Of the last so many it is remembered why they were given back. */
    private static final int REMEMBERED = 2_000;

    private final PartitionState state;
    private final Dispatcher dispatcher;
    private final Timers timers;
    private final RedeliveryPolicies policies;

    // Soft state: dies with the process.
    /** Why applications could not do with what they gave back last; oldest first. */
    private final Map<Dead, String> whyByDead = new LinkedHashMap<>();

    /** Whether there is too little space for copies. */
    private boolean shortOfSpace;

    /** Queues that the catalog was asked for. */
    private final Set<String> asked = new HashSet<>();

    /** Begins with the first command: a crash may have interrupted something. */
    private long lookAgainMillis = Long.MIN_VALUE;

    /** When the current command is handled, on the clock that nobody sets. */
    private long steadyMillis;

    DeadLetters(
            PartitionState state,
            Dispatcher dispatcher,
            Timers timers,
            RedeliveryPolicies policies) {
        this.state = state;
        this.dispatcher = dispatcher;
        this.timers = timers;
        this.policies = policies;
    }

    /** Called before each command is handled. */
    void advance(long steady, Decision out) {
        steadyMillis = steady;
        if (steadyMillis >= lookAgainMillis) {
            lookAgainMillis = TimedSequences.NEVER;
            asked.clear();
            moveAll(out);
        }
    }

    /** A message that is about to be moved. */
    private record Dead(long subscriptionId, long sequence) {}

    /**
     * Takes messages that wait and were given back too often.
     *
     * @param why they were given back last, null if nobody said
     */
    void take(
            Subscription subscription,
            SequenceRanges exhausted,
            @Nullable String why,
            Decision out) {
        if (why != null) {
            remember(subscription, exhausted, why);
        }
        out.emit(new PartitionEvent.HandedOut(subscription.id, GRAVE, exhausted));
        move(subscription, exhausted, out);
    }

    private void remember(Subscription subscription, SequenceRanges exhausted, String why) {
        for (int range = 0; range < exhausted.rangeCount(); range++) {
            for (long each = exhausted.first(range); each <= exhausted.last(range); each++) {
                whyByDead.put(new Dead(subscription.id, each), why);
            }
        }
        // Also forgets what was deleted before it was moved.
        Iterator<Dead> oldest = whyByDead.keySet().iterator();
        while (whyByDead.size() > REMEMBERED) {
            oldest.next();
            oldest.remove();
        }
    }

    private @Nullable Destination queueFor(Subscription subscription) {
        String name = policies.of(subscription.destination.name).deadLetters();
        for (Destination each : state.destinationsById.values()) {
            if (each.kind == DestinationKind.QUEUE && each.name.equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** A destination exists now. */
    void opened(Destination destination, Decision out) {
        if (destination.kind == DestinationKind.QUEUE && asked.remove(destination.name)) {
            moveAll(out);
        }
    }

    /**
     * There is too little space for messages, or enough again: until then they stay where they are.
     */
    void spaceChanged(boolean isShort, Decision out) {
        boolean before = shortOfSpace;
        shortOfSpace = isShort;
        if (before && !isShort) {
            moveAll(out);
        }
    }

    private void moveAll(Decision out) {
        for (Subscription subscription : state.subscriptionsById.values()) {
            SequenceRanges dead = subscription.outWith(GRAVE);
            if (!dead.isEmpty()) {
                move(subscription, dead, out);
            }
        }
    }

    private void move(Subscription subscription, SequenceRanges sequences, Decision out) {
        if (shortOfSpace) {
            return;
        }
        Destination source = subscription.destination;
        if (queueFor(subscription) == null) {
            ask(policies.of(source.name).deadLetters(), out);
            return;
        }
        for (int range = 0; range < sequences.rangeCount(); range++) {
            for (long each = sequences.first(range); each <= sequences.last(range); each++) {
                out.effect(
                        new Effect.CopyDeadLetter(
                                subscription.id,
                                source.id,
                                each,
                                source.kind,
                                source.name,
                                subscription.deliveryCount(each) - 1,
                                policies.of(source.name)
                                        .delaysBefore(subscription.timesGiven(each)),
                                whyByDead.get(new Dead(subscription.id, each))));
            }
        }
    }

    private void ask(String queue, Decision out) {
        if (asked.add(queue)) {
            lookAgainMillis = Math.min(lookAgainMillis, steadyMillis + ASK_AGAIN_MILLIS);
            out.effect(
                    new Effect.AskCatalog(
                            new CatalogCommand.ResolveDestination(
                                    NOBODY, 0, DestinationKind.QUEUE, queue)));
            wake(out);
        }
    }

    /** Asks to be woken when it is time to look again; each tick uses up what was asked for. */
    void wake(Decision out) {
        if (!asked.isEmpty()) {
            out.effectNow(new Effect.WakeAt(lookAgainMillis));
        }
    }

    /** The copy is written: stores it, and settles the message. */
    void bury(PartitionCommand.BuryDeadLetter command, Decision out) {
        Subscription subscription = state.subscriptionsById.get(command.subscriptionId());
        SequenceRanges sequence = SequenceRanges.of(command.sequence(), command.sequence());
        if (subscription == null || subscription.outWith(GRAVE, sequence).isEmpty()) {
            // Deleted meanwhile, or asked for twice.
            return;
        }
        Destination queue = queueFor(subscription);
        if (queue == null) {
            return;
        }
        whyByDead.remove(new Dead(command.subscriptionId(), command.sequence()));
        MessageBatch batch = command.batch();
        long first = queue.nextSequence;
        out.emit(new PartitionEvent.Enqueued(queue.id, first, Id128.NONE, command.user(), batch));
        out.emit(new PartitionEvent.Settled(subscription.id, sequence));
        queue.know(
                new Block(first, batch.count(), batch.length()),
                BodyRules.bytes(batch) - batch.length());
        if (subscription.isPlain()
                && subscription.consumers.isEmpty()
                && !subscription.isAnythingOut()) {
            // Its consumer was closed meanwhile.
            out.emit(new PartitionEvent.SubscriptionDeleted(subscription.id));
        }
        timers.stored(queue, out);
        queue.subscriptions.forEach(each -> dispatcher.dispatch(each, out));
    }
}
