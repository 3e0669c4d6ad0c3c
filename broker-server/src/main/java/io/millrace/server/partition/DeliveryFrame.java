package io.millrace.server.partition;

import io.millrace.core.Effect;
import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.FailedRead;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.server.messages.MessageStore;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.Frame;
import io.millrace.wire.RangeSet;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;

/** Writes messages that are handed out into a frame. */
final class DeliveryFrame {

    private static final int MARGIN_BYTES = 64;

    private DeliveryFrame() {}

    /**
     * The frame of a delivery; waits for the disk if the messages are not in memory any more.
     *
     * @throws LogFailure if some of them cannot be read
     */
    static WireOutput of(Effect.Deliver effect, MessageStore store) {
        List<DeliveredRun> runs = new ArrayList<>();
        int bytes = MARGIN_BYTES;
        for (Effect.Run run : effect.runs()) {
            long sequence = run.firstSequence();
            while (sequence <= run.lastSequence()) {
                Enqueued block = store.find(effect.destinationId(), sequence);
                int index = (int) (sequence - block.firstSequence());
                int count =
                        (int)
                                Math.min(
                                        block.batch().count() - index,
                                        run.lastSequence() - sequence + 1);
                DeliveredRun part =
                        DeliveredRun.of(
                                block.batch(),
                                index,
                                count,
                                sequence,
                                run.deliveryCount(),
                                block.user());
                runs.add(run.replay() ? part.replayed() : part);
                bytes += part.length() + MARGIN_BYTES;
                sequence += count;
            }
        }
        WireOutput frame = new WireOutput(bytes + Frame.HEADER_BYTES);
        new BrokerFrame.Deliver(effect.consumerId(), effect.epoch(), runs).encode(frame);
        return frame;
    }

    /** Says that a delivery did not leave. */
    static PartitionCommand failed(Effect.Deliver effect, LogFailure failure) {
        RangeSet undelivered = new RangeSet();
        effect.runs().forEach(run -> undelivered.add(run.firstSequence(), run.lastSequence()));
        return new PartitionCommand.ReadFailed(
                new FailedRead(
                        effect.destinationId(),
                        0,
                        effect.linkId(),
                        effect.consumerId(),
                        undelivered.toRanges(),
                        String.valueOf(failure.getMessage())));
    }
}
