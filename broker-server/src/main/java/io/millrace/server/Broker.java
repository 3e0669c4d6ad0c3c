package io.millrace.server;

import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.net.ClientLink;
import io.millrace.server.net.InJvmLink;
import io.millrace.server.net.Router;
import io.millrace.server.partition.CatalogHost;
import io.millrace.server.partition.Links;
import io.millrace.server.partition.PartitionHost;
import io.millrace.server.partition.PartitionRunner;
import io.millrace.server.partition.PartitionShell;
import io.millrace.server.partition.Partitions;
import io.millrace.server.partition.PreparedReport;
import io.millrace.server.users.Authenticator;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import io.millrace.wire.RandomIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A running broker: a catalog, its partitions, and the links of its clients. One process may run
 * several.
 *
 * <p>Frames of a link become commands in {@link ClientLink}; each partition's thread turns commands
 * into entries and effects.
 */
public final class Broker implements AutoCloseable {

    private static final int CATALOG_PARTITION = 0;

    private final long maxMessageBytes;
    private final List<PartitionHost> hosts = new ArrayList<>();
    private final Id128 incarnation = RandomIds.next();
    private final AtomicLong lastLinkId = new AtomicLong();
    private final Links links = new Links();
    private final Map<Long, ClientLink> clientsByLink = new ConcurrentHashMap<>();
    private final LogOpener logs;
    private final Authenticator authenticator;
    private final ExecutorService readers;
    private final PartitionRunner<CatalogCommand> catalog;
    private final Partitions partitions;

