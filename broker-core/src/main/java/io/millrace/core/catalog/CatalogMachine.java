package io.millrace.core.catalog;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.Machine;
import io.millrace.core.Origin;
import io.millrace.core.partition.DeadLetterStep;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.RewindStep;
import io.millrace.core.partition.Sharing;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * Knows what exists and where. Requests that need a partition go on to it once the catalog's own
 * entry is durable; the partition gives the answer.
 *
 * <p>Owned by the thread of partition 0.
 */
public final class CatalogMachine implements Machine<CatalogCommand> {

    /** Longest name of a destination, a subscription or a client, in characters. */
    private static final int MAX_NAME_LENGTH = 1_024;

    /** Asks for a partition, and hears nothing. */
    private static final Origin NOBODY = new Origin(0, Id128.NONE, null);

    /** Owner of shared subscriptions of connections without a client id. */
    private static final String NO_CLIENT_ID = "";

    private final int partitions;
    private final CatalogState state = new CatalogState();
    private final ClientIds clientIds;

    /**
     * @param partitions how many partitions new destinations are placed in, numbered from 1 on
     * @param keepConnectionMillis how long a connection without a link keeps its client id
     */
    public CatalogMachine(int partitions, long keepConnectionMillis) {
        this.partitions = partitions;
        this.clientIds = new ClientIds(state, keepConnectionMillis);
    }

