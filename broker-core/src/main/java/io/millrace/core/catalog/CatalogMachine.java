package io.millrace.core.catalog;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.Machine;
import io.millrace.core.Origin;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows what exists and where. Requests that need a partition go on to it once the catalog's own
 * entry is durable; the partition gives the answer.
 *
 * <p>Owned by the thread of partition 0.
 */
public final class CatalogMachine implements Machine<CatalogCommand> {

    /** Longest destination name, in characters. */
    private static final int MAX_NAME_LENGTH = 1_024;

    private final int homePartition;
    private final long keepConnectionMillis;
    private final CatalogState state = new CatalogState();

    // Soft state: dies with the process.
    private final Map<Id128, Long> linksByConnection = new HashMap<>();
    private final Map<Id128, Long> lostAtByConnection = new HashMap<>();
    private boolean strandedFound;

    /**
     * @param homePartition where new destinations are placed
     * @param keepConnectionMillis how long a connection without a link keeps its client id
     */
    public CatalogMachine(int homePartition, long keepConnectionMillis) {
        this.homePartition = homePartition;
        this.keepConnectionMillis = keepConnectionMillis;
    }

    @Override
    public void handle(CatalogCommand command, long nowMillis, Decision out) {
        command.dispatch(new Handling(nowMillis, out));
    }

    @Override
    public void apply(Event event, long at) {
        ((CatalogEvent) event).dispatch(state);
    }

    @Override
    public void snapshot(WireOutput to) {
        state.writeTo(to);
    }

    @Override
    public void restore(WireInput from) {
        state.readFrom(from);
    }

    /** The handling of one command. */
    private final class Handling implements CatalogCommand.Handler {

        private final long nowMillis;
        private final Decision out;

        Handling(long nowMillis, Decision out) {
            this.nowMillis = nowMillis;
            this.out = out;
        }

        @Override
        public void linkOpened(CatalogCommand.LinkOpened command) {
            findStranded();
            linksByConnection.put(command.origin().connectionId(), command.origin().linkId());
            lostAtByConnection.remove(command.origin().connectionId());
        }

        @Override
        public void linkClosed(CatalogCommand.LinkClosed command) {
            Id128 connectionId = command.origin().connectionId();
            if (linksByConnection.remove(connectionId, command.origin().linkId())) {
                lostAtByConnection.put(connectionId, nowMillis);
                releaseOverdue();
            }
        }

        @Override
        public void connectionEnded(CatalogCommand.ConnectionEnded command) {
            linksByConnection.remove(command.connectionId());
            lostAtByConnection.remove(command.connectionId());
            release(command.connectionId());
        }

        @Override
        public void claimClientId(CatalogCommand.ClaimClientId command) {
            Origin origin = command.origin();
            Id128 holder = state.connectionsByClientId.get(command.clientId());
            if (holder != null && !holder.equals(origin.connectionId())) {
                if (linksByConnection.containsKey(holder)) {
                    // Jakarta Messaging 3.1, 6.1.2: in use by another connection is an error.
                    refuse(
                            origin,
                            command.requestId(),
                            ErrorCode.CLIENT_ID_IN_USE,
                            "Expected client id '"
                                    + command.clientId()
                                    + "' to be free, but another connection uses it");
                    return;
                }
                // Its connection has no link: it crashed, and this is its successor.
                lostAtByConnection.remove(holder);
                out.effect(new Effect.LoseConnection(holder));
            }
            if (!origin.connectionId().equals(holder)) {
                out.emit(
                        new CatalogEvent.ClientIdClaimed(
                                command.clientId(), origin.connectionId()));
            }
            // Before the answer: what the connection sends after it may be left out by noLocal.
            out.effect(
                    new Effect.AskPartition(
                            homePartition,
                            new PartitionCommand.ClientIdClaimed(
                                    origin.connectionId(), command.clientId())));
            out.tell(origin.linkId(), new BrokerFrame.Done(command.requestId()));
        }

        @Override
        public void resolveDestination(CatalogCommand.ResolveDestination command) {
            if (!isAcceptable(command.origin(), command.requestId(), command.name())) {
                return;
            }
            CatalogEvent.DestinationCreated found = findOrCreate(command.kind(), command.name());
            out.effect(
                    new Effect.AskPartition(
                            found.partition(), open(command.origin(), command.requestId(), found)));
        }

        @Override
        public void subscribe(CatalogCommand.Subscribe command) {
            Origin origin = command.origin();
            if (!isAcceptable(origin, command.requestId(), command.topic())) {
                return;
            }
            boolean durable = !command.name().isEmpty();
            String clientId = durable ? state.clientIdOf(origin.connectionId()) : null;
            if (durable && clientId == null) {
                // Before anything is created: what is refused leaves no trace.
                refuse(
                        origin,
                        command.requestId(),
                        ErrorCode.NO_SUCH_SUBSCRIPTION,
                        "Expected a client id on the connection of a durable subscription, but it has none; set one");
                return;
            }
            CatalogEvent.SubscriptionCreated known =
                    clientId == null ? null : state.subscription(clientId, command.name());
            if (known != null && isOther(known, command)) {
                replace(known, command);
                return;
            }
            CatalogEvent.DestinationCreated topic =
                    findOrCreate(DestinationKind.TOPIC, command.topic());
            if (known == null && clientId != null) {
                known =
                        new CatalogEvent.SubscriptionCreated(
                                state.nextId(),
                                clientId,
                                command.name(),
                                topic.destinationId(),
                                command.filter().ofClient(clientId));
                out.emit(known);
            }
            open(command, topic, known);
        }

