package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.Outcome;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What consumers ask for: to begin, to end, to get more, and to settle what they got. */
final class Deliveries {

    /**
     * How long a client may believe in an owner that it does not hear from; no other owner can
     * exist yet.
     */
    private static final long LEASE_MILLIS = 30_000;

    private final PartitionState state;
    private final Dispatcher dispatcher;
    private final Members members;
    private final Returns returns;
    private final long epoch;

    // Soft state: dies with the process.
    private final Map<Holder, Subscription> subscriptionsByHolder = new HashMap<>();

    /**
     * What consumers say they hold and do not any more: their time to come back had passed. They
     * may get it again; until they have given it back, what they are done with is not that.
     */
    private final Map<Holder, RangeSet> lostByHolder = new HashMap<>();

    Deliveries(
            PartitionState state,
            Dispatcher dispatcher,
            Members members,
            Returns returns,
            long epoch) {
        this.state = state;
        this.dispatcher = dispatcher;
        this.members = members;
        this.returns = returns;
        this.epoch = epoch;
    }

    void attach(PartitionCommand.Attach command, Decision out) {
        Origin origin = command.origin();
        Holder holder = new Holder(origin.connectionId(), command.consumerId());
        Subscription subscription = state.subscriptionsById.get(command.subscriptionId());
        if (subscription == null) {
            refuse(
                    command,
                    ErrorCode.INVALID_DESTINATION,
                    "Expected subscription "
                            + command.subscriptionId()
                            + " to exist, but it does not; it may have been deleted",
                    out);
            return;
        }
        if (!mayConsume(command, subscription, out)) {
            members.refused(subscription, origin.connectionId(), out);
            return;
        }
        Consumer before = subscription.consumerOf(holder);
        if (before != null) {
            subscription.consumers.remove(before);
        }
        if (subscription.isExclusive() && !subscription.consumers.isEmpty()) {
            refuse(
                    command,
                    ErrorCode.IN_USE,
                    "Expected subscription '"
                            + subscription.name
                            + "' to have no active consumer, but it has one; close that first",
                    out);
            return;
        }
        takeUp(command, subscription, holder, out);
        Consumer consumer = new Consumer(origin, command.consumerId(), subscription);
        consumer.creditMessages = command.creditMessages();
        consumer.creditBytes = command.creditBytes();
        if (command.selector() != null) {
            consumer.selection = subscription.select(command.selector());
        }
        subscription.consumers.add(consumer);
        subscription.unreadable = false;
        members.attached(subscription, holder);
        subscriptionsByHolder.put(holder, subscription);
        out.tell(
                origin.linkId(),
                new BrokerFrame.Attached(
                        command.requestId(), command.consumerId(), epoch, LEASE_MILLIS));
        dispatcher.dispatch(subscription, out);
    }

    private static boolean mayConsume(
            PartitionCommand.Attach command, Subscription subscription, Decision out) {
        Id128 owner = subscription.destination.owner;
        if (subscription.destination.kind == DestinationKind.BODY) {
            refuse(
                    command,
                    ErrorCode.INVALID_DESTINATION,
                    "Expected a destination of messages to consume from, but it is a body",
                    out);
            return false;
        }
        if (!owner.equals(Id128.NONE) && !owner.equals(command.origin().connectionId())) {
            refuse(
                    command,
                    ErrorCode.INVALID_DESTINATION,
                    "Expected a consumer of the connection that created "
                            + subscription.destination.name
                            + ", but another connection asks to consume from it",
                    out);
            return false;
        }
        if (command.selector() != null && !subscription.destination.kind.isQueue()) {
            refuse(
                    command,
                    ErrorCode.PROTOCOL,
                    "Expected the selector of a topic's subscription in Subscribe, but it came in Attach",
                    out);
            return false;
        }
        return true;
    }