    @Override
    public void handle(CatalogCommand command, long nowMillis, long steadyMillis, Decision out) {
        command.dispatch(new Handling(steadyMillis, out));
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

    /** The highest partition that something lives in; 0 if there is nothing. */
    public int highestPartition() {
        return state.highestPartition();
    }

    /** The handling of one command. */
    private final class Handling implements CatalogCommand.Handler {

        private final long steadyMillis;
        private final Decision out;

        Handling(long steadyMillis, Decision out) {
            this.steadyMillis = steadyMillis;
            this.out = out;
        }

        @Override
        public void linkOpened(CatalogCommand.LinkOpened command) {
            clientIds.opened(command.origin(), steadyMillis, out);
        }

        @Override
        public void linkClosed(CatalogCommand.LinkClosed command) {
            clientIds.closed(command.origin(), steadyMillis, out);
        }

        @Override
        public void connectionEnded(CatalogCommand.ConnectionEnded command) {
            clientIds.ended(command.connectionId(), out);
        }

        @Override
        public void claimClientId(CatalogCommand.ClaimClientId command) {
            Origin origin = command.origin();
            if (command.clientId().isEmpty() || command.clientId().length() > MAX_NAME_LENGTH) {
                refuse(
                        origin,
                        command.requestId(),
                        ErrorCode.CLIENT_ID_IN_USE,
                        "Expected a client id of 1 to "
                                + MAX_NAME_LENGTH
                                + " characters, but it has "
                                + command.clientId().length());
                return;
            }
            Id128 holder = state.connectionsByClientId.get(command.clientId());
            if (clientIds.isTaken(holder, origin.connectionId())) {
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
            if (holder != null && !holder.equals(origin.connectionId())) {
                // Its connection has no link: it crashed, and this is its successor.
                clientIds.succeeded(holder);
                out.effect(new Effect.LoseConnection(holder));
            }
            if (!origin.connectionId().equals(holder)) {
                out.emit(
                        new CatalogEvent.ClientIdClaimed(
                                command.clientId(), origin.connectionId()));
            }
            // Before the answer: what the connection sends after it may be left out by noLocal.
            PartitionCommand claimed =
                    new PartitionCommand.ClientIdClaimed(origin.connectionId(), command.clientId());
            for (int partition = 1; partition <= partitions; partition++) {
                out.effect(new Effect.AskPartition(partition, claimed));
            }
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
            boolean named = !command.name().isEmpty();
            String clientId = state.clientIdOf(origin.connectionId());
            if (named && !isAcceptable(command, clientId)) {
                // Before anything is created: what is refused leaves no trace.
                return;
            }
            String owner = clientId == null ? NO_CLIENT_ID : clientId;
            CatalogEvent.SubscriptionCreated known =
                    named ? state.subscription(owner, command.name(), command.sharing()) : null;
            if (known != null && known.sharing() != command.sharing()) {
                refuseOtherKind(command, known);
                return;
            }
            if (known != null && isOther(known, command)) {
                replace(known, command);
                return;
            }
            CatalogEvent.DestinationCreated topic = findOrCreate(command.kind(), command.topic());
            boolean isNew = known == null && named;
            if (isNew) {
                known =
                        new CatalogEvent.SubscriptionCreated(
                                state.nextId(),
                                owner,
                                command.name(),
                                topic.destinationId(),
                                command.filter().ofClient(owner),
                                command.sharing());
                out.emit(known);
            }
            open(command, topic, known, isNew);
        }

        private boolean isAcceptable(CatalogCommand.Subscribe command, @Nullable String clientId) {
            if (clientId == null && command.sharing() == Sharing.NONE) {
                refuse(
                        command.origin(),
                        command.requestId(),
                        ErrorCode.NO_SUCH_SUBSCRIPTION,
                        "Expected a client id on the connection of a durable subscription, but it has none; set one");
                return false;
            }
            if (command.name().length() > MAX_NAME_LENGTH) {
                refuse(
                        command.origin(),
                        command.requestId(),
                        ErrorCode.LIMIT,
                        "Expected a subscription name of at most "
                                + MAX_NAME_LENGTH
                                + " characters, but it has "
                                + command.name().length());
                return false;
            }
            return true;
        }

        /** Jakarta Messaging 3.1, 8.3.3 and 8.3.4: whether it is in use or not. */
        private void refuseOtherKind(
                CatalogCommand.Subscribe command, CatalogEvent.SubscriptionCreated known) {
            boolean knownIsShared = known.sharing() != Sharing.NONE;
            refuse(
                    command.origin(),
                    command.requestId(),
                    ErrorCode.IN_USE,
                    "Expected durable subscription '"
                            + command.name()
                            + "' to be "
                            + (knownIsShared ? "unshared" : "shared")
                            + ", but it is "
                            + (knownIsShared ? "shared" : "unshared")
                            + "; use another name, or unsubscribe it first");
        }

        /** The partition may not know the topic yet; opening it there twice does no harm. */
        private void open(
                CatalogCommand.Subscribe command,
                CatalogEvent.DestinationCreated topic,
                CatalogEvent.@Nullable SubscriptionCreated known,
                boolean isNew) {
            out.effect(
                    new Effect.AskPartition(topic.partition(), open(command.origin(), 0, topic)));
            PartitionCommand.OpenSubscription open =
                    new PartitionCommand.OpenSubscription(
                            command.origin(),
                            command.requestId(),
                            topic.destinationId(),
                            null,
                            known == null ? 0 : known.subscriptionId(),
                            command.name(),
                            command.token(),
                            topic.placementVersion(),
                            known == null ? command.filter() : known.filter(),
                            command.sharing(),
                            known == null || isNew ? null : command);
            out.effect(new Effect.AskPartition(topic.partition(), command.toPartition(open)));
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
            out.effect(
                    new Effect.AskPartition(
                            state.partitionOf(known),
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
                    state.subscription(
                            clientId == null ? NO_CLIENT_ID : clientId,
                            command.name(),
                            Sharing.DURABLE);
            CatalogEvent.DestinationCreated topic =
                    known == null ? null : state.destination(known.destinationId());
            if (known == null || topic == null) {
                refuse(
                        origin,
                        command.requestId(),
                        ErrorCode.NO_SUCH_SUBSCRIPTION,
                        "Expected a durable subscription '"
                                + command.name()
                                + (clientId == null
                                        ? "' without a client id, but there is none"
                                        : "' of this client id, but there is none"));
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
            if (command.requestId() != 0) {
                out.tell(command.origin().linkId(), new BrokerFrame.Done(command.requestId()));
            }
        }

        @Override
        public void rewind(CatalogCommand.Rewind command) {
            CatalogEvent.DestinationCreated destination =
                    state.destination(command.kind(), command.destination());
            if (destination == null) {
                refuse(
                        command.origin(),
                        command.requestId(),
                        ErrorCode.INVALID_DESTINATION,
                        "Expected "
                                + (command.kind().isQueue() ? "queue '" : "topic '")
                                + command.destination()
                                + "' to exist, but it does not");
                return;
            }
            long subscriptionId = destination.destinationId();
            if (!command.kind().isQueue()) {
                String name = command.subscription() == null ? "" : command.subscription();
                CatalogEvent.SubscriptionCreated found = toRewind(command, name, subscriptionId);
                if (found == null) {
                    refuse(
                            command.origin(),
                            command.requestId(),
                            ErrorCode.NO_SUCH_SUBSCRIPTION,
                            "Expected subscription '"
                                    + name
                                    + "' of topic '"
                                    + command.destination()
                                    + "' under this client id, but there is none");
                    return;
                }
                subscriptionId = found.subscriptionId();
            }
            RewindStep.Ask ask =
                    new RewindStep.Ask(
                            command.origin(),
                            command.requestId(),
                            subscriptionId,
                            command.from(),
                            command.value(),
                            command.selector(),
                            command.dryRun());
            out.effect(
                    new Effect.AskPartition(
                            destination.partition(), new PartitionCommand.Rewind(ask)));
        }

        private CatalogEvent.@Nullable SubscriptionCreated toRewind(
                CatalogCommand.Rewind command, String name, long topicId) {
            String clientId =
                    command.clientId() == null
                            ? state.clientIdOf(command.origin().connectionId())
                            : command.clientId();
            String owner = clientId == null ? NO_CLIENT_ID : clientId;
            for (Sharing each : new Sharing[] {Sharing.DURABLE, Sharing.NON_DURABLE}) {
                CatalogEvent.SubscriptionCreated found = state.subscription(owner, name, each);
                if (found != null && found.destinationId() == topicId) {
                    return found;
                }
            }
            return null;
        }

        /** Whoever has it knows it before the other hears of it. */
        @Override
        public void findDeadLetterQueue(CatalogCommand.FindDeadLetterQueue command) {
            if (!isAcceptable(NOBODY, 0, command.queue())) {
                return;
            }
            CatalogEvent.DestinationCreated found =
                    findOrCreate(DestinationKind.QUEUE, command.queue());
            out.effect(new Effect.AskPartition(found.partition(), open(NOBODY, 0, found)));
            if (found.partition() != command.partition()) {
                DeadLetterStep answer =
                        new DeadLetterStep.Found(command.queue(), found.partition());
                out.effect(
                        new Effect.AskPartition(
                                command.partition(), new PartitionCommand.DeadLetter(answer)));
            }
        }

        @Override
        public void tick(CatalogCommand.Tick command) {
            clientIds.tick(steadyMillis, out);
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
                                state.nextId(), kind, name, state.placementOf(name, partitions), 1);
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
    }
}
