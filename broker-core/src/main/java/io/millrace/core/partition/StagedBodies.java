package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.BodyReference;
import io.millrace.wire.DestinationKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bodies to which messages refer that are staged in branches. Such a body does not end with its
 * connection, for the branch may be prepared after that has said goodbye; it ends with the branch,
 * unless that is prepared or committed: then {@link Bodies} keeps it. Soft state, owned by the
 * partition's thread.
 */
final class StagedBodies {

    private final PartitionState state;

    /** How many staged messages refer to a body. */
    private final Map<Long, Integer> messagesByBody = new HashMap<>();

    StagedBodies(PartitionState state) {
        this.state = state;
    }

    /** Whether a staged message refers to a destination. */
    boolean holds(long destinationId) {
        return messagesByBody.containsKey(destinationId);
    }

    /** A batch is staged. */
    void add(PartitionCommand.Enqueue send) {
        for (BodyReference each : send.batch().bodies()) {
            messagesByBody.merge(each.destinationId(), 1, Integer::sum);
        }
    }

    /** Batches are staged no more. */
    void remove(List<PartitionCommand.Enqueue> sends) {
        for (PartitionCommand.Enqueue send : sends) {
            for (BodyReference each : send.batch().bodies()) {
                messagesByBody.computeIfPresent(
                        each.destinationId(), (id, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /** Batches will not happen, and were removed: nor will anybody refer to their bodies. */
    void drop(List<PartitionCommand.Enqueue> sends, Decision out) {
        for (PartitionCommand.Enqueue send : sends) {
            for (BodyReference each : send.batch().bodies()) {
                Destination body = state.destinationsById.get(each.destinationId());
                if (body != null
                        && body.kind == DestinationKind.BODY
                        // What a message says of others' destinations is not to be believed.
                        && body.owner.equals(send.origin().connectionId())
                        && !holds(body.id)
                        && !state.bodies.isReferred(body.id)) {
                    out.emit(new PartitionEvent.DestinationDeleted(body.id));
                }
            }
        }
    }
}
