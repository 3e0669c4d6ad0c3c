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
import io.millrace.server.partition.PreparedReport;
import io.millrace.server.users.Authenticator;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import io.millrace.wire.RandomIds;
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
 * A running broker: a catalog, one partition, and the links of its clients. One process may run
 * several.
 *
 * <p>Frames of a link become commands in {@link ClientLink}; each partition's thread turns commands
 * into entries and effects.
 */
public final class Broker implements AutoCloseable {

    private static final int CATALOG_PARTITION = 0;
    private static final int HOME_PARTITION = 1;

    private final long maxMessageBytes;
    private final PartitionHost home;
    private final Id128 incarnation = RandomIds.next();
    private final AtomicLong lastLinkId = new AtomicLong();
    private final Links links = new Links();
    private final Map<Long, ClientLink> clientsByLink = new ConcurrentHashMap<>();
    private final LogOpener logs;
    private final Authenticator authenticator;
    private final ExecutorService readers;
    private final PartitionRunner<CatalogCommand> catalog;
    private final PartitionRunner<PartitionCommand> partition;

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
        this.home = new PartitionHost(HOME_PARTITION, logs, limits, surroundings);
        this.partition =
                new PartitionRunner<>("partition-" + HOME_PARTITION, home, clock, System::nanoTime);
        this.catalog =
                new PartitionRunner<>(
                        "catalog",
                        new CatalogHost(
                                CATALOG_PARTITION, HOME_PARTITION, logs, limits, surroundings),
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
     */
    public static Broker start(
            LogOpener logs,
            PartitionLimits limits,
            Authenticator authenticator,
            LongSupplier clock) {
        Broker broker = new Broker(logs, limits, authenticator, clock);
        try {
            // Side by side: each has a log of its own to replay.
            broker.partition.start();
            broker.catalog.start();
            broker.partition.awaitStarted();
            broker.catalog.awaitStarted();
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        broker.partition.post(new PartitionCommand.Tick());
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
        return Map.of(HOME_PARTITION, home.prepared());
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
        partition.stop();
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
            partition.post(command);
        }

        @Override
        public void askCatalog(CatalogCommand command) {
            catalog.post(command);
        }

        @Override
        public void loseConnection(Id128 connectionId) {
            partition.post(new PartitionCommand.ConnectionEnded(connectionId, false));
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
            return home.maxBatchBytes();
        }

        @Override
        public int homePartition() {
            return HOME_PARTITION;
        }

        @Override
        public void toCatalog(CatalogCommand command) {
            catalog.post(command);
        }

        @Override
        public void toPartition(int number, PartitionCommand command) {
            partition.post(command);
        }

        @Override
        public void leaveToHelp(int number, PartitionCommand command) {
            partition.leave(command);
        }

        @Override
        public void toPartitionUnhurried(int number, PartitionCommand command) {
            partition.postUnhurried(command);
        }

        @Override
        public void help(int number, boolean mayBeKept) {
            partition.help(mayBeKept);
        }

        @Override
        public void opened(Origin origin) {
            catalog.post(new CatalogCommand.LinkOpened(origin));
            partition.post(new PartitionCommand.LinkOpened(origin));
        }

        @Override
        public void lost(Origin origin) {
            catalog.post(new CatalogCommand.LinkClosed(origin));
            partition.post(new PartitionCommand.LinkClosed(origin));
        }

        @Override
        public void ended(Origin origin) {
            catalog.post(new CatalogCommand.ConnectionEnded(origin.connectionId()));
            partition.post(new PartitionCommand.ConnectionEnded(origin.connectionId(), true));
        }

        @Override
        public void forget(long linkId) {
            links.remove(linkId);
            clientsByLink.remove(linkId);
        }
    }
}
