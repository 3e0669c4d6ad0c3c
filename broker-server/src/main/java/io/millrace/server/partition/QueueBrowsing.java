package io.millrace.server.partition;

import io.millrace.core.Effect;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.server.messages.BrowsedStep;
import io.millrace.server.messages.MessageSelection;
import io.millrace.server.messages.MessageStore;
import io.millrace.server.messages.ReadPlan;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.FrameLink;

/**
 * Answers browsers of queues, from memory or from the log.
 *
 * <p>Owned by the partition's thread; the log is read in others.
 */
final class QueueBrowsing {

    private final PartitionLog log;
    private final MessageStore store;
    private final StoredReads reads;
    private final MessageSelection selection;
    private final Links links;

    QueueBrowsing(
            PartitionLog log,
            MessageStore store,
            StoredReads reads,
            MessageSelection selection,
            Links links) {
        this.log = log;
        this.store = store;
        this.reads = reads;
        this.selection = selection;
        this.links = links;
    }

    void browse(Effect.Browse effect) {
        if (links.find(effect.linkId()) == null) {
            return;
        }
        try {
            BrowsedStep.Planned planned = StoredReads.twice(() -> BrowsedStep.plan(effect, store));
            ReadPlan plan = planned.plan();
            if (plan == null) {
                answer(effect, planned.step());
            } else {
                read(effect, planned.step(), plan);
            }
        } catch (LogFailure e) {
            StoredReads.blame(e, failure -> refuse(effect, failure));
        }
    }

    private void read(Effect.Browse effect, BrowsedStep step, ReadPlan plan) {
        // Looked at once and not kept: the cache is for what will be delivered.
        reads.load(
                plan,
                blocks ->
                        reads.whileHere(
                                () -> {
                                    blocks.forEach(step::add);
                                    answer(effect, step);
                                }),
                failure -> failed(effect, plan, failure));
    }

    /**
     * What is settled while it is read may be given back by the log: then it is looked for again.
     */
    private void failed(Effect.Browse effect, ReadPlan plan, LogFailure failure) {
        if (plan.firstOffset() < log.startOffset()) {
            browse(effect);
        } else {
            StoredReads.blame(failure, known -> refuse(effect, known));
        }
    }

    private void refuse(Effect.Browse effect, LogFailure failure) {
        FrameLink link = links.find(effect.linkId());
        if (link != null) {
            byte[] frame =
                    new BrokerFrame.Refused(
                                    effect.requestId(),
                                    ErrorCode.UNREADABLE,
                                    String.valueOf(failure.getMessage()),
                                    0)
                            .encoded();
            link.send(frame, 0, frame.length);
        }
    }

    private void answer(Effect.Browse effect, BrowsedStep step) {
        FrameLink link = links.find(effect.linkId());
        if (link != null) {
            byte[] frame = step.answer(selection.matcher(effect.selector())).encoded();
            link.send(frame, 0, frame.length);
        }
    }
}
