package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;
import io.millrace.wire.BranchPrepared;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TransactionFrame.Settlement;
import io.millrace.wire.TransactionId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides sessions' transactions; what they sent is with {@link StagedTransactions} until then.
 *
 * <p>A commit is one turn's events and so one entry of the log: {@code Enqueued} for each batch,
 * {@code Settled} for each consumer, {@code TransactionCommitted} with the number by which a commit
 * that is asked again finds its outcome. What was delivered in a transaction is out with its
 * consumers like any other delivery, and comes back the same way if they do not come back.
 *
 * <p>Owned by the partition's thread.
 */
final class Transactions {

    private final PartitionState state;
    private final Arrivals arrivals;
    private final Deliveries deliveries;
    private final TransactedSends transacted;
    private final Connections connections;
    private final BranchWork branchWork;
    private final Coordination coordination;
    private final StagedTransactions staging;

    Transactions(
            PartitionState state,
            Arrivals arrivals,
            Deliveries deliveries,
            TransactedSends transacted,
            Connections connections,
            BranchWork branchWork,
            Coordination coordination,
            StagedTransactions staging) {
        this.staging = staging;
        this.state = state;
        this.arrivals = arrivals;
        this.deliveries = deliveries;
        this.transacted = transacted;
        this.connections = connections;
        this.branchWork = branchWork;
        this.coordination = coordination;
    }

    /**
     * All of a transaction is to happen, or nothing; or it has happened, and is asked for again.
     */
    void commit(TransactionStep.Commit command, Decision out) {
        TransactionId id = command.id();
        ProducerWindow window = windowOf(id, command.origin());
        if (window == null) {
            refuse(command, ErrorCode.PRODUCER_EXPIRED, Arrivals.isUnknown(id.sessionId()), out);
        } else {
            switch (window.fateOf(id.number())) {
                case COMMITTED -> confirm(command, out);
                case OPEN -> commitOpen(command, out);
                case ROLLED_BACK ->
                        refuse(command, ErrorCode.ROLLED_BACK, Inquiries.isRuledOut(id), out);
                case FORGOTTEN -> {
                    if (state.decisions.participants(id) != null) {
                        // Not all participants know yet, and none may hear anything else.
                        confirm(command, out);
                    } else {
                        refuse(command, ErrorCode.PRODUCER_EXPIRED, Inquiries.isForgotten(id), out);
                    }
                }
            }
        }
        staging.forget(id.sessionId());
    }

    private void commitOpen(TransactionStep.Commit command, Decision out) {
        StagedTransactions.Staged staged = staging.of(command.origin(), command.id());
        String obstacle = obstacle(new Part(command), staged);
        if (obstacle != null) {
            rollBackParticipants(command, out);
            refuse(command, ErrorCode.ROLLED_BACK, obstacle, out);
        } else {
            decide(command, staged.sends, out);
            confirm(command, out);
        }
    }

    /** Once they are told that nothing of it happens, nothing of it may. */
    private static void rollBackParticipants(TransactionStep.Commit command, Decision out) {
        if (!command.participants().isEmpty()) {
            out.emit(new TransactionEvent.TransactionRuledOut(command.id()));
        }
    }

    /** The window of a session, if that belongs to the connection that asks. */
    private @Nullable ProducerWindow windowOf(TransactionId id, Origin origin) {
        ProducerWindow window = state.windowsByProducer.get(id.sessionId());
        return window == null || !window.connectionId.equals(origin.connectionId()) ? null : window;
    }

    /** What is to happen of a transaction here. */
    private record Part(
            Origin origin, TransactionId id, int messages, List<Settlement> settlements) {

        Part(TransactionStep.Commit command) {
            this(command.origin(), command.id(), command.messages(), command.settlements());
        }

        Part(TransactionStep.PreparePart command) {
            this(command.origin(), command.id(), command.messages(), command.settlements());
        }

        Holder holder(Settlement settlement) {
            return new Holder(origin.connectionId(), settlement.consumerId());
        }
    }

    /** Why nothing of a transaction can happen; null if all of it can. */
    private @Nullable String obstacle(Part part, StagedTransactions.Staged staged) {
        if (staged.failure != null) {
            return staged.failure;
        }
        if (staged.messages != part.messages()) {
            return "Expected all "
                    + part.messages()
                    + " messages of transaction "
                    + part.id()
                    + " to be here, but there are "
                    + staged.messages;
        }
        long bytes = staged.bytes;
        for (Settlement settlement : part.settlements()) {
            bytes += (long) TransactedSends.RANGE_BYTES * settlement.sequences().rangeCount();
        }
        String obstacle =
                transacted.obstacle(
                        staged.sends,
                        bytes,
                        destination -> settledBy(part.settlements(), destination));
        if (obstacle != null) {
            return obstacle;
        }
        for (Settlement settlement : part.settlements()) {
            Subscription subscription = state.subscriptionsById.get(settlement.subscriptionId());
            // One that is gone takes with it what it delivered: nobody can get that again.
            if (subscription != null
                    && !deliveries.isHeld(
                            subscription, part.holder(settlement), settlement.sequences())) {
                return "Expected the messages received in transaction "
                        + part.id()
                        + " to be still with their consumer, but after its connection was lost others"
                        + " may have got some of them";
            }
        }
        return null;
    }

    // ---- with other partitions ----

