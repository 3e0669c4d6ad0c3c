package io.millrace.core.partition;

import io.millrace.wire.BodyReference;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import org.jspecify.annotations.Nullable;

/** How large messages may be, and what holds for those whose body is elsewhere. */
final class BodyRules {

    private final Bodies bodies;
    private final long maxMessageBytes;

    /** Why a batch is refused. */
    record Obstacle(ErrorCode code, String message) {}

    BodyRules(Bodies bodies, long maxMessageBytes) {
        this.bodies = bodies;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Bytes of a batch, with the bodies of its messages, wherever these are. */
    static long bytes(MessageBatch batch) {
        long bytes = batch.length();
        for (BodyReference each : batch.bodies()) {
            bytes += each.bytes();
        }
        return bytes;
    }

    /** Why a batch may not be stored; null if it may. */
    @Nullable Obstacle against(PartitionCommand.Enqueue command, Destination destination) {
        MessageBatch batch = command.batch();
        if (destination.kind == DestinationKind.BODY) {
            return againstPart(command, destination);
        }
        for (BodyReference each : batch.bodies()) {
            if (each.bytes() > maxMessageBytes) {
                return tooLarge(each.bytes());
            }
            if (!bodies.isComplete(each, command.origin().connectionId())) {
                return new Obstacle(
                        ErrorCode.INVALID_DESTINATION,
                        "Expected the body of a message to be here, but body "
                                + each.destinationId()
                                + " is not, or not all of its "
                                + each.bytes()
                                + " bytes; nothing was stored, send the message again");
            }
        }
        // A batch that is smaller has no larger message.
        for (int index = 0; batch.length() > maxMessageBytes && index < batch.count(); index++) {
            int at = batch.messageAt(index);
            int bytes =
                    MessageHead.length(batch.array(), at) - MessageHead.bodyAt(batch.array(), at);
            if (bytes > maxMessageBytes) {
                return tooLarge(bytes);
            }
        }
        return null;
    }

    private @Nullable Obstacle againstPart(
            PartitionCommand.Enqueue command, Destination destination) {
        MessageBatch batch = command.batch();
        boolean ownAndOpen =
                destination.owner.equals(command.origin().connectionId())
                        && !bodies.isReferred(destination.id);
        if (!ownAndOpen
                || !batch.hasPersistent()
                || !batch.isPlain()
                || !batch.bodies().isEmpty()
                || batch.transactionId().length > 0) {
            return new Obstacle(
                    ErrorCode.INVALID_DESTINATION,
                    "Expected PERSISTENT parts of a body of this connection, outside of transactions,"
                            + " without priority, group, expiration and delivery time, and before a"
                            + " message refers to it, but these for body "
                            + destination.id
                            + " are not such");
        }
        long bytes = bodies.bytesOf(destination) + Bodies.bodyBytes(batch);
        return bytes > maxMessageBytes ? tooLarge(bytes) : null;
    }

    private Obstacle tooLarge(long bytes) {
        return new Obstacle(
                ErrorCode.TOO_LARGE,
                "Expected messages with a body of at most "
                        + maxMessageBytes
                        + " bytes (message.max.bytes), but one has "
                        + bytes);
    }
}
