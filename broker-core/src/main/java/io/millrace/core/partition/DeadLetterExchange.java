package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.partition.DeadLetterEvent.DeadLetterLeaving;
import io.millrace.core.partition.DeadLetterEvent.DeadLetterLeft;
import io.millrace.core.partition.DeadLetterMoves.Letter;
import io.millrace.wire.SequenceRanges;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The way of dead letters to a queue that lives in another partition. Two logs cannot have one
 * entry, so the letter stays here, with nobody, until the other side says that it has it.
 *
 * <pre>
 *   here                                   there
 *   HandedOut to the grave
 *   DeadLetterLeaving(number)
 *                        -- Take(number) ->
 *                                          Enqueued, DeadLetterTaken(number)      one entry
 *                       &lt;- Taken(number) --
 *   Settled, DeadLetterLeft(number)        one entry
 * </pre>
 *
 * <p>Each arrow leaves once what stands before it is durable. Whatever crashes, here it is asked
 * again until it is answered, and there a number is taken once. Owned by the partition's thread.
 */
final class DeadLetterExchange {

    /** So many copies are under way at a time, unless nothing comes back. */
    private static final int AT_ONCE = 16;

    /** Those that cannot be read must not keep the others from leaving. */
    private static final int MOST_AT_ONCE = 1_024;

    private final int partition;
    private final PartitionState state;

    // Soft state: dies with the process.
    private final Map<String, Integer> partitionsByQueue = new HashMap<>();
    private final Set<Letter> underWay = new HashSet<>();
    private int most = AT_ONCE;

    DeadLetterExchange(int partition, PartitionState state) {
        this.partition = partition;
        this.state = state;
    }

    /** The catalog says where a queue lives. */
    void found(DeadLetterStep.Found step) {
        partitionsByQueue.put(step.queue(), step.partition());
    }

    /** Whether it is known where a queue lives. */
    boolean knows(String queue) {
        return partitionsByQueue.containsKey(queue);
    }

    /** Whether nothing has to be asked again. */
    boolean isIdle() {
        return underWay.isEmpty() && state.deadLetters.underWay().isEmpty();
    }

    boolean isFull() {
        return underWay.size() >= most;
    }

    /** Whether so few are under way that more can follow. */
    boolean hasRoom() {
        return underWay.size() <= most / 2;
    }

    /** Whether a letter is to be copied now: it is not yet, and there is room. */
    boolean begin(Letter letter) {
        return !isFull() && underWay.add(letter);
    }

    /**
     * Nothing that was asked is waited for any more: it is asked again. What has no letter any
     * more, since its subscription or its message is gone, is over.
     */
    void lookAgain(Decision out) {
        most = underWay.isEmpty() ? AT_ONCE : Math.min(MOST_AT_ONCE, 2 * most);
        underWay.clear();
        partitionsByQueue.clear();
        for (DeadLetterLeaving each : state.deadLetters.underWay()) {
            if (!isDead(each)) {
                out.emit(new DeadLetterLeft(each.number()));
            }
        }
    }

    /** Whether the message of a move is still with nobody. */
    boolean isDead(DeadLetterLeaving move) {
        Subscription subscription = state.subscriptionsById.get(move.subscriptionId());
        SequenceRanges sequence = SequenceRanges.of(move.sequence(), move.sequence());
        return subscription != null && !subscription.outWith(DeadLetters.GRAVE, sequence).isEmpty();
    }

    /** Whether a letter cannot leave: its body was sent ahead, and is here. */
    boolean isBound(String queue, PartitionCommand.BuryDeadLetter copy) {
        return knows(queue) && !copy.batch().bodies().isEmpty();
    }

    /** The copy of a letter is written: it is to be taken where its queue lives. */
    void depart(String queue, PartitionCommand.BuryDeadLetter copy, Decision out) {
        Letter letter = new Letter(copy.subscriptionId(), copy.sequence());
        DeadLetterLeaving move = state.deadLetters.leaving(letter);
        if (move == null) {
            Integer to = partitionsByQueue.get(queue);
            if (to == null) {
                // Not known any more: it is looked at again.
                return;
            }
            move =
                    new DeadLetterLeaving(
                            state.deadLetters.nextNumber(),
                            letter.subscriptionId(),
                            letter.sequence(),
                            to,
                            queue);
            out.emit(move);
        }
        DeadLetterStep take =
                new DeadLetterStep.Take(
                        partition,
                        move.number(),
                        state.deadLetters.lowest(),
                        move.queue(),
                        copy.user(),
                        copy.batch());
        out.effect(
                new Effect.AskPartition(move.partition(), new PartitionCommand.DeadLetter(take)));
    }

    /** The other side has it. */
    void taken(DeadLetterLeaving move) {
        forget(new Letter(move.subscriptionId(), move.sequence()));
        most = AT_ONCE;
    }

    /** It is not under way any more. */
    void forget(Letter letter) {
        underWay.remove(letter);
    }

    /** Says that another partition's letter is here. */
    void answer(DeadLetterStep.Take step, Decision out) {
        out.effect(
                new Effect.AskPartition(
                        step.source(),
                        new PartitionCommand.DeadLetter(new DeadLetterStep.Taken(step.number()))));
    }
}
