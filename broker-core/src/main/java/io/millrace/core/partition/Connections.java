package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which connections can be reached, and what becomes of the belongings of those that can not.
 *
 * <p>A connection that lost its link keeps its deliveries for a short time and its temporary
 * destinations, plain subscriptions and producer windows for longer, so that it can come back as if
 * nothing had happened.
 */
final class Connections {

    private static final long NO_LINK = 0;

    /** More closed consumers than this are looked through for those whose messages are settled. */
    private static final int SWEEP_CLOSED = 1_024;

    private final PartitionState state;
    private final Dispatcher dispatcher;
    private final Members members;
    private final Returns returns;
    private final PartitionLimits limits;
    private final StagedBodies stagedBodies;

    // Soft state: dies with the process.
    private final Map<Id128, Link> linksByConnection = new HashMap<>();
    private boolean strandedFound;

    /** Whatever is out with them, the application has for certain. */
    private final Set<Holder> closedConsumers = new HashSet<>();

    private int sweepBeyond = SWEEP_CLOSED;

    /** When a member that was not seen since the start is none; {@link Long#MAX_VALUE} if past. */
    private long forgottenAtMillis;

    private static final class Link {
        long linkId = NO_LINK;
        long lostAtMillis;
        boolean deliveriesReleased;
        boolean belongingsDeleted;
        @Nullable String clientId;
    }

    Connections(
            PartitionState state,
            Dispatcher dispatcher,
            Members members,
            Returns returns,
            PartitionLimits limits,
            StagedBodies stagedBodies) {
        this.state = state;
        this.dispatcher = dispatcher;
        this.members = members;
        this.returns = returns;
        this.limits = limits;
        this.stagedBodies = stagedBodies;
    }

    void opened(Origin origin, long steadyMillis, Decision out) {
        if (!strandedFound) {
            // A machine that was built anew hears of time by its first link.
            tick(steadyMillis, out);
        }
        Link link = linksByConnection.computeIfAbsent(origin.connectionId(), id -> new Link());
        if (link.linkId != NO_LINK) {
            dropConsumers(link.linkId, out);
        }
        link.linkId = origin.linkId();
        link.deliveriesReleased = false;
        link.belongingsDeleted = false;
    }

    void closed(Origin origin, long steadyMillis, Decision out) {
        Link link = linksByConnection.get(origin.connectionId());
        if (link == null || link.linkId != origin.linkId()) {
            return;
        }
        link.linkId = NO_LINK;
        link.lostAtMillis = steadyMillis;
        dropConsumers(origin.linkId(), out);
        tick(steadyMillis, out);
    }

    /** A consumer is closed while its session still has messages of it. */
    void consumerClosed(Id128 connectionId, long consumerId) {
        closedConsumers.add(new Holder(connectionId, consumerId));
        if (closedConsumers.size() > sweepBeyond) {
            Set<Holder> holders = new HashSet<>();
            state.subscriptionsById.values().forEach(each -> each.holders().forEach(holders::add));
            closedConsumers.retainAll(holders);
            sweepBeyond = Math.max(SWEEP_CLOSED, 2 * closedConsumers.size());
        }
    }

    void consumerOpened(Id128 connectionId, long consumerId) {
        closedConsumers.remove(new Holder(connectionId, consumerId));
    }

    void claimed(Id128 connectionId, String clientId) {
        linksByConnection.computeIfAbsent(connectionId, id -> new Link()).clientId = clientId;
    }

    /** The client id that a connection has; null if it has none, or is gone. */
    @Nullable String clientIdOf(Id128 connectionId) {
        Link link = linksByConnection.get(connectionId);
        return link == null ? null : link.clientId;
    }

    /** Whether a connection has no link, and had its time to come back. */
    boolean isAway(Id128 connectionId, long steadyMillis) {
        Link link = linksByConnection.get(connectionId);
        return link == null
                || link.linkId == NO_LINK
                        && steadyMillis - link.lostAtMillis >= limits.holdDeliveriesMillis();
    }

    /** Whether commands of this origin come over the connection's current link. */
    boolean isCurrent(Origin origin) {
        Link link = linksByConnection.get(origin.connectionId());
        return link != null && link.linkId == origin.linkId();
    }

    /** Whether a connection can be reached now. */
    boolean hasLink(Id128 connectionId) {
        Link link = linksByConnection.get(connectionId);
        return link != null && link.linkId != NO_LINK;
    }

    void ended(Id128 connectionId, boolean clean, long steadyMillis, Decision out) {
        Link link = linksByConnection.remove(connectionId);
        if (link != null && link.linkId != NO_LINK) {
            dropConsumers(link.linkId, out);
        }
        releaseDeliveries(
                connectionId,
                holder ->
                        clean && closedConsumers.contains(holder)
                                ? ReturnCause.GIVEN
                                : ReturnCause.UNKNOWN,
                out);
        closedConsumers.removeIf(holder -> holder.connectionId().equals(connectionId));
        deleteBelongings(connectionId, out);
        if (clean) {
            closeProducers(connectionId, out);
        } else {
            keepProducers(connectionId, link, steadyMillis, out);
        }
    }

    /** Somebody may ask what became of a commit that its application does not know the end of. */
    private void keepProducers(
            Id128 connectionId, @Nullable Link before, long steadyMillis, Decision out) {
        if (state.windowsByProducer.values().stream()
                .noneMatch(window -> window.connectionId.equals(connectionId))) {
            return;
        }
        Link link = new Link();
        link.lostAtMillis =
                before != null && before.linkId == NO_LINK ? before.lostAtMillis : steadyMillis;
        link.deliveriesReleased = true;
        link.belongingsDeleted = true;
        linksByConnection.put(connectionId, link);
        out.effectNow(new Effect.WakeAt(link.lostAtMillis + nextLimit(link)));
    }

