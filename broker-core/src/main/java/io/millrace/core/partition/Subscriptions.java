package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;

/** How subscriptions on topics come and go (Jakarta Messaging 3.1, 8.3). */
final class Subscriptions {

    private final PartitionState state;
    private final Connections connections;
    private final Answers answers;

    Subscriptions(PartitionState state, Connections connections, Answers answers) {
        this.state = state;
        this.connections = connections;
        this.answers = answers;
    }

    void open(PartitionCommand.OpenSubscription command, Decision out) {
        Origin origin = command.origin();
        Destination destination =
                command.temporaryName() == null
                        ? state.destinationsById.get(command.destinationId())
                        : state.temporariesByName.get(command.temporaryName());
        if (destination == null) {
            Answers.refuse(
                    origin,
                    command.requestId(),
                    ErrorCode.INVALID_DESTINATION,
                    "Expected the topic to exist, but it does not",
                    out);
            return;
        }
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
            return;
        }
        boolean plain = command.subscriptionId() == 0;
        Subscription subscription =
                plain
                        ? state.plainSubscription(origin.connectionId(), command.token())
                        : state.subscriptionsById.get(command.subscriptionId());
        if (subscription == null) {
            long id = plain ? state.nextOwnId() : command.subscriptionId();
            out.emit(
                    new PartitionEvent.SubscriptionOpened(
                            id,
                            destination.id,
                            destination.nextSequence,
                            command.name(),
                            plain ? origin.connectionId() : Id128.NONE,
                            command.token(),
                            command.filter()));
            subscription = state.subscription(id);
        }
        answers.located(
                origin,
                command.requestId(),
                command.placementVersion(),
                destination,
                subscription.id,
                out);
    }

    void drop(PartitionCommand.DropSubscription command, Decision out) {
        Subscription subscription = state.subscriptionsById.get(command.subscriptionId());
        // Jakarta Messaging 3.1, 8.3.3: erroneous with an active consumer or with messages not
        // acknowledged yet.
        if (subscription != null
                && (!subscription.consumers.isEmpty() || subscription.isAnythingOut())) {
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
        out.effect(
                new Effect.AskCatalog(
                        new CatalogCommand.SubscriptionDropped(
                                command.origin(),
                                command.requestId(),
                                command.subscriptionId(),
                                command.successor())));
    }
}
