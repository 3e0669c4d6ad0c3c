package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Effect.Run;
import io.millrace.core.Origin;
import io.millrace.wire.Browsed;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What browsers see of queues (Jakarta Messaging 3.1, 4.1.6), a step at a time.
 *
 * <p>A step is decided from what is settled now and leaves no trace: a browser costs nothing
 * between two steps, takes up again after any crash, and pins no log. What is out with a consumer
 * is shown: it is on the queue until it is settled, and may come back. Owned by the partition's
 * thread.
 */
final class Browsing {

    /** How many sequences one step looks at. */
    private static final long STEP_SEQUENCES = 4_096;

    private final PartitionState state;

    Browsing(PartitionState state) {
        this.state = state;
    }

    void browse(PartitionCommand.Browse command, long nowMillis, Decision out) {
        Origin origin = command.origin();
        Subscription queue = queue(command.subscriptionId());
        if (queue == null) {
            refuse(command, "Expected a queue, but there is none or it was deleted", out);
            return;
        }
        Id128 owner = queue.destination.owner;
        boolean body = queue.destination.kind == DestinationKind.BODY;
        if (!body && !owner.equals(Id128.NONE) && !owner.equals(origin.connectionId())) {
            refuse(
                    command,
                    "Expected a browser of the connection that created "
                            + queue.destination.name
                            + ", but another connection asks to look at it",
                    out);
            return;
        }
        long end = queue.destination.nextSequence;
        long from = queue.nextUnsettled(command.position());
        if (command.messages() == 0 || from >= end) {
            out.tell(
                    origin.linkId(),
                    new Browsed(command.requestId(), from, from >= end, List.of()));
            return;
        }
        long last = Math.min(end, from + STEP_SEQUENCES) - 1;
        long next = queue.nextUnsettled(last + 1);
        // Waits for the log like a delivery: what a crash could take back is not shown.
        out.effect(
                new Effect.Browse(
                        origin.linkId(),
                        command.requestId(),
                        queue.destination.id,
                        runs(queue, queue.unsettled(SequenceRanges.of(from, last))),
                        next,
                        next >= end,
                        command.selector(),
                        nowMillis,
                        command.messages(),
                        command.bytes()));
    }

    private @Nullable Subscription queue(long subscriptionId) {
        Subscription found = state.subscriptionsById.get(subscriptionId);
        return found != null && found.destination.kind.isQueue() && !found.isPlain() ? found : null;
    }

    /** Cuts ranges where the delivery count changes. */
    private static List<Run> runs(Subscription queue, SequenceRanges ranges) {
        List<Run> runs = new ArrayList<>(ranges.rangeCount());
        for (int range = 0; range < ranges.rangeCount(); range++) {
            long first = ranges.first(range);
            while (first <= ranges.last(range)) {
                long last = queue.lastWithSameCount(first, ranges.last(range));
                runs.add(new Run(first, (int) (last - first + 1), queue.deliveryCount(first)));
                first = last + 1;
            }
        }
        return List.copyOf(runs);
    }

    private static void refuse(PartitionCommand.Browse command, String message, Decision out) {
        Answers.refuse(
                command.origin(), command.requestId(), ErrorCode.INVALID_DESTINATION, message, out);
    }
}
