package io.millrace.simulation;

import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.core.PartitionLoop;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.index.IndexLost;
import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.DestinationReport;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.RewindStep;
import io.millrace.server.LogOpener;
import io.millrace.server.net.ClientLink;
import io.millrace.server.net.Router;
import io.millrace.server.partition.CatalogHost;
import io.millrace.server.partition.Links;
import io.millrace.server.partition.PartitionHost;
import io.millrace.server.partition.PartitionRunner;
import io.millrace.server.partition.PartitionShell;
import io.millrace.server.partition.Partitions;
import io.millrace.server.partition.RunnerHost;
import io.millrace.wire.Frame;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A catalog and its partitions with the links of their clients, as {@code Broker} has them, but
 * stepped: one process may own several.
 */
final class Shard {

    static final int CATALOG = 0;

    /** How long a thread takes to notice that there is something to do. */
    private static final int WAKE_NANOS = 60_000;

    private static final long POLL_NANOS = 100 * Node.MILLI;
    private static final long PATIENCE_NANOS = 1_100_000;

    /** By how much a clock is wrong that a bug was planted in. */
    private static final long AHEAD_MILLIS = 3_000;

    private final String name;
    private final Node node;
    private final World world;
    private final Watcher watcher;
    private final Links links = new Links();
    private final Map<Long, ClientLink> clientsByLink = new HashMap<>();
    private final Partitions partitions;
    private final PartitionRunner<CatalogCommand> catalog;
    private final Id128 incarnation;
    private final Map<Integer, PartitionLoop<PartitionCommand>> loopsByPartition = new TreeMap<>();
    private @Nullable PartitionLoop<CatalogCommand> catalogLoop;
    private long lastLinkId;
    private boolean stepPlanned;
    private boolean closedForGood;
    private boolean closed;

    /** The wall clock, as brokers see it. */
    private long wallMillis() {
        long millis = world.oracle().lives().looked(node.clock.millis());
        return world.scenario().bug() == PlantedBug.CLOCK_AHEAD ? millis + AHEAD_MILLIS : millis;
    }

    /** The process that owns the shard. */
    interface Watcher {

        /** Asked before a turn: whether the process is still the owner. */
        boolean mayGoOn();

        /** A turn is over: something may have been appended. */
        void turned();

        /** A partition stays closed until the process is started again. */
        void stuck();

        /** A partition failed and is built anew. */
        void failed(RuntimeException failure);
    }

    Shard(
            String name,
            Node node,
            World world,
            LogOpener logs,
            PartitionLimits limits,
            Watcher watcher) {
        this.name = name;
        this.node = node;
        this.world = world;
        this.watcher = watcher;
        this.incarnation = new Id128(node.random.nextLong(), node.random.nextLong());
        PartitionShell.Surroundings surroundings =
                new PartitionShell.Surroundings(
                        links, new Neighbourhood(), this::readLater, this::handled);
        List<PartitionRunner<PartitionCommand>> runners = new ArrayList<>();
        for (int partition = 1; partition <= logs.partitions(); partition++) {
            int number = partition;
            runners.add(
                    new PartitionRunner<>(
                            name + "-partition-" + number,
                            new Watched<>(
                                    new PartitionHost(number, logs, limits, surroundings),
                                    loop -> loopsByPartition.put(number, loop)),
                            this::wallMillis,
                            node.clock::nanos));
        }
        this.partitions = new Partitions(runners);
        this.catalog =
                new PartitionRunner<>(
                        name + "-catalog",
                        new Watched<>(
                                new CatalogHost(CATALOG, logs, limits, surroundings),
                                loop -> catalogLoop = loop),
                        this::wallMillis,
                        node.clock::nanos);
    }

    /** Counts what a runner's host is told, and passes it on. */
    private final class Watched<C> implements RunnerHost<C> {

        private final RunnerHost<C> host;
        private final Consumer<PartitionLoop<C>> opened;

        Watched(RunnerHost<C> host, Consumer<PartitionLoop<C>> opened) {
            this.host = host;
            this.opened = opened;
        }

