package io.millrace.server.partition;

import io.millrace.core.Effect;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.server.messages.BrowsedStep;
import io.millrace.server.messages.MessageSelection;
import io.millrace.server.messages.MessageStore;
import io.millrace.wire.FrameLink;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Answers browsers of queues, from memory or from the log.
 *
 * <p>Owned by the partition's thread; reads of the log run on {@code readers}.
 */
final class QueueBrowsing {

    private final PartitionRunner<PartitionCommand> runner;
    private final PartitionLog log;
    private final MessageStore store;
    private final MessageSelection selection;
    private final Links links;
    private final Executor readers;

    QueueBrowsing(
            PartitionRunner<PartitionCommand> runner,
            PartitionLog log,
            MessageStore store,
            MessageSelection selection,
            PartitionShell.Surroundings surroundings) {
        this.runner = runner;
        this.log = log;
        this.store = store;
        this.selection = selection;
        this.links = surroundings.links();
        this.readers = surroundings.readers();
    }

    void browse(Effect.Browse effect) {
        if (links.find(effect.linkId()) == null) {
            return;
        }
        BrowsedStep.Planned planned = BrowsedStep.plan(effect, store);
        MessageStore.ReadPlan plan = planned.plan();
        if (plan == null) {
            answer(effect, planned.step());
        } else {
            readers.execute(() -> read(effect, planned.step(), plan));
        }
    }

    private void read(Effect.Browse effect, BrowsedStep step, MessageStore.ReadPlan plan) {
        try {
            // Looked at once and not kept: the cache is for what will be delivered.
            List<Enqueued> blocks = store.load(plan);
            runner.run(
                    () -> {
                        blocks.forEach(step::add);
                        answer(effect, step);
                    });
        } catch (LogFailure e) {
            runner.run(() -> failed(effect, plan, e));
        } catch (RuntimeException e) {
            runner.fail(e);
        }
    }

    /**
     * What is settled while it is read may be given back by the log: then it is looked for again.
     */
    private void failed(Effect.Browse effect, MessageStore.ReadPlan plan, LogFailure failure) {
        if (plan.offsets().first() >= log.startOffset()) {
            throw failure;
        }
        browse(effect);
    }

    private void answer(Effect.Browse effect, BrowsedStep step) {
        FrameLink link = links.find(effect.linkId());
        if (link != null) {
            byte[] frame = step.answer(selection.matcher(effect.selector())).encoded();
            link.send(frame, 0, frame.length);
        }
    }
}