        /** The partition may not know the topic yet; opening it there twice does no harm. */
        private void open(
                CatalogCommand.Subscribe command,
                CatalogEvent.DestinationCreated topic,
                CatalogEvent.@Nullable SubscriptionCreated durable) {
            out.effect(
                    new Effect.AskPartition(topic.partition(), open(command.origin(), 0, topic)));
            out.effect(
                    new Effect.AskPartition(
                            topic.partition(),
                            new PartitionCommand.OpenSubscription(
                                    command.origin(),
                                    command.requestId(),
                                    topic.destinationId(),
                                    null,
                                    durable == null ? 0 : durable.subscriptionId(),
                                    command.name(),
                                    command.token(),
                                    topic.placementVersion(),
                                    durable == null ? command.filter() : durable.filter())));
        }

        private boolean isOther(
                CatalogEvent.SubscriptionCreated known, CatalogCommand.Subscribe command) {
            CatalogEvent.DestinationCreated topic =
                    state.destination(DestinationKind.TOPIC, command.topic());
            return topic == null
                    || topic.destinationId() != known.destinationId()
                    || !command.filter().ofClient(known.clientId()).equals(known.filter());
        }

        /**
         * Jakarta Messaging 3.1, 8.3.3: another topic, selector or noLocal is the same as deleting
         * the subscription and creating it anew. Its partition knows whether it is in use, and
         * comes back with {@link #subscriptionDropped}.
         */
        private void replace(
                CatalogEvent.SubscriptionCreated known, CatalogCommand.Subscribe command) {
            CatalogEvent.DestinationCreated topic = state.destination(known.destinationId());
            int partition = topic == null ? homePartition : topic.partition();
            out.effect(
                    new Effect.AskPartition(
                            partition,
                            new PartitionCommand.DropSubscription(
                                    command.origin(),
                                    command.requestId(),
                                    known.subscriptionId(),
                                    command)));
        }

        @Override
        public void unsubscribe(CatalogCommand.Unsubscribe command) {
            Origin origin = command.origin();
            String clientId = state.clientIdOf(origin.connectionId());
            CatalogEvent.SubscriptionCreated known =
                    clientId == null ? null : state.subscription(clientId, command.name());
            CatalogEvent.DestinationCreated topic =
                    known == null ? null : state.destination(known.destinationId());
            if (known == null || topic == null) {
                refuse(
                        origin,
                        command.requestId(),
                        ErrorCode.NO_SUCH_SUBSCRIPTION,
                        "Expected a durable subscription '"
                                + command.name()
                                + "' of this client id, but there is none");
                return;
            }
            out.effect(
                    new Effect.AskPartition(
                            topic.partition(),
                            new PartitionCommand.DropSubscription(
                                    origin, command.requestId(), known.subscriptionId(), null)));
        }

        @Override
        public void subscriptionDropped(CatalogCommand.SubscriptionDropped command) {
            if (state.hasSubscription(command.subscriptionId())) {
                out.emit(new CatalogEvent.SubscriptionRemoved(command.subscriptionId()));
            }
            CatalogCommand.Subscribe successor = command.successor();
            if (successor != null) {
                subscribe(successor);
                return;
            }
            out.tell(command.origin().linkId(), new BrokerFrame.Done(command.requestId()));
        }

        @Override
        public void tick(CatalogCommand.Tick command) {
            findStranded();
            releaseOverdue();
        }

        private boolean isAcceptable(Origin origin, long requestId, String name) {
            if (!name.isEmpty() && name.length() <= MAX_NAME_LENGTH) {
                return true;
            }
            refuse(
                    origin,
                    requestId,
                    ErrorCode.INVALID_DESTINATION,
                    "Expected a destination name of 1 to "
                            + MAX_NAME_LENGTH
                            + " characters, but it has "
                            + name.length());
            return false;
        }

        private CatalogEvent.DestinationCreated findOrCreate(DestinationKind kind, String name) {
            CatalogEvent.DestinationCreated found = state.destination(kind, name);
            if (found == null) {
                found =
                        new CatalogEvent.DestinationCreated(
                                state.nextId(), kind, name, homePartition, 1);
                out.emit(found);
            }
            return found;
        }

        private PartitionCommand.OpenDestination open(
                Origin origin, long requestId, CatalogEvent.DestinationCreated found) {
            return new PartitionCommand.OpenDestination(
                    origin,
                    requestId,
                    found.destinationId(),
                    found.kind(),
                    found.name(),
                    found.placementVersion());
        }

        private void refuse(Origin origin, long requestId, ErrorCode code, String message) {
            out.tell(origin.linkId(), new BrokerFrame.Refused(requestId, code, message, 0));
        }

        /**
         * After a restart, holders of client ids have no link yet: their time to come back begins
         * now.
         */
        private void findStranded() {
            if (!strandedFound) {
                strandedFound = true;
                state.connectionsByClientId
                        .values()
                        .forEach(each -> lostAtByConnection.put(each, nowMillis));
                releaseOverdue();
            }
        }

        private void releaseOverdue() {
            long wakeAt = Long.MAX_VALUE;
            for (Map.Entry<Id128, Long> entry : List.copyOf(lostAtByConnection.entrySet())) {
                long dueMillis = entry.getValue() + keepConnectionMillis;
                if (dueMillis <= nowMillis) {
                    lostAtByConnection.remove(entry.getKey());
                    release(entry.getKey());
                } else {
                    wakeAt = Math.min(wakeAt, dueMillis);
                }
            }
            if (wakeAt != Long.MAX_VALUE) {
                out.effectNow(new Effect.WakeAt(wakeAt));
            }
        }

        private void release(Id128 connectionId) {
            // Nothing keeps a client from claiming several; each release is applied at once.
            for (String clientId = state.clientIdOf(connectionId);
                    clientId != null;
                    clientId = state.clientIdOf(connectionId)) {
                out.emit(new CatalogEvent.ClientIdReleased(clientId));
            }
        }
    }
}
