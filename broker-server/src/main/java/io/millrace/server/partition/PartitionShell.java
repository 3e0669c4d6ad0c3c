package io.millrace.server.partition;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.PartitionLoop;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.Block;
import io.millrace.core.partition.FailedRead;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.core.partition.RewindEvent;
import io.millrace.server.messages.AppendTimes;
import io.millrace.server.messages.BodyHomes;
import io.millrace.server.messages.DeadLetterCopy;
import io.millrace.server.messages.MessageSelection;
import io.millrace.server.messages.MessageStore;
import io.millrace.server.messages.Retention;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what a partition's machine decided: finds bytes, writes frames, keeps the index of
 * messages.
 *
 * <p>Owned by the partition's thread; reads of the log run on {@code readers} and come back as
 * commands.
 */
public final class PartitionShell implements PartitionLoop.Shell, Effect.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionShell.class);

    private final PartitionRunner<PartitionCommand> runner;
    private final PartitionMachine machine;
    private final PartitionLog log;
    private final MessageStore store;
    private final Links links;
    private final Neighbours neighbours;
    private final CatchUpPace pace;
    private final StoredReads reads;
    private final TouchedLinks touched = new TouchedLinks();
    private final MessageSelection selection = new MessageSelection();
    private final QueueBrowsing browsing;
    private final BodyHomes homes = new BodyHomes();
    private final Retention retention;
    private final Recalling recalling;
    private final Relocating relocating;
    private boolean live;

    /** What the checkpoint that is about to be stored needs of the log. */
    private long neededByCheckpoint;

    /** Since that checkpoint was taken, what was settled may wait again. */
    private boolean wentBack;

    /** The machines that effects lead to. */
    public interface Neighbours {

        void askPartition(int partition, PartitionCommand command);

        void askCatalog(CatalogCommand command);

        /** A connection will not come back: every machine hears it. */
        void loseConnection(Id128 connectionId);
    }

    public PartitionShell(
            PartitionRunner<PartitionCommand> runner,
            PartitionMachine machine,
            PartitionLog log,
            MessageStore store,
            RetentionPolicies retention,
            long catchUpBytesPerSecond,
            Surroundings surroundings) {
        this.runner = runner;
        this.machine = machine;
        this.log = log;
        this.store = store;
        this.links = surroundings.links();
        this.neighbours = surroundings.neighbours();
        AppendTimes times = new AppendTimes(log, runner::nowMillis);
        this.pace = new CatchUpPace(runner::nanos, catchUpBytesPerSecond);
        this.reads = new StoredReads(runner, log, store, surroundings.readers(), pace);
        this.relocating = new Relocating(runner, machine, store, reads, homes);
        this.retention = new Retention(retention, store, homes, times);
        this.recalling =
                new Recalling(runner, log, store, selection, times, surroundings.readers());
        this.browsing = new QueueBrowsing(log, store, reads, selection, surroundings.links());
    }

    /** What all partitions of a broker share. */
    public record Surroundings(Links links, Neighbours neighbours, Readers readers, Gauge gauge) {}

    /** Hears when bytes of a link's sends left the mailbox. */
    public interface Gauge {
        void handled(long linkId, int bytes);
    }

    /** Replay is over: messages logged from now on are at the tail, and worth keeping in memory. */
    public void goLive() {
        live = true;
    }

    /** The log is closed, and another shell takes over. */
    public void end() {
        reads.end();
    }

    @Override
    public void perform(Effect effect) {
        effect.dispatch(this);
    }

    @Override
    public void performed() {
        touched.flush();
    }

    @Override
    public void logged(Event event, long offset) {
        store.index().logged(event, offset);
        homes.logged(event);
        wentBack |= event instanceof RewindEvent;
        if (live && event instanceof Enqueued block) {
            pace.stored(block.batch().length());
            if (!machine.isBody(block.destinationId())) {
                store.keep(block, offset, relocating);
            }
        }
    }

    @Override
    public void snapshot(WireOutput to) {
        neededByCheckpoint = needed();
        wentBack = false;
        store.index().snapshot(to);
        homes.writeTo(to);
    }

    @Override
    public void restored(WireInput from) {
        store.index().restore(from);
        homes.readFrom(from);
    }

    /**
     * Gives back what the stored state does not need: what was settled since may not be durable.
     * After a rewind nothing is: that may be durable while what settled the messages once more is
     * not.
     */
    @Override
    public void checkpointed(long upTo) {
        if (wentBack) {
            return;
        }
        Map<Long, String> namesById = new HashMap<>();
        machine.report(
                report -> {
                    if (!report.kind().isTemporary()) {
                        namesById.put(report.destinationId(), report.name());
                    }
                });
        long keptFrom = retention.keepFrom(upTo, namesById);
        log.forgetBefore(Math.min(keptFrom, neededByCheckpoint));
        store.index().forgetFreedSegments();
        homes.forgetFreed(store);
        relocating.checkpointed(keptFrom);
    }

    @Override
    public void checkpointFailed(LogFailure failure) {
        LOG.warn("no checkpoint was stored, the one before stays: {}", failure.getMessage());
    }

    /** From this offset on there is something that somebody needs. */
    private long needed() {
        try {
            return StoredReads.twice(relocating::neededFrom);
        } catch (LogFailure e) {
            LOG.warn("nothing is given back, as an index cannot be read: {}", e.getMessage());
            return log.startOffset();
        }
    }

    @Override
    public void tell(Effect.Tell effect) {
        FrameLink link = links.find(effect.linkId());
        if (link != null) {
            byte[] frame = effect.frame().encoded();
            touched.queue(link, frame, frame.length);
        }
    }

    @Override
    public void deliver(Effect.Deliver effect) {
        FrameLink link = links.find(effect.linkId());
        if (link == null) {
            return;
        }
        WireOutput frame;
        try {
            frame = StoredReads.twice(() -> DeliveryFrame.of(effect, store));
        } catch (LogFailure e) {
            StoredReads.blame(e, failure -> runner.post(DeliveryFrame.failed(effect, failure)));
            return;
        }
        if (pace.isWatched()) {
            List<Effect.Run> runs = effect.runs();
            long last = runs.get(runs.size() - 1).lastSequence();
            pace.delivered(store.index().behind(effect.destinationId(), last));
        }
        touched.queue(link, frame.array(), frame.size());
    }

    @Override
    public void read(Effect.Read effect) {
        List<Enqueued> kept =
                store.kept(effect.destinationId(), effect.from(), effect.to(), effect.maxBytes());
        if (!kept.isEmpty()) {
            // What is not durable yet can be read here alone.
            runner.post(readDone(effect, kept));
            return;
        }
        reads.load(
                effect,
                blocks -> {
                    runner.run(() -> store.keepRead(blocks));
                    runner.post(readDone(effect, blocks));
                },
                failure -> failed(effect.destinationId(), effect.readId(), failure));
    }

    private void failed(long destinationId, long askId, LogFailure failure) {
        runner.post(
                new PartitionCommand.ReadFailed(
                        FailedRead.asked(
                                destinationId, askId, String.valueOf(failure.getMessage()))));
    }

    private static PartitionCommand readDone(Effect.Read effect, List<Enqueued> blocks) {
        List<Block> sizes = new ArrayList<>(blocks.size());
        for (Enqueued each : blocks) {
            sizes.add(new Block(each.firstSequence(), each.batch().count(), each.batch().length()));
        }
        return new PartitionCommand.ReadDone(effect.readId(), effect.destinationId(), sizes);
    }

    @Override
    public void select(Effect.Select effect) {
        List<Enqueued> kept =
                store.kept(effect.destinationId(), effect.from(), effect.to(), effect.maxBytes());
        if (!kept.isEmpty()) {
            runner.post(selection.evaluate(effect, kept));
            return;
        }
        // Looked at once and not kept: the cache is for what will be delivered.
        reads.load(
                new Effect.Read(
                        effect.selectId(),
                        effect.destinationId(),
                        effect.from(),
                        effect.to(),
                        Effect.Part.PROPERTIES,
                        effect.maxBytes()),
                blocks -> reads.whileHere(() -> runner.post(selected(effect, blocks))),
                failure -> failed(effect.destinationId(), effect.selectId(), failure));
    }

    /** There is nothing to look at if all of it was settled meanwhile, and given back. */
    private PartitionCommand selected(Effect.Select effect, List<Enqueued> blocks) {
        if (!blocks.isEmpty()
                || machine.nextNeeded(effect.destinationId(), effect.from()) == effect.from()) {
            return selection.evaluate(effect, blocks);
        }
        return new PartitionCommand.SelectDone(
                effect.selectId(),
                effect.subscriptionId(),
                effect.from() - 1,
                SequenceRanges.EMPTY);
    }

    @Override
    public void browse(Effect.Browse effect) {
        browsing.browse(effect);
    }

    @Override
    public void findRewind(Effect.FindRewind effect) {
        recalling.find(effect);
    }

    @Override
    public void recall(Effect.Recall effect) {
        recalling.recall(effect);
    }

    @Override
    public void copyDeadLetter(Effect.CopyDeadLetter effect) {
        Enqueued kept = store.findKept(effect.destinationId(), effect.sequence());
        if (kept != null) {
            runner.post(DeadLetterCopy.of(effect, kept));
            return;
        }
        reads.load(
                new Effect.Read(
                        0,
                        effect.destinationId(),
                        effect.sequence(),
                        effect.sequence(),
                        Effect.Part.ALL,
                        1),
                blocks -> {
                    for (Enqueued block : blocks) {
                        long index = effect.sequence() - block.firstSequence();
                        if (index >= 0 && index < block.batch().count()) {
                            runner.post(DeadLetterCopy.of(effect, block));
                        }
                    }
                },
                failure -> {
                    // It stays with nobody, and is looked at again by the next start.
                });
    }

    @Override
    public void wakeAt(Effect.WakeAt effect) {
        runner.wakeAt(effect.millis());
    }

    @Override
    public void askPartition(Effect.AskPartition effect) {
        neighbours.askPartition(effect.partition(), effect.command());
    }

    @Override
    public void askCatalog(Effect.AskCatalog effect) {
        neighbours.askCatalog(effect.command());
    }

    @Override
    public void loseConnection(Effect.LoseConnection effect) {
        neighbours.loseConnection(effect.connectionId());
    }
}
