package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.TransactionFrame.Settlement;
import io.millrace.wire.TransactionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Work that is not decided yet: what sessions send in a transaction is staged here, unseen, until
 * they commit.
 *
 * <p>A commit is one turn's events and so one entry of the log: {@code Enqueued} for each batch,
 * {@code Settled} for each consumer, {@code TransactionCommitted} with the number by which a commit
 * that is asked again finds its outcome. What is staged is soft: it dies with the link, and the
 * client, which keeps it until the outcome is known, stages it again over the next one. What was
 * delivered in a transaction is out with its consumers like any other delivery, and comes back the
 * same way if they do not come back.
 *
 * <p>Owned by the partition's thread.
 */
final class Transactions {

    private final PartitionState state;
    private final Arrivals arrivals;
    private final Deliveries deliveries;
    private final TransactedSends transacted;
    private final long timeoutMillis;

    // Soft state: dies with the process.
    private final Map<Id128, Staged> stagedBySession = new HashMap<>();

    /** When what took too long is looked for, on the clock that nobody sets. */
    private long wakeAtMillis = TimedSequences.NEVER;

    /** What was sent in the transaction that a session is in. */
    private static final class Staged {
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

    Transactions(
            PartitionState state,
            Arrivals arrivals,
            Deliveries deliveries,
            TransactedSends transacted,
            long timeoutMillis) {
        this.timeoutMillis = timeoutMillis;
        this.state = state;
        this.arrivals = arrivals;
        this.deliveries = deliveries;
        this.transacted = transacted;
    }

    /** A batch was sent in a transaction. */
    void stage(PartitionCommand.Enqueue command, long steadyMillis, Decision out) {
        MessageBatch batch = command.batch();
        TransactionId id = TransactionId.of(batch.transactionId());
        ProducerWindow window = state.windowsByProducer.get(id.sessionId());
        if (window != null && window.fateOf(id.number()) != DecidedTransactions.Fate.OPEN) {
            // Sent again by a client that does not know yet what became of it.
            return;
        }
        Staged staged = staged(command.origin(), id, steadyMillis + timeoutMillis);
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

    private Staged staged(Origin origin, TransactionId id, long endsAtMillis) {
        Staged staged = stagedBySession.get(id.sessionId());
        if (staged == null || staged.number != id.number()) {
            forget(id.sessionId());
            staged = new Staged(origin.connectionId(), id.number(), endsAtMillis);
            stagedBySession.put(id.sessionId(), staged);
        }
        return staged;
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

    private void forget(Id128 sessionId) {
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
    void rollback(PartitionCommand.Rollback command) {
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

    /**
     * All of a transaction is to happen, or nothing; or it has happened, and is asked for again.
     */
    void commit(PartitionCommand.Commit command, Decision out) {
        TransactionId id = command.id();
        ProducerWindow window = state.windowsByProducer.get(id.sessionId());
        if (window == null || !window.connectionId.equals(command.origin().connectionId())) {
            refuse(command, ErrorCode.PRODUCER_EXPIRED, Arrivals.isUnknown(id.sessionId()), out);
        } else {
            switch (window.fateOf(id.number())) {
                case COMMITTED -> confirm(command, out);
                case OPEN -> commitOpen(command, out);
                case ROLLED_BACK ->
                        refuse(command, ErrorCode.ROLLED_BACK, Inquiries.isRuledOut(id), out);
                case FORGOTTEN ->
                        refuse(command, ErrorCode.PRODUCER_EXPIRED, Inquiries.isForgotten(id), out);
            }
        }
        forget(id.sessionId());
    }

    private void commitOpen(PartitionCommand.Commit command, Decision out) {
        Staged staged = staged(command.origin(), command.id(), TimedSequences.NEVER);
        String obstacle = obstacle(command, staged);
        if (obstacle != null) {
            refuse(command, ErrorCode.ROLLED_BACK, obstacle, out);
        } else {
            decide(command, staged.sends, out);
            confirm(command, out);
        }
    }

    /** Whether a session has sent in a later transaction over the link that it has. */
    boolean isBehind(TransactionId id) {
        Staged staged = stagedBySession.get(id.sessionId());
        return staged != null && staged.number > id.number();
    }

    /** Why nothing of a transaction can happen; null if all of it can. */
    private @Nullable String obstacle(PartitionCommand.Commit command, Staged staged) {
        if (staged.failure != null) {
            return staged.failure;
        }
        if (staged.messages != command.messages()) {
            return "Expected all "
                    + command.messages()
                    + " messages of transaction "
                    + command.id()
                    + " to be here, but there are "
                    + staged.messages;
        }
        long bytes = staged.bytes;
        for (Settlement settlement : command.settlements()) {
            bytes += (long) TransactedSends.RANGE_BYTES * settlement.sequences().rangeCount();
        }
        String obstacle =
                transacted.obstacle(
                        staged.sends, bytes, destination -> settledBy(command, destination));
        if (obstacle != null) {
            return obstacle;
        }
        for (Settlement settlement : command.settlements()) {
            Subscription subscription = state.subscriptionsById.get(settlement.subscriptionId());
            // One that is gone takes with it what it delivered: nobody can get that again.
            if (subscription != null
                    && !deliveries.isHeld(
                            subscription, holder(command, settlement), settlement.sequences())) {
                return "Expected the messages received in transaction "
                        + command.id()
                        + " to be still with their consumer, but after its connection was lost others"
                        + " may have got some of them";
            }
        }
        return null;
    }

    /** How many messages of a queue a transaction settles: these make room for what it sends. */
    private long settledBy(PartitionCommand.Commit command, Destination destination) {
        long settled = 0;
        for (Settlement settlement : command.settlements()) {
            Subscription subscription = state.subscriptionsById.get(settlement.subscriptionId());
            if (subscription != null && TransactedSends.makesRoom(subscription, destination)) {
                settled += Fullness.count(settlement.sequences());
            }
        }
        return settled;
    }

    private static Holder holder(PartitionCommand.Commit command, Settlement settlement) {
        return new Holder(command.origin().connectionId(), settlement.consumerId());
    }

    private void decide(
            PartitionCommand.Commit command, List<PartitionCommand.Enqueue> sends, Decision out) {
        Set<Destination> touched = new LinkedHashSet<>();
        for (PartitionCommand.Enqueue send : sends) {
            Destination destination = state.destination(send.destinationId());
            arrivals.append(send.origin(), destination, send.batch(), out);
            touched.add(destination);
        }
        for (Settlement settlement : command.settlements()) {
            Subscription subscription = state.subscriptionsById.get(settlement.subscriptionId());
            if (subscription != null && !settlement.sequences().isEmpty()) {
                if (!subscription.backlog.groups.isEmpty()) {
                    touched.add(subscription.destination);
                }
                out.emit(new PartitionEvent.Settled(subscription.id, settlement.sequences()));
                deliveries.endIfUnused(subscription, out);
            }
        }
        out.emit(new PartitionEvent.TransactionCommitted(command.id()));
        // Only now: what leaves for consumers waits for the whole of it.
        transacted.handOut(touched, out);
    }

    private static void confirm(PartitionCommand.Commit command, Decision out) {
        out.tell(command.origin().linkId(), new BrokerFrame.Done(command.requestId()));
    }

    private static void refuse(
            PartitionCommand.Commit command, ErrorCode code, String message, Decision out) {
        out.tell(
                command.origin().linkId(),
                new BrokerFrame.Refused(command.requestId(), code, message, 0));
    }
}
