package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.partition.DeadLetterMoves.Letter;
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
 * or in the other, whatever crashes. If the queue lives in another partition, {@link
 * DeadLetterExchange} says how it gets there. Owned by the partition's thread.
 */
final class DeadLetters {

    /** Has what is about to be moved. No connection has this id, so it is never released. */
    static final Holder GRAVE = new Holder(Id128.NONE, 0);

    /** After so long without a queue, the catalog is asked again. */
    private static final long ASK_AGAIN_MILLIS = 5_000;

    /** Of the last so many it is remembered why they were given back. */
    private static final int REMEMBERED = 2_000;

    private final int partition;
    private final PartitionState state;
    private final DeadLetterExchange exchange;
    private final Dispatcher dispatcher;
    private final Timers timers;
    private final RedeliveryPolicies policies;

    // Soft state: dies with the process.
    /** Why applications could not do with what they gave back last; oldest first. */
    private final Map<Letter, String> whyByDead = new LinkedHashMap<>();

    /** Whether there is too little space for copies. */
    private boolean shortOfSpace;

    /** Queues that the catalog was asked for. */
    private final Set<String> asked = new HashSet<>();

    /** Begins with the first command: a crash may have interrupted something. */
    private long lookAgainMillis = Long.MIN_VALUE;

    /** When the current command is handled, on the clock that nobody sets. */
    private long steadyMillis;