    /** Settles what the client's lists say of deliveries that it had before it lost its link. */
    private void takeUp(
            PartitionCommand.Attach command,
            Subscription subscription,
            Holder holder,
            Decision out) {
        // The time to come back may have passed: then they wait again, or another has them. What is
        // confirmed here must never leave again, whoever has it now.
        settle(subscription, subscription.handedOut(command.settled(), command.replays()), out);
        returns.giveBack(
                subscription,
                // It may have been given back before the link was lost, and handed out again since:
                // then it would count twice.
                ReturnCause.UNKNOWN,
                subscription.outWith(holder, command.released()),
                out);
        reclaim(
                subscription,
                holder,
                subscription.waitingAgain(command.held(), command.replays()),
                out);
        returns.giveBack(
                subscription,
                ReturnCause.NEVER_GIVEN,
                allOutBut(subscription, holder, command.held()),
                out);
        lostByHolder.remove(holder);
        if (!command.held().isEmpty()) {
            RangeSet lost = new RangeSet();
            lost.add(command.held());
            lost.remove(subscription.outWith(holder));
            if (!lost.isEmpty()) {
                lostByHolder.put(holder, lost);
            }
        }
    }

    /**
     * What waits again goes back to the consumer that still has it; of a group only if no other has
     * that by now, and nothing of it waits before.
     */
    private static void reclaim(
            Subscription subscription, Holder holder, SequenceRanges waiting, Decision out) {
        if (waiting.isEmpty() || subscription.backlog.groups.isEmpty()) {
            resume(subscription, holder, waiting, out);
            return;
        }
        for (int range = 0; range < waiting.rangeCount(); range++) {
            for (long each = waiting.first(range); each <= waiting.last(range); each++) {
                if (subscription.backlog.groups.isNextFor(holder, each)) {
                    resume(subscription, holder, SequenceRanges.of(each, each), out);
                }
            }
        }
    }

    /** The delivery goes on; when it was taken for lost, or given back for it, it was counted. */
    private static void resume(
            Subscription subscription, Holder holder, SequenceRanges sequences, Decision out) {
        SequenceRanges counted = subscription.counted(sequences);
        if (!counted.isEmpty()) {
            out.emit(new PartitionEvent.Returned(subscription.id, ReturnCause.RECLAIMED, counted));
        }
        if (!sequences.isEmpty()) {
            out.emit(new PartitionEvent.HandedOut(subscription.id, holder, sequences));
        }
    }

    /** Whether all of some deliveries are with a consumer, and have been since it got them. */
    boolean isHeld(Subscription subscription, Holder holder, SequenceRanges sequences) {
        RangeSet lost = lostByHolder.get(holder);
        return subscription.outWith(holder, sequences).equals(sequences)
                && (lost == null || lost.intersect(sequences).isEmpty());
    }

    /** A consumer's session has given deliveries away, wherever they are. */
    void letGo(Holder holder, SequenceRanges sequences) {
        RangeSet lost = lostByHolder.get(holder);
        if (lost != null) {
            lost.remove(sequences);
        }
    }

    private static SequenceRanges allOutBut(
            Subscription subscription, Holder holder, SequenceRanges kept) {
        RangeSet rest = new RangeSet();
        rest.add(subscription.outWith(holder));
        rest.remove(kept);
        return rest.toRanges();
    }

    void detach(PartitionCommand.Detach command, Decision out) {
        Holder holder = new Holder(command.origin().connectionId(), command.consumerId());
        Subscription subscription = subscriptionOf(holder);
        if (subscription != null) {
            Consumer consumer = subscription.consumerOf(holder);
            if (consumer != null) {
                subscription.consumers.remove(consumer);
            }
            returns.giveBack(
                    subscription,
                    ReturnCause.NEVER_GIVEN,
                    allOutBut(subscription, holder, command.held()),
                    out);
            if (command.held().isEmpty()) {
                subscriptionsByHolder.remove(holder);
            }
            if (members.left(subscription, holder, out)) {
                subscriptionsByHolder.remove(holder);
            } else if (!endIfUnused(subscription, out)) {
                dispatcher.dispatch(subscription, out);
            }
        }
        out.tell(command.origin().linkId(), new BrokerFrame.Done(command.requestId()));
    }