    private Broker(
            LogOpener logs,
            PartitionLimits limits,
            Authenticator authenticator,
            LongSupplier clock) {
        this.logs = logs;
        this.authenticator = authenticator;
        this.readers =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread thread = new Thread(task, "millrace-reader");
                            thread.setDaemon(true);
                            return thread;
                        });
        this.maxMessageBytes = limits.maxMessageBytes();
        PartitionShell.Surroundings surroundings =
                new PartitionShell.Surroundings(
                        links, new Neighbourhood(), this::readIn, this::handled);
        List<PartitionRunner<PartitionCommand>> runners = new ArrayList<>();
        PartitionLimits shared = limits.sharedBy(logs.partitions());
        for (int number = 1; number <= logs.partitions(); number++) {
            PartitionHost host = new PartitionHost(number, logs, shared, surroundings);
            hosts.add(host);
            runners.add(
                    new PartitionRunner<>("partition-" + number, host, clock, System::nanoTime));
        }
        this.partitions = new Partitions(runners);
        this.catalog =
                new PartitionRunner<>(
                        "catalog",
                        new CatalogHost(CATALOG_PARTITION, logs, limits, surroundings),
                        clock,
                        System::nanoTime);
    }

    /** The same for everybody, without users. */
    public static Broker start(LogOpener logs, PartitionLimits limits) {
        return start(logs, limits, Authenticator.everybody());
    }

    /**
     * Opens the logs, replays them and starts to serve.
     *
     * @param authenticator decides who may connect; closed with the broker
     * @throws LogFailure if a log cannot be opened; the message says why and what to do
     * @throws IllegalArgumentException if there are more partitions than there are to be; likewise
     */
    public static Broker start(
            LogOpener logs, PartitionLimits limits, Authenticator authenticator) {
        return start(logs, limits, authenticator, System::currentTimeMillis);
    }

    /**
     * The same with another clock.
     *
     * @param clock milliseconds since 1970, by which messages become due and expire; called by
     *     several threads. A step back is as if time stood still until the clock has caught up
     * @throws LogFailure if a log cannot be opened; the message says why and what to do
     * @throws IllegalArgumentException if there are more partitions than there are to be; likewise
     */
    public static Broker start(
            LogOpener logs,
            PartitionLimits limits,
            Authenticator authenticator,
            LongSupplier clock) {
        Broker broker = new Broker(logs, limits, authenticator, clock);
        try {
            logs.requirePartitions(logs.storedPartitions(), "there is a directory of");
            // Side by side: each has a log of its own to replay.
            broker.partitions.each(PartitionRunner::start);
            broker.catalog.start();
            broker.partitions.each(PartitionRunner::awaitStarted);
            broker.catalog.awaitStarted();
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        broker.partitions.post(new PartitionCommand.Tick());
        broker.catalog.post(new CatalogCommand.Tick());
        return broker;
    }

    /** Takes a new link; its frames go to the listener that is returned. */
    public FrameLink.Listener accept(FrameLink link) {
        long linkId = lastLinkId.incrementAndGet();
        ClientLink client = new ClientLink(linkId, link, new Routing(), authenticator);
        links.add(linkId, link);
        clientsByLink.put(linkId, client);
        return client;
    }

    /** Connects a client of this JVM. */
    public FrameLink connect(FrameLink.Listener client) {
        return InJvmLink.connect(client, this::accept);
    }

    /**
     * What each partition has of prepared branches of distributed transactions, by its number.
     *
     * @see io.millrace.server.metrics.BrokerMetrics
     */
    public Map<Integer, PreparedReport> prepared() {
        Map<Integer, PreparedReport> reports = new ConcurrentHashMap<>();
        for (PartitionHost host : hosts) {
            reports.put(1 + reports.size(), host.prepared());
        }
        return reports;
    }

    /** What the broker did to the disk so far. */
    public LogOpener.Usage usage() {
        return logs.usage();
    }

    /** Stops serving, takes checkpoints and closes the logs. */
    @Override
    public void close() {
        links.closeAll();
        authenticator.close();
        catalog.stop();
        partitions.each(PartitionRunner::beginStop);
        partitions.each(PartitionRunner::stop);
        readers.shutdown();
        logs.close();
    }

    private void readIn(long nanos, Runnable read) {
        Executor when =
                nanos == 0
                        ? readers
                        : CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, readers);
        when.execute(read);
    }

    private void handled(long linkId, int bytes) {
        ClientLink client = clientsByLink.get(linkId);
        if (client != null) {
            client.handled(bytes);
        }
    }

    /** Where effects of one machine reach the others. */
    private final class Neighbourhood implements PartitionShell.Neighbours {

        @Override
        public void askPartition(int number, PartitionCommand command) {
            partitions.at(number).post(command);
        }

        @Override
        public void askCatalog(CatalogCommand command) {
            catalog.post(command);
        }

        @Override
        public void loseConnection(Id128 connectionId) {
            partitions.post(new PartitionCommand.ConnectionEnded(connectionId, false));
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
            return maxMessageBytes;
        }

        @Override
        public int maxBatchBytes() {
            return hosts.stream().mapToInt(PartitionHost::maxBatchBytes).min().orElseThrow();
        }

        @Override
        public int partitions() {
            return partitions.count();
        }

        @Override
        public void toCatalog(CatalogCommand command) {
            catalog.post(command);
        }

        @Override
        public void toPartition(int number, PartitionCommand command) {
            partitions.at(number).post(command);
        }

        @Override
        public void leaveToHelp(int number, PartitionCommand command) {
            partitions.at(number).leave(command);
        }

        @Override
        public void toPartitionUnhurried(int number, PartitionCommand command) {
            partitions.at(number).postUnhurried(command);
        }

        @Override
        public void help(int number, boolean mayBeKept) {
            partitions.at(number).help(mayBeKept);
        }

        @Override
        public void opened(Origin origin) {
            catalog.post(new CatalogCommand.LinkOpened(origin));
            partitions.post(new PartitionCommand.LinkOpened(origin));
        }

        @Override
        public void lost(Origin origin) {
            catalog.post(new CatalogCommand.LinkClosed(origin));
            partitions.post(new PartitionCommand.LinkClosed(origin));
        }

        @Override
        public void ended(Origin origin) {
            catalog.post(new CatalogCommand.ConnectionEnded(origin.connectionId()));
            partitions.post(new PartitionCommand.ConnectionEnded(origin.connectionId(), true));
        }

        @Override
        public void forget(long linkId) {
            links.remove(linkId);
            clientsByLink.remove(linkId);
        }
    }
}
