package io.millrace.server.partition;

import io.millrace.core.Effect;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.core.partition.RewindStep;
import io.millrace.selector.SelectorSyntaxException;
import io.millrace.server.messages.AppendTimes;
import io.millrace.server.messages.MessageSelection;
import io.millrace.server.messages.MessageStore;
import io.millrace.server.messages.ReadPlan;
import io.millrace.server.messages.RecalledStretch;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.WireFormatException;
import java.time.Instant;
import java.util.List;

/**
 * Looks into the past for those who go back to it, in memory or in the log.
 *
 * <p>Damage there is told to whoever asked, and hurts nobody else. Owned by the partition's thread;
 * messages are read on {@code readers}.
 */
final class Recalling {

    private final PartitionRunner<PartitionCommand> runner;
    private final PartitionLog log;
    private final MessageStore store;
    private final MessageSelection selection;
    private final AppendTimes times;
    private final Readers readers;

    Recalling(
            PartitionRunner<PartitionCommand> runner,
            PartitionLog log,
            MessageStore store,
            MessageSelection selection,
            AppendTimes times,
            Readers readers) {
        this.runner = runner;
        this.log = log;
        this.store = store;
        this.selection = selection;
        this.times = times;
        this.readers = readers;
    }

    void find(Effect.FindRewind effect) {
        RewindStep.Ask ask = effect.ask();
        RewindStep.Found found;
        try {
            long oldest = store.index().nextStored(effect.destinationId(), 0);
            long millis =
                    oldest == MessageStore.NO_SEQUENCE
                            ? 0
                            : times.of(store.index().offsetOf(effect.destinationId(), oldest));
            found =
                    new RewindStep.Found(
                            ask,
                            ask.from() == RewindFrom.TIME
                                    ? store.index()
                                            .firstSince(effect.destinationId(), ask.value(), times)
                                    : store.index().nextStored(effect.destinationId(), ask.value()),
                            oldest,
                            millis,
                            Instant.ofEpochMilli(millis).toString(),
                            null);
        } catch (LogFailure | WireFormatException e) {
            found = new RewindStep.Found(ask, 0, 0, 0, "", unreadable(e));
        }
        post(found);
    }

    /** The index may have to be read here, and what it says may be damaged as well. */
    void recall(Effect.Recall effect) {
        try {
            RecalledStretch stretch = RecalledStretch.of(effect, store);
            if (stretch.isEmpty()) {
                post(stretch.nothing(store));
                return;
            }
            Effect.Read read = stretch.read();
            List<Enqueued> kept =
                    store.kept(read.destinationId(), read.from(), read.to(), read.maxBytes());
            if (!kept.isEmpty()) {
                answer(effect, stretch, kept);
                return;
            }
            load(effect, stretch, store.plan(read));
        } catch (LogFailure | WireFormatException e) {
            post(RecalledStretch.failed(effect, unreadable(e)));
        }
    }

    private void load(Effect.Recall effect, RecalledStretch stretch, ReadPlan plan) {
        readers.readIn(
                0,
                () -> {
                    try {
                        // Looked at once and not kept: the cache is for what will be delivered.
                        List<Enqueued> blocks = store.load(plan);
                        runner.run(() -> answer(effect, stretch, blocks));
                    } catch (LogFailure | WireFormatException e) {
                        runner.run(() -> failed(effect, plan, e));
                    } catch (RuntimeException e) {
                        runner.fail(e);
                    }
                });
    }

    /** A rewind outlives restarts: what fails here must not fail its machine again and again. */
    private void answer(Effect.Recall effect, RecalledStretch stretch, List<Enqueued> blocks) {
        RewindStep.Recalled answer;
        try {
            answer = stretch.answer(blocks, selection, store, effect.timed() ? times : null);
        } catch (LogFailure | WireFormatException e) {
            answer = RecalledStretch.failed(effect, unreadable(e));
        } catch (SelectorSyntaxException e) {
            // Another version has read it otherwise when the rewind began.
            answer =
                    RecalledStretch.failed(
                            effect, "Expected selectors to be readable, but " + e.getMessage());
        }
        post(answer);
    }

    /** What nobody needed while it was counted may be given back: then the rest is looked at. */
    private void failed(Effect.Recall effect, ReadPlan plan, RuntimeException failure) {
        if (plan.firstOffset() < log.startOffset()) {
            recall(effect);
        } else {
            post(RecalledStretch.failed(effect, unreadable(failure)));
        }
    }

    private static String unreadable(RuntimeException failure) {
        return "Expected messages of the past to be readable, but " + failure.getMessage();
    }

    private void post(RewindStep step) {
        runner.post(new PartitionCommand.Rewind(step));
    }
}
