package io.millrace.server.partition;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.Invariant;
import io.millrace.core.PartitionLoop;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.catalog.CatalogMachine;
import io.millrace.core.index.HeapIndex;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.LogOpener;
import io.millrace.wire.FrameLink;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/** Builds the catalog from its log, and carries out what it decides. */
public final class CatalogHost implements RunnerHost<CatalogCommand> {

    private final int partition;
    private final LogOpener logs;
    private final PartitionLimits limits;
    private final PartitionShell.Surroundings surroundings;

    public CatalogHost(
            int partition,
            LogOpener logs,
            PartitionLimits limits,
            PartitionShell.Surroundings surroundings) {
        this.partition = partition;
        this.logs = logs;
        this.limits = limits;
        this.surroundings = surroundings;
    }

    @Override
    public RunnerHost.Running<CatalogCommand> open(PartitionRunner<CatalogCommand> runner) {
        LogOpener.Opened opened =
                logs.open(
                        partition,
                        new PartitionHost.RunnerListener(runner, segment -> new byte[0]));
        CatalogMachine machine =
                new CatalogMachine(logs.partitions(), limits.keepConnectionMillis());
        PartitionLoop<CatalogCommand> loop =
                new PartitionLoop<>(machine, opened.log(), new Shell(runner, opened.log()));
        try {
            loop.recover();
            logs.requirePartitions(machine.highestPartition(), "destinations live in");
        } catch (RuntimeException | Error e) {
            // Left open, it would keep everybody out, and hide why.
            opened.close();
            throw e;
        }
        return new RunnerHost.Running<>(loop, opened.log(), new HeapIndex());
    }

    @Override
    public CatalogCommand tick() {
        return new CatalogCommand.Tick();
    }

    @Override
    public void handled(CatalogCommand command) {
        // Nothing to give back: the catalog's commands are small and answered one by one.
    }

    @Override
    public void refused(CatalogCommand command, String reason, int retryAfterMillis) {
        handled(command);
        surroundings.links().refuse(command.origin(), reason, retryAfterMillis);
    }

    @Override
    public void failed(RuntimeException failure) {
        surroundings.links().closeAll();
    }

    /** The catalog's effects. It stores no messages, so there is nothing to index or to read. */
    private final class Shell implements PartitionLoop.Shell, Effect.Handler {

        private final PartitionRunner<CatalogCommand> runner;
        private final PartitionLog log;

        Shell(PartitionRunner<CatalogCommand> runner, PartitionLog log) {
            this.runner = runner;
            this.log = log;
        }

        @Override
        public void perform(Effect effect) {
            effect.dispatch(this);
        }

        @Override
        public void logged(Event event, long offset) {
            // The machine has applied it; nothing lies in the log that is ever read again but by a
            // replay.
        }

        @Override
        public void snapshot(WireOutput to) {
            // The machine's own state is all there is.
        }

        @Override
        public void restored(WireInput from) {
            // The machine's own state is all there is.
        }

        @Override
        public void checkpointed(long upTo) {
            log.forgetBefore(upTo);
        }

        @Override
        public void tell(Effect.Tell effect) {
            FrameLink link = surroundings.links().find(effect.linkId());
            if (link != null) {
                byte[] frame = effect.frame().encoded();
                link.send(frame, 0, frame.length);
            }
        }

        @Override
        public void deliver(Effect.Deliver effect) {
            Invariant.require(false, "the catalog to deliver nothing");
        }

        @Override
        public void read(Effect.Read effect) {
            Invariant.require(false, "the catalog to read nothing");
        }

        @Override
        public void select(Effect.Select effect) {
            Invariant.require(false, "the catalog to select nothing");
        }

        @Override
        public void browse(Effect.Browse effect) {
            Invariant.require(false, "the catalog to have nothing to browse");
        }

        @Override
        public void findRewind(Effect.FindRewind effect) {
            Invariant.require(false, "the catalog to have nothing to rewind");
        }

        @Override
        public void recall(Effect.Recall effect) {
            Invariant.require(false, "the catalog to have nothing to recall");
        }

        @Override
        public void copyDeadLetter(Effect.CopyDeadLetter effect) {
            Invariant.require(false, "the catalog to have no dead letters");
        }

        @Override
        public void wakeAt(Effect.WakeAt effect) {
            runner.wakeAt(effect.millis());
        }

        @Override
        public void askPartition(Effect.AskPartition effect) {
            surroundings.neighbours().askPartition(effect.partition(), effect.command());
        }

        @Override
        public void askCatalog(Effect.AskCatalog effect) {
            surroundings.neighbours().askCatalog(effect.command());
        }

        @Override
        public void loseConnection(Effect.LoseConnection effect) {
            surroundings.neighbours().loseConnection(effect.connectionId());
        }
    }
}