    /** This partition's part is to be such that another can decide, whatever happens. */
    void prepare(TransactionStep.PreparePart command, long nowMillis, Decision out) {
        TransactionId id = command.id();
        ProducerWindow window = windowOf(id, command.origin());
        ErrorCode code = ErrorCode.ROLLED_BACK;
        String obstacle = null;
        if (window == null) {
            code = ErrorCode.PRODUCER_EXPIRED;
            obstacle = Arrivals.isUnknown(id.sessionId());
        } else if (window.fateOf(id.number()) == DecidedTransactions.Fate.ROLLED_BACK) {
            obstacle = Inquiries.isRuledOut(id);
        } else if (window.fateOf(id.number()) == DecidedTransactions.Fate.FORGOTTEN) {
            obstacle = Inquiries.isForgotten(id);
        } else if (window.fateOf(id.number()) == DecidedTransactions.Fate.OPEN
                && state.branches.prepared(id) == null) {
            StagedTransactions.Staged staged = staging.of(command.origin(), id);
            obstacle =
                    state.branches.count() < Branches.MAX_PREPARED
                            ? obstacle(new Part(command), staged)
                            : Branches.areTooMany();
            if (obstacle == null) {
                prepare(command, staged.sends, nowMillis, out);
            }
        }
        staging.forget(id.sessionId());
        if (obstacle != null) {
            Answers.refuse(command.origin(), command.requestId(), code, obstacle, out);
            return;
        }
        Part part = new Part(command);
        // Its session forgets them now.
        command.settlements()
                .forEach(each -> deliveries.letGo(part.holder(each), each.sequences()));
        coordination.wake(out);
        out.tell(
                command.origin().linkId(),
                new BranchPrepared(command.requestId(), false, PartitionSet.NONE));
    }

    private void prepare(
            TransactionStep.PreparePart command,
            List<PartitionCommand.Enqueue> staged,
            long nowMillis,
            Decision out) {
        long number = branchWork.nextNumber();
        List<BranchEvent.Settlement> settlements = new ArrayList<>();
        for (Settlement each : command.settlements()) {
            Subscription subscription = state.subscriptionsById.get(each.subscriptionId());
            if (subscription != null && !each.sequences().isEmpty()) {
                BranchLocks.take(subscription, Holder.ofBranch(number), each.sequences(), out);
                settlements.add(new BranchEvent.Settlement(subscription.id, each.sequences()));
            }
        }
        String clientId = connections.clientIdOf(command.origin().connectionId());
        List<BranchEvent.Send> sends = new ArrayList<>(staged.size());
        staged.forEach(send -> sends.add(BranchEvent.Send.of(send, clientId)));
        out.emit(
                new BranchEvent.TransactionPrepared(
                        command.id(),
                        number,
                        nowMillis,
                        command.coordinator(),
                        settlements,
                        sends));
    }

    /** Nothing of a transaction is to happen anywhere. */
    void rollbackEverywhere(TransactionStep.RollbackEverywhere command, Decision out) {
        TransactionId id = command.id();
        Origin origin = command.origin();
        ProducerWindow window = windowOf(id, origin);
        DecidedTransactions.Fate fate =
                window == null ? DecidedTransactions.Fate.FORGOTTEN : window.fateOf(id.number());
        if (fate == DecidedTransactions.Fate.COMMITTED
                || fate == DecidedTransactions.Fate.FORGOTTEN) {
            Answers.refuse(
                    origin,
                    command.requestId(),
                    ErrorCode.TRANSACTION_STATE,
                    "Expected a transaction of this connection that is not committed, but it is "
                            + id,
                    out);
            return;
        }
        if (fate == DecidedTransactions.Fate.OPEN) {
            out.emit(new TransactionEvent.TransactionRuledOut(id));
        }
        staging.forget(id.sessionId());
        coordination.decided(
                id,
                false,
                command.participants(),
                new Coordination.Answer(origin.linkId(), new BrokerFrame.Done(command.requestId())),
                out);
    }

    /** How many messages of a queue a transaction settles: these make room for what it sends. */
    private long settledBy(List<Settlement> settlements, Destination destination) {
        long settled = 0;
        for (Settlement settlement : settlements) {
            Subscription subscription = state.subscriptionsById.get(settlement.subscriptionId());
            if (subscription != null && TransactedSends.makesRoom(subscription, destination)) {
                settled += Fullness.count(settlement.sequences());
            }
        }
        return settled;
    }

    private void decide(
            TransactionStep.Commit command, List<PartitionCommand.Enqueue> sends, Decision out) {
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
        out.emit(new TransactionEvent.TransactionCommitted(command.id(), command.participants()));
        // Only now: what leaves for consumers waits for the whole of it.
        transacted.handOut(touched, out);
    }

    private void confirm(TransactionStep.Commit command, Decision out) {
        PartitionSet waitedFor = state.decisions.participants(command.id());
        BrokerFrame done = new BrokerFrame.Done(command.requestId());
        answer(command, true, waitedFor == null ? PartitionSet.NONE : waitedFor, done, out);
    }

    private void refuse(
            TransactionStep.Commit command, ErrorCode code, String message, Decision out) {
        BrokerFrame refused = new BrokerFrame.Refused(command.requestId(), code, message, 0);
        answer(command, false, command.participants(), refused, out);
    }

    /** The client hears it when all have done what is decided: then it is to be seen everywhere. */
    private void answer(
            TransactionStep.Commit command,
            boolean committed,
            PartitionSet participants,
            BrokerFrame frame,
            Decision out) {
        long linkId = command.origin().linkId();
        if (participants.isEmpty()) {
            out.tell(linkId, frame);
        } else {
            coordination.decided(
                    command.id(),
                    committed,
                    participants,
                    new Coordination.Answer(linkId, frame),
                    out);
        }
    }
}
