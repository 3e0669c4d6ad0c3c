package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;

/**
 * Temporary destinations (Jakarta Messaging 3.1, 6.2.2): only the connection that created one
 * consumes from it and deletes it, anyone finds it and sends to it.
 */
final class Temporaries {

    private final PartitionState state;
    private final Connections connections;
    private final Answers answers;

    Temporaries(PartitionState state, Connections connections, Answers answers) {
        this.state = state;
        this.connections = connections;
        this.answers = answers;
    }

    void open(PartitionCommand.OpenTemporary command, Decision out) {
        if (!connections.isCurrent(command.origin())) {
            // Its link broke: it asks again over the next one, or is gone and would leave this
            // behind.
            return;
        }
        Destination destination = state.temporariesByName.get(command.name());
        if (destination == null) {
            out.emit(
                    new PartitionEvent.DestinationOpened(
                            state.nextOwnId(),
                            command.kind(),
                            command.name(),
                            command.origin().connectionId()));
            destination = state.temporariesByName.get(command.name());
        }
        if (destination == null || !destination.owner.equals(command.origin().connectionId())) {
            Answers.refuse(
                    command.origin(),
                    command.requestId(),
                    ErrorCode.IN_USE,
                    "Expected a temporary name of its own, but "
                            + command.name()
                            + " belongs to another connection",
                    out);
            return;
        }
        answers.located(command.origin(), command.requestId(), 0, destination, out);
    }

    void find(PartitionCommand.FindTemporary command, Decision out) {
        Destination destination = state.temporariesByName.get(command.name());
        if (destination == null) {
            Answers.refuse(
                    command.origin(),
                    command.requestId(),
                    ErrorCode.INVALID_DESTINATION,
                    "Expected temporary destination "
                            + command.name()
                            + " to exist, but it was deleted or its connection is gone",
                    out);
            return;
        }
        answers.located(command.origin(), command.requestId(), 0, destination, out);
    }

    void delete(PartitionCommand.DeleteTemporary command, Decision out) {
        Destination destination = state.destinationsById.get(command.destinationId());
        if (destination != null) {
            if (!destination.owner.equals(command.origin().connectionId())) {
                Answers.refuse(
                        command.origin(),
                        command.requestId(),
                        ErrorCode.NOT_AUTHORIZED,
                        "Expected a temporary destination"
                                + " of this connection, but "
                                + destination.name
                                + " is not",
                        out);
                return;
            }
            // Jakarta Messaging 3.1, 6.2.2: with consumers it may not be deleted.
            if (destination.subscriptions.stream().anyMatch(each -> !each.consumers.isEmpty())) {
                Answers.refuse(
                        command.origin(),
                        command.requestId(),
                        ErrorCode.IN_USE,
                        "Expected "
                                + destination.name
                                + " to have no consumers, but it has; close them first",
                        out);
                return;
            }
            if (!state.bodies.isReferred(destination.id)) {
                connections.deleteDestination(destination, out);
            }
        }
        out.tell(command.origin().linkId(), new BrokerFrame.Done(command.requestId()));
    }
}