    void tick(long steadyMillis, Decision out) {
        findStranded(steadyMillis);
        if (steadyMillis >= forgottenAtMillis) {
            forgottenAtMillis = Long.MAX_VALUE;
            members.endForgotten(out);
        }
        long wakeAt = forgottenAtMillis;
        for (Iterator<Map.Entry<Id128, Link>> each = linksByConnection.entrySet().iterator();
                each.hasNext(); ) {
            Map.Entry<Id128, Link> entry = each.next();
            Link link = entry.getValue();
            if (link.linkId != NO_LINK) {
                continue;
            }
            long awayMillis = steadyMillis - link.lostAtMillis;
            if (!link.deliveriesReleased && awayMillis >= limits.holdDeliveriesMillis()) {
                link.deliveriesReleased = true;
                releaseDeliveries(entry.getKey(), holder -> ReturnCause.UNKNOWN, out);
            }
            if (!link.belongingsDeleted && awayMillis >= limits.keepConnectionMillis()) {
                link.belongingsDeleted = true;
                deleteBelongings(entry.getKey(), out);
            }
            if (awayMillis >= limits.keepProducerMillis()) {
                closeProducers(entry.getKey(), out);
                each.remove();
                continue;
            }
            wakeAt = Math.min(wakeAt, link.lostAtMillis + nextLimit(link));
        }
        if (wakeAt != Long.MAX_VALUE) {
            out.effectNow(new Effect.WakeAt(wakeAt));
        }
    }

    private long nextLimit(Link link) {
        if (!link.deliveriesReleased) {
            return limits.holdDeliveriesMillis();
        }
        return link.belongingsDeleted ? limits.keepProducerMillis() : limits.keepConnectionMillis();
    }

    /**
     * After a restart, connections known from the log have no link yet: their time to come back
     * begins now.
     */
    private void findStranded(long steadyMillis) {
        if (strandedFound) {
            return;
        }
        strandedFound = true;
        boolean sharing = false;
        for (Subscription each : state.subscriptionsById.values()) {
            sharing |= each.sharing() == Sharing.NON_DURABLE;
        }
        forgottenAtMillis = sharing ? steadyMillis + limits.keepConnectionMillis() : Long.MAX_VALUE;
        Set<Id128> known = new LinkedHashSet<>();
        for (Destination destination : state.destinationsById.values()) {
            if (isBelongingOf(destination.owner, destination)) {
                known.add(destination.owner);
            }
        }
        for (Subscription subscription : state.subscriptionsById.values()) {
            known.add(subscription.owner);
            subscription.holders().forEach(holder -> known.add(holder.connectionId()));
        }
        state.windowsByProducer.values().forEach(window -> known.add(window.connectionId));
        known.remove(Id128.NONE);
        for (Id128 connectionId : known) {
            Link link = new Link();
            link.lostAtMillis = steadyMillis;
            linksByConnection.put(connectionId, link);
        }
    }

    private void dropConsumers(long linkId, Decision out) {
        for (Subscription subscription : List.copyOf(state.subscriptionsById.values())) {
            if (subscription.consumers.removeIf(consumer -> consumer.linkId == linkId)) {
                dispatcher.dispatch(subscription, out);
            }
        }
    }

    private void releaseDeliveries(
            Id128 connectionId, Function<Holder, ReturnCause> cause, Decision out) {
        for (Subscription subscription : List.copyOf(state.subscriptionsById.values())) {
            boolean released = false;
            for (Holder holder : subscription.holders()) {
                SequenceRanges held = subscription.outWith(holder);
                if (holder.connectionId().equals(connectionId) && !held.isEmpty()) {
                    returns.giveBack(subscription, cause.apply(holder), held, out);
                    released = true;
                }
            }
            if (released) {
                dispatcher.dispatch(subscription, out);
            }
        }
    }

    private void deleteBelongings(Id128 connectionId, Decision out) {
        for (Destination destination : List.copyOf(state.destinationsById.values())) {
            // Those before may have taken the bodies of their messages with them.
            boolean there = state.destinationsById.containsKey(destination.id);
            if (there && isBelongingOf(connectionId, destination)) {
                deleteDestination(destination, out);
            }
        }
        for (Subscription subscription : List.copyOf(state.subscriptionsById.values())) {
            if (subscription.owner.equals(connectionId)) {
                out.emit(new PartitionEvent.SubscriptionDeleted(subscription.id));
            }
        }
        members.connectionEnded(connectionId, out);
    }

    /** A body that a message refers to is not its sender's any more, stored or in a branch. */
    private boolean isBelongingOf(Id128 connectionId, Destination destination) {
        return destination.owner.equals(connectionId)
                && !state.bodies.isReferred(destination.id)
                && !stagedBodies.holds(destination.id);
    }

    void deleteDestination(Destination destination, Decision out) {
        for (Subscription subscription : destination.subscriptions) {
            for (Consumer consumer : subscription.consumers) {
                out.tell(
                        consumer.linkId,
                        new BrokerFrame.ConsumerClosed(
                                consumer.consumerId,
                                ErrorCode.INVALID_DESTINATION,
                                "The temporary destination " + destination.name + " was deleted"));
            }
        }
        out.emit(new PartitionEvent.DestinationDeleted(destination.id));
    }

    private void closeProducers(Id128 connectionId, Decision out) {
        for (Map.Entry<Id128, ProducerWindow> entry :
                List.copyOf(state.windowsByProducer.entrySet())) {
            if (entry.getValue().connectionId.equals(connectionId)) {
                out.emit(new PartitionEvent.ProducerClosed(entry.getKey()));
            }
        }
    }
}
