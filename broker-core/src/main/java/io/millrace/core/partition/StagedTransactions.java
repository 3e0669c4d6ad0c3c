package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.TransactionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What sessions send in a transaction, unseen until they commit; one in which a session stays too
 * long cannot be committed any more.
 *
 * <p>All of it is soft: it dies with the link, and the client, which keeps it until the outcome is
 * known, stages it again over the next one.
 *
 * <p>Owned by the partition's thread.
 */
final class StagedTransactions {

    private final PartitionState state;
    private final TransactedSends transacted;
    private final long timeoutMillis;

    // Soft state: dies with the process.
    private final Map<Id128, Staged> stagedBySession = new HashMap<>();

    /** When what took too long is looked for, on the clock that nobody sets. */
    private long wakeAtMillis = TimedSequences.NEVER;

    /** What was sent in the transaction that a session is in. */
    static final class Staged {
        final Id128 connectionId;
        final long number;
        final long endsAtMillis;
        final List<PartitionCommand.Enqueue> sends = new ArrayList<>();
        long bytes;
        int messages;
        long lastProducerSequence;

        /** Why it cannot be committed any more; null while it can. The commit will hear it. */
        @Nullable String failure;

        Staged(Id128 connectionId, long number, long endsAtMillis) {
            this.connectionId = connectionId;
            this.number = number;
            this.endsAtMillis = endsAtMillis;
        }
    }

    StagedTransactions(PartitionState state, TransactedSends transacted, long timeoutMillis) {
        this.state = state;
        this.transacted = transacted;
        this.timeoutMillis = timeoutMillis;
    }

    /** A batch was sent in a transaction. */
    void stage(PartitionCommand.Enqueue command, long steadyMillis, Decision out) {
        MessageBatch batch = command.batch();
        TransactionId id = TransactionId.of(batch.transactionId());
        ProducerWindow window = state.windowsByProducer.get(id.sessionId());
        if (window != null && window.fateOf(id.number()) != DecidedTransactions.Fate.OPEN
                || state.branches.prepared(id) != null) {
            // Sent again by a client that does not know yet what became of it.
            return;
        }
        Staged staged = of(command.origin(), id, steadyMillis + timeoutMillis);
        if (wakeAtMillis == TimedSequences.NEVER) {
            wakeAt(staged.endsAtMillis, out);
        }
        if (staged.failure != null
                || batch.firstProducerSequence() <= staged.lastProducerSequence) {
            return;
        }
        String obstacle = obstacleToStaging(command, window, staged.bytes, id.sessionId());
        if (obstacle != null) {
            fail(staged, obstacle);
            return;
        }
        staged.sends.add(command);
        staged.lastProducerSequence = batch.lastProducerSequence();
        staged.messages += batch.count();
        long bytes = TransactedSends.bytesOf(command);
        staged.bytes += bytes;
        transacted.staged(bytes);
    }

    private @Nullable String obstacleToStaging(
            PartitionCommand.Enqueue command,
            @Nullable ProducerWindow window,
            long stagedBefore,
            Id128 sessionId) {
        if (window == null) {
            return Arrivals.isUnknown(sessionId);
        }
        if (window.arrivalOf(command.batch()) != ProducerWindow.Arrival.NEW) {
            return window.reasonAgainst(command.batch(), ProducerWindow.Arrival.TORN);
        }
        return transacted.obstacleToStaging(command, stagedBefore);
    }

    private Staged of(Origin origin, TransactionId id, long endsAtMillis) {
        Staged staged = stagedBySession.get(id.sessionId());
        if (staged == null || staged.number != id.number()) {
            forget(id.sessionId());
            staged = new Staged(origin.connectionId(), id.number(), endsAtMillis);
            stagedBySession.put(id.sessionId(), staged);
        }
        return staged;
    }

    /** What a session has sent in a transaction that is decided in this turn. */
    Staged of(Origin origin, TransactionId id) {
        return of(origin, id, TimedSequences.NEVER);
    }

    private void fail(Staged staged, String why) {
        release(staged);
        staged.failure = why;
    }

    private void release(Staged staged) {
        transacted.staged(-staged.bytes);
        staged.bytes = 0;
        staged.sends.clear();
    }

    void forget(Id128 sessionId) {
        Staged staged = stagedBySession.remove(sessionId);
        if (staged != null) {
            release(staged);
        }
    }

    /** Rolls back what took too long; the commit, if it ever comes, will hear it. */
    void tick(long steadyMillis, Decision out) {
        long next = TimedSequences.NEVER;
        for (Map.Entry<Id128, Staged> each : stagedBySession.entrySet()) {
            Staged staged = each.getValue();
            if (staged.failure != null) {
                continue;
            }
            if (staged.endsAtMillis <= steadyMillis) {
                fail(
                        staged,
                        "Expected transaction "
                                + new TransactionId(each.getKey(), staged.number)
                                + " to be committed within "
                                + timeoutMillis
                                + " ms of its first message (transactions.timeout.ms), but it was"
                                + " not");
            } else {
                next = Math.min(next, staged.endsAtMillis);
            }
        }
        wakeAt(next, out);
    }

    private void wakeAt(long millis, Decision out) {
        wakeAtMillis = millis;
        if (millis != TimedSequences.NEVER) {
            out.effectNow(new Effect.WakeAt(millis));
        }
    }

    /** A connection's link is gone: it stages everything again over the next one, if it comes. */
    void forgetConnection(Id128 connectionId) {
        stagedBySession
                .values()
                .removeIf(
                        staged -> {
                            boolean gone = staged.connectionId.equals(connectionId);
                            if (gone) {
                                release(staged);
                            }
                            return gone;
                        });
    }

    /** Nothing of a transaction is to happen. */
    void rollback(TransactionStep.Rollback command) {
        Staged staged = stagedBySession.get(command.id().sessionId());
        if (staged != null && staged.number <= command.id().number()) {
            forget(command.id().sessionId());
        }
    }

    /** A transaction is ruled out: what is staged of it is not wanted any more. */
    void ruledOut(TransactionId id) {
        Staged staged = stagedBySession.get(id.sessionId());
        if (staged != null && staged.number == id.number()) {
            forget(id.sessionId());
        }
    }

    /** Whether a session has sent in a later transaction over the link that it has. */
    boolean isBehind(TransactionId id) {
        Staged staged = stagedBySession.get(id.sessionId());
        return staged != null && staged.number > id.number();
    }
}