        @Override
        public RunnerHost.Running<C> open(PartitionRunner<C> runner) {
            RunnerHost.Running<C> running = host.open(runner);
            opened.accept(running.loop());
            return running;
        }

        @Override
        public C tick() {
            world.coverage().happened(Effect.WakeAt.class);
            C tick = host.tick();
            world.coverage().happened(tick.getClass());
            return tick;
        }

        @Override
        public @Nullable C stopping() {
            C last = host.stopping();
            if (last != null) {
                world.coverage().happened(last.getClass());
            }
            return last;
        }

        @Override
        public void refused(C command, String reason, int retryAfterMillis) {
            host.refused(command, reason, retryAfterMillis);
            closedForGood |= retryAfterMillis < 0;
        }

        @Override
        public void handled(C command) {
            world.coverage().happened(command.getClass());
            if (command instanceof PartitionCommand.Transaction transaction) {
                world.coverage().happened(transaction.step().getClass());
            } else if (command instanceof PartitionCommand.SelectDone) {
                world.coverage().happened(Effect.Select.class);
            } else if (command instanceof PartitionCommand.BuryDeadLetter) {
                world.coverage().happened(Effect.CopyDeadLetter.class);
            } else if (command instanceof PartitionCommand.Rewind rewind) {
                if (rewind.step() instanceof RewindStep.Found) {
                    world.coverage().happened(Effect.FindRewind.class);
                } else if (rewind.step() instanceof RewindStep.Recalled) {
                    world.coverage().happened(Effect.Recall.class);
                }
            }
            host.handled(command);
        }

        @Override
        public void failed(RuntimeException failure) {
            world.trace().mark(3, () -> name + " failed: " + failure);
            host.failed(failure);
            watcher.failed(failure);
        }
    }

    /** Opens the logs and begins to serve. */
    void open() {
        partitions.each(PartitionRunner::open);
        catalog.open();
        partitions.post(new PartitionCommand.Tick());
        catalog.post(new CatalogCommand.Tick());
        wake();
        poll();
    }

    private void poll() {
        node.after(
                POLL_NANOS,
                () -> {
                    if (!closed) {
                        step();
                        poll();
                    }
                });
    }

    private void wake() {
        if (!stepPlanned && !closed) {
            stepPlanned = true;
            node.after(
                    node.random.nextInt(WAKE_NANOS),
                    () -> {
                        stepPlanned = false;
                        step();
                    });
        }
    }

    /** One turn of each runner. */
    void step() {
        if (closed || !watcher.mayGoOn()) {
            return;
        }
        boolean worked = catalog.step();
        for (int number = 1; number <= partitions.count(); number++) {
            worked |= partitions.at(number).step();
        }
        watcher.turned();
        if (closedForGood) {
            watcher.stuck();
        } else if (worked) {
            node.after(PATIENCE_NANOS, this::wake);
        }
    }

    /** The log has more, or something was posted from outside. */
    void news() {
        wake();
    }

    /** Takes checkpoints between two turns. */
    void checkpoint() {
        step();
        loopsByPartition.forEach(
                (number, loop) -> checkpoint(loop, failure -> partitions.at(number).fail(failure)));
        checkpoint(catalogLoop, failure -> catalog.fail(failure));
        watcher.turned();
    }

    private void checkpoint(@Nullable PartitionLoop<?> loop, Consumer<IndexLost> failing) {
        if (loop == null) {
            return;
        }
        try {
            loop.endTurn(node.clock.millis());
            loop.checkpoint();
        } catch (LogFailure e) {
            // The runner finds out by itself.
            world.trace().mark(4, () -> name + " takes no checkpoint: " + e.getMessage());
        } catch (IndexLost e) {
            // As if the runner had taken it.
            failing.accept(e);
            wake();
        }
    }

    /** Asks the partitions what waits; the answer comes with one of the next turns. */
    void query(DestinationReport.Receiver answer) {
        partitions.post(new PartitionCommand.Query(answer));
        wake();
    }

