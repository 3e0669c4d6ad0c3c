package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import org.jspecify.annotations.Nullable;

/** How subscriptions on topics come and go (Jakarta Messaging 3.1, 8.3). */
final class Subscriptions {

    private static final Origin NOBODY = new Origin(0, Id128.NONE, null);

    private final PartitionState state;
    private final Connections connections;
    private final Members members;
    private final Answers answers;

    Subscriptions(PartitionState state, Connections connections, Members members, Answers answers) {
        this.state = state;
        this.connections = connections;
        this.members = members;
        this.answers = answers;
    }

    void open(PartitionCommand.OpenSubscription command, Decision out) {
        Origin origin = command.origin();
        if (!connections.isCurrent(origin)) {
            // Its link broke: it asks again over the next one, or is gone and would leave this
            // behind.
            return;
        }
        Destination destination = destinationOf(command);
        if (destination == null) {
            Answers.refuse(
                    origin,
                    command.requestId(),
                    ErrorCode.INVALID_DESTINATION,
                    "Expected the topic to exist, but it does not",
                    out);
            return;
        }
        if (!mayConsume(origin, command, destination, out)) {
            return;
        }
        Subscription subscription = find(command, destination);
        if (subscription == null && command.again() != null) {
            // It was dropped, or ended, while this was under way: the catalog begins anew.
            askAgain(origin, command.requestId(), command.subscriptionId(), command.again(), out);
            return;
        }
        if (subscription != null && !isAlike(command, subscription, out)) {
            return;
        }
        if (subscription == null) {
            subscription = create(command, destination, out);
        }
        located(command, subscription, out);
    }

    private @Nullable Destination destinationOf(PartitionCommand.OpenSubscription command) {
        return command.temporaryName() == null
                ? state.destinationsById.get(command.destinationId())
                : state.temporariesByName.get(command.temporaryName());
    }

    /** The subscription that is asked for, if it exists. */
    @Nullable Subscription existing(PartitionCommand.OpenSubscription command) {
        Destination destination = destinationOf(command);
        return destination == null ? null : find(command, destination);
    }

    /** Whether the subscription would be created; {@link #open} looks after all else. */
    boolean isNew(PartitionCommand.OpenSubscription command) {
        return state.destinationsById.containsKey(command.destinationId())
                && command.again() == null
                && existing(command) == null;
    }

    /** Creates the subscription, and says nothing yet. Only if {@link #isNew}. */
    Subscription begin(PartitionCommand.OpenSubscription command, Decision out) {
        Subscription begun = create(command, state.destination(command.destinationId()), out);
        members.expected(begun, command.origin().connectionId(), command.token());
        return begun;
    }

    /** Tells whoever asked. */
    void located(
            PartitionCommand.OpenSubscription command, Subscription subscription, Decision out) {
        members.expected(subscription, command.origin().connectionId(), command.token());
        answers.located(
                command.origin(),
                command.requestId(),
                command.placementVersion(),
                subscription.destination,
                subscription.id,
                out);
    }

    /** It was not created after all, or not whole: nobody knows of it, unless others use it. */
    void undo(PartitionCommand.OpenSubscription command, Decision out) {
        Subscription begun = existing(command);
        if (begun != null) {
            members.refused(begun, command.origin().connectionId(), out);
            begun = existing(command);
        }
        if (begun != null
                && (!begun.consumers.isEmpty() || begun.isAnythingOut() || members.hasAny(begun))) {
            return;
        }
        if (begun != null) {
            out.emit(new PartitionEvent.SubscriptionDeleted(begun.id));
        }
        if (command.subscriptionId() != 0) {
            askAgain(NOBODY, 0, command.subscriptionId(), null, out);
        }
    }

    private static boolean mayConsume(
            Origin origin,
            PartitionCommand.OpenSubscription command,
            Destination destination,
            Decision out) {
        if (!destination.owner.equals(Id128.NONE)
                && !destination.owner.equals(origin.connectionId())) {
            // Jakarta Messaging 3.1, 6.2.2: nobody else may consume from it.
            Answers.refuse(
                    origin,
                    command.requestId(),
                    ErrorCode.INVALID_DESTINATION,
                    "Expected a subscription of the connection that created "
                            + destination.name
                            + ", but another connection asks for it",
                    out);
            return false;
        }
        return true;
    }

    /** Whether it is what is asked for; the catalog looks after those that it knows. */
    private static boolean isAlike(
            PartitionCommand.OpenSubscription command, Subscription subscription, Decision out) {
        if (command.subscriptionId() == 0 && !subscription.filter().equals(command.filter())) {
            // Jakarta Messaging 3.1, 8.3.2. Others have the catalog look after that.
            Answers.refuse(
                    command.origin(),
                    command.requestId(),
                    ErrorCode.IN_USE,
                    "Expected the selector of the other consumers of subscription '"
                            + subscription.name
                            + "', but it is another",
                    out);
            return false;
        }
        return true;
    }

    private @Nullable Subscription find(
            PartitionCommand.OpenSubscription command, Destination destination) {
        if (command.subscriptionId() != 0) {
            return state.subscriptionsById.get(command.subscriptionId());
        }
        if (command.sharing() == Sharing.NONE) {
            return state.plainSubscription(command.origin().connectionId(), command.token());
        }
        for (Subscription each : destination.subscriptions) {
            if (each.sharing() == command.sharing() && each.name.equals(command.name())) {
                return each;
            }
        }
        return null;
    }

    private Subscription create(
            PartitionCommand.OpenSubscription command, Destination destination, Decision out) {
        boolean own = command.subscriptionId() == 0;
        boolean plain = own && command.sharing() == Sharing.NONE;
        long id = own ? state.nextOwnId() : command.subscriptionId();
        out.emit(
                new PartitionEvent.SubscriptionOpened(
                        id,
                        destination.id,
                        destination.nextSequence,
                        command.name(),
                        plain ? command.origin().connectionId() : Id128.NONE,
                        command.token(),
                        command.filter(),
                        command.sharing()));
        return state.subscription(id);
    }

    void drop(PartitionCommand.DropSubscription command, Decision out) {
        Subscription subscription = state.subscriptionsById.get(command.subscriptionId());
        // Jakarta Messaging 3.1, 8.3.3: erroneous with an active consumer or with messages not
        // acknowledged yet.
        if (subscription != null
                && (!subscription.consumers.isEmpty()
                        || subscription.isAnythingOut()
                        || members.hasAny(subscription))) {
            Answers.refuse(
                    command.origin(),
                    command.requestId(),
                    ErrorCode.IN_USE,
                    "Expected subscription '"
                            + subscription.name
                            + "' to have no active consumer and no unacknowledged message, but it has; close the consumer first",
                    out);
            return;
        }
        if (subscription != null) {
            out.emit(new PartitionEvent.SubscriptionDeleted(subscription.id));
        }
        askAgain(
                command.origin(),
                command.requestId(),
                command.subscriptionId(),
                command.successor(),
                out);
    }

    private static void askAgain(
            Origin origin,
            long requestId,
            long goneId,
            CatalogCommand.@Nullable Subscribe successor,
            Decision out) {
        out.effect(
                new Effect.AskCatalog(
                        new CatalogCommand.SubscriptionDropped(
                                origin, requestId, goneId, successor)));
    }
}