    /**
     * Those of a partition.
     *
     * @param partition its number
     */
    DeadLetters(
            int partition,
            PartitionState state,
            Dispatcher dispatcher,
            Timers timers,
            RedeliveryPolicies policies) {
        this.partition = partition;
        this.state = state;
        this.exchange = new DeadLetterExchange(partition, state);
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
            exchange.lookAgain(out);
            state.deadLetters.underWay().forEach(each -> ask(each.queue(), out));
            moveAll(out);
        }
    }

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
                whyByDead.put(new Letter(subscription.id, each), why);
            }
        }
        // Also forgets what was deleted before it was moved.
        Iterator<Letter> oldest = whyByDead.keySet().iterator();
        while (whyByDead.size() > REMEMBERED) {
            oldest.next();
            oldest.remove();
        }
    }

    private String queueOf(Subscription subscription) {
        return policies.of(subscription.destination.name).deadLetters();
    }

    /** The queue with a name if it lives here. */
    private @Nullable Destination queueHere(String name) {
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
        String queue = queueOf(subscription);
        boolean isHere = queueHere(queue) != null;
        boolean wasIdle = exchange.isIdle();
        if (!isHere && !exchange.knows(queue)) {
            ask(queue, out);
        }
        for (int range = 0; range < sequences.rangeCount(); range++) {
            for (long each = sequences.first(range); each <= sequences.last(range); each++) {
                Letter letter = new Letter(subscription.id, each);
                if (state.deadLetters.leaving(letter) == null) {
                    if (isHere) {
                        copy(subscription, letter, out);
                        continue;
                    }
                    if (!exchange.knows(queue)) {
                        continue;
                    }
                }
                if (exchange.begin(letter)) {
                    copy(subscription, letter, out);
                } else if (!isHere && exchange.isFull()) {
                    break;
                }
            }
        }
        if (wasIdle && !exchange.isIdle()) {
            lookAgainLater(out);
        }
    }

    private void copy(Subscription subscription, Letter letter, Decision out) {
        Destination source = subscription.destination;
        out.effect(
                new Effect.CopyDeadLetter(
                        subscription.id,
                        source.id,
                        letter.sequence(),
                        source.kind,
                        source.name,
                        subscription.deliveryCount(letter.sequence()) - 1,
                        policies.of(source.name)
                                .delaysBefore(subscription.timesGiven(letter.sequence())),
                        whyByDead.get(letter)));
    }

    private void ask(String queue, Decision out) {
        if (asked.add(queue)) {
            out.effect(
                    new Effect.AskCatalog(
                            new CatalogCommand.FindDeadLetterQueue(partition, queue)));
            lookAgainLater(out);
        }
    }

    private void lookAgainLater(Decision out) {
        lookAgainMillis = Math.min(lookAgainMillis, steadyMillis + ASK_AGAIN_MILLIS);
        wake(out);
    }

    /** Asks to be woken when it is time to look again; each tick uses up what was asked for. */
    void wake(Decision out) {
        if (!asked.isEmpty() || !exchange.isIdle()) {
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
        Letter letter = new Letter(command.subscriptionId(), command.sequence());
        Destination queue =
                state.deadLetters.leaving(letter) == null ? queueHere(queueOf(subscription)) : null;
        if (queue == null) {
            if (exchange.isBound(queueOf(subscription), command)) {
                putBack(subscription, letter, out);
            } else {
                exchange.depart(queueOf(subscription), command, out);
            }
            return;
        }
        long first = store(queue, command.user(), command.batch(), out);
        settle(subscription, letter, out);
        stored(queue, first, command.batch(), out);
    }

    private static long store(
            Destination queue, @Nullable String user, MessageBatch batch, Decision out) {
        long first = queue.nextSequence;
        out.emit(new PartitionEvent.Enqueued(queue.id, first, Id128.NONE, user, batch));
        return first;
    }

    private void stored(Destination queue, long first, MessageBatch batch, Decision out) {
        queue.know(
                new Block(first, batch.count(), batch.length()),
                BodyRules.bytes(batch) - batch.length());
        timers.stored(queue, out);
        queue.subscriptions.forEach(each -> dispatcher.dispatch(each, out));
    }

    private void settle(Subscription subscription, Letter letter, Decision out) {
        whyByDead.remove(letter);
        out.emit(
                new PartitionEvent.Settled(
                        subscription.id, SequenceRanges.of(letter.sequence(), letter.sequence())));
        deleteIfLeft(subscription, out);
    }

    /** What cannot go where it should is seen where it is, and delivered again. */
    private void putBack(Subscription subscription, Letter letter, Decision out) {
        out.emit(
                new PartitionEvent.Returned(
                        subscription.id,
                        ReturnCause.NEVER_GIVEN,
                        SequenceRanges.of(letter.sequence(), letter.sequence())));
        exchange.forget(letter);
        deleteIfLeft(subscription, out);
        if (state.subscriptionsById.containsKey(subscription.id)) {
            dispatcher.dispatch(subscription, out);
        }
    }

    private static void deleteIfLeft(Subscription subscription, Decision out) {
        if (subscription.isPlain()
                && subscription.consumers.isEmpty()
                && !subscription.isAnythingOut()) {
            // Its consumer was closed meanwhile.
            out.emit(new PartitionEvent.SubscriptionDeleted(subscription.id));
        }
    }

    /** Catalog and partitions about letters whose queue lives elsewhere. */
    void handle(DeadLetterStep step, Decision out) {
        step.dispatch(new Steps(out));
    }

    /** The handling of one step. */
    private final class Steps implements DeadLetterStep.Handler {

        private final Decision out;

        Steps(Decision out) {
            this.out = out;
        }

        @Override
        public void found(DeadLetterStep.Found step) {
            exchange.found(step);
            asked.remove(step.queue());
            moveAll(out);
        }

        @Override
        public void take(DeadLetterStep.Take step) {
            if (state.deadLetters.isTaken(step.source(), step.number())) {
                exchange.answer(step, out);
                return;
            }
            Destination queue = queueHere(step.queue());
            if (queue == null || shortOfSpace) {
                // It is asked again.
                return;
            }
            long first = store(queue, step.user(), step.batch(), out);
            out.emit(
                    new DeadLetterEvent.DeadLetterTaken(
                            step.source(), step.number(), step.lowest()));
            stored(queue, first, step.batch(), out);
            exchange.answer(step, out);
        }

        @Override
        public void taken(DeadLetterStep.Taken step) {
            DeadLetterEvent.DeadLetterLeaving move = state.deadLetters.leaving(step.number());
            if (move == null) {
                return;
            }
            boolean isDead = exchange.isDead(move);
            out.emit(new DeadLetterEvent.DeadLetterLeft(step.number()));
            exchange.taken(move);
            Subscription subscription = state.subscriptionsById.get(move.subscriptionId());
            if (isDead && subscription != null) {
                settle(subscription, new Letter(move.subscriptionId(), move.sequence()), out);
            }
            if (exchange.hasRoom()) {
                moveAll(out);
            }
        }
    }
}