    /** Ends it cleanly; everything that was appended must be durable. */
    void close() {
        links.closeAll();
        catalog.close();
        partitions.each(PartitionRunner::close);
        closed = true;
    }

    /** Serves nobody any more, and leaves the logs as they are. */
    void abandon() {
        links.closeAll();
        closed = true;
    }

    /** Takes a client's link. */
    FrameLink.Listener accept(FrameLink link) {
        long linkId = ++lastLinkId;
        FrameLink watched = new CountingLink(link, world);
        ClientLink client = new ClientLink(linkId, watched, new Routing());
        links.add(linkId, watched);
        clientsByLink.put(linkId, client);
        return client;
    }

    private void readLater(long nanos, Runnable read) {
        world.coverage().happened(Effect.Read.class);
        node.after(
                nanos + node.random.nextInt(2_000_000),
                () -> {
                    read.run();
                    wake();
                });
    }

    private void handled(long linkId, int bytes) {
        ClientLink client = clientsByLink.get(linkId);
        if (client != null) {
            client.handled(bytes);
        }
    }

    private void toPartition(int number, PartitionCommand command) {
        partitions.at(number).post(command);
        wake();
    }

    private void toPartitions(PartitionCommand command) {
        partitions.post(command);
        wake();
    }

    private void toCatalog(CatalogCommand command) {
        catalog.post(command);
        wake();
    }

    /** Where effects of one machine reach the other. */
    private final class Neighbourhood implements PartitionShell.Neighbours {

        @Override
        public void askPartition(int number, PartitionCommand command) {
            world.coverage().happened(Effect.AskPartition.class);
            toPartition(number, command);
        }

        @Override
        public void askCatalog(CatalogCommand command) {
            world.coverage().happened(Effect.AskCatalog.class);
            toCatalog(command);
        }

        @Override
        public void loseConnection(Id128 connectionId) {
            world.coverage().happened(Effect.LoseConnection.class);
            toPartitions(new PartitionCommand.ConnectionEnded(connectionId, false));
        }
    }

    /** Where frames of clients lead. */
    private final class Routing implements Router {

        @Override
        public Id128 incarnation() {
            return incarnation;
        }

        @Override
        public long maxMessageBytes() {
            return PartitionLimits.MESSAGE_BYTES;
        }

        @Override
        public int maxBatchBytes() {
            return Frame.MAX_SEND_BYTES;
        }

        @Override
        public int partitions() {
            return partitions.count();
        }

        @Override
        public void toCatalog(CatalogCommand command) {
            Shard.this.toCatalog(command);
        }

        @Override
        public void toPartition(int number, PartitionCommand command) {
            Shard.this.toPartition(number, command);
        }

        @Override
        public void leaveToHelp(int number, PartitionCommand command) {
            partitions.at(number).leave(command);
        }

        @Override
        public void toPartitionUnhurried(int number, PartitionCommand command) {
            partitions.at(number).postUnhurried(command);
            wake();
        }

        /** As a thread that brings mail may do the turn itself. */
        @Override
        public void help(int number, boolean mayBeKept) {
            if (mayBeKept && watcher.mayGoOn()) {
                partitions.at(number).step();
                watcher.turned();
            }
            wake();
        }

        @Override
        public void opened(Origin origin) {
            Shard.this.toCatalog(new CatalogCommand.LinkOpened(origin));
            toPartitions(new PartitionCommand.LinkOpened(origin));
        }

        @Override
        public void lost(Origin origin) {
            Shard.this.toCatalog(new CatalogCommand.LinkClosed(origin));
            toPartitions(new PartitionCommand.LinkClosed(origin));
        }

        @Override
        public void ended(Origin origin) {
            Shard.this.toCatalog(new CatalogCommand.ConnectionEnded(origin.connectionId()));
            toPartitions(new PartitionCommand.ConnectionEnded(origin.connectionId(), true));
        }

        @Override
        public void forget(long linkId) {
            links.remove(linkId);
            clientsByLink.remove(linkId);
        }
    }
}