    /** A plain subscription lives as long as its consumer (Jakarta Messaging 3.1, 8.3.1). */
    boolean endIfUnused(Subscription subscription, Decision out) {
        boolean unused =
                subscription.isPlain()
                        && subscription.consumers.isEmpty()
                        && !subscription.isAnythingOut();
        if (unused) {
            out.emit(new PartitionEvent.SubscriptionDeleted(subscription.id));
        }
        return unused;
    }

    void credit(PartitionCommand.Credit command, Decision out) {
        Holder holder = new Holder(command.origin().connectionId(), command.consumerId());
        Subscription subscription = subscriptionOf(holder);
        Consumer consumer = subscription == null ? null : subscription.consumerOf(holder);
        if (subscription == null || consumer == null) {
            return;
        }
        consumer.creditMessages += command.messages();
        consumer.creditBytes += command.bytes();
        consumer.paused = command.paused();
        consumer.draining |= command.drain();
        dispatcher.dispatch(subscription, out);
    }

    void settle(PartitionCommand.Settle command, Decision out) {
        Origin origin = command.origin();
        if (command.epoch() != epoch) {
            close(
                    command,
                    ErrorCode.PROTOCOL,
                    "Expected a settlement of epoch "
                            + epoch
                            + ", but it is of epoch "
                            + command.epoch()
                            + "; attach again",
                    out);
            return;
        }
        Holder holder = new Holder(origin.connectionId(), command.consumerId());
        Subscription subscription = subscriptionOf(holder);
        RangeSet lost = lostByHolder.get(holder);
        if (lost != null) {
            lost.remove(command.sequences());
        }
        long after = Decision.TAIL;
        if (subscription != null) {
            SequenceRanges known = subscription.outWith(holder, command.sequences());
            after = subscription.destination.releaseAfter(known);
            if (command.outcome() == Outcome.ACCEPTED) {
                boolean grouped = !subscription.backlog.groups.isEmpty();
                settle(subscription, known, out);
                if (grouped) {
                    // What is settled lets its group move.
                    dispatcher.dispatch(subscription, out);
                }
            } else {
                returns.giveBack(
                        subscription, causeOf(command.outcome()), known, command.why(), out);
                dispatcher.dispatch(subscription, out);
            }
        }
        out.tellAfter(
                after,
                origin.linkId(),
                new BrokerFrame.SettleConfirmed(command.consumerId(), command.settleId()));
    }

    private static ReturnCause causeOf(Outcome outcome) {
        return outcome == Outcome.NEVER_GIVEN ? ReturnCause.NEVER_GIVEN : ReturnCause.GIVEN;
    }

    private static void settle(Subscription subscription, SequenceRanges sequences, Decision out) {
        if (!sequences.isEmpty()) {
            out.emit(new PartitionEvent.Settled(subscription.id, sequences));
        }
    }

    /** The subscription that a consumer is attached to, or that it still holds deliveries of. */
    private @Nullable Subscription subscriptionOf(Holder holder) {
        Subscription known = subscriptionsByHolder.get(holder);
        if (known != null && state.subscriptionsById.get(known.id) == known) {
            return known;
        }
        for (Subscription subscription : state.subscriptionsById.values()) {
            if (!subscription.outWith(holder).isEmpty()) {
                subscriptionsByHolder.put(holder, subscription);
                return subscription;
            }
        }
        return null;
    }

    /** A connection is gone or has to attach again. */
    void forget(Id128 connectionId) {
        subscriptionsByHolder
                .keySet()
                .removeIf(holder -> holder.connectionId().equals(connectionId));
        lostByHolder.keySet().removeIf(holder -> holder.connectionId().equals(connectionId));
    }

    private static void refuse(
            PartitionCommand.Attach command, ErrorCode code, String message, Decision out) {
        out.tell(
                command.origin().linkId(),
                new BrokerFrame.Refused(command.requestId(), code, message, 0));
    }

    private static void close(
            PartitionCommand.Settle command, ErrorCode code, String message, Decision out) {
        out.tell(
                command.origin().linkId(),
                new BrokerFrame.ConsumerClosed(command.consumerId(), code, message));
    }
}
