package io.millrace.jms.client;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.TemporaryName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Where destinations live, asked once each, and the temporary ones of this connection. */
public final class Locations {

    private static final long LARGE_BYTES = 1 << 20;

    private final BrokerConnection connection;
    private final Id128 connectionId;
    private final AtomicLong lastTemporary = new AtomicLong();
    private final Map<String, DestinationKind> temporaries = new LinkedHashMap<>();
    private final Map<MillraceDestination, BrokerFrame.Located> locations =
            new ConcurrentHashMap<>();

    /** A larger body is refused; as the broker of the current link says. */
    private volatile long maxMessageBytes = Long.MAX_VALUE;

    private volatile long largeBytes = LARGE_BYTES;

    private volatile @Nullable Id128 incarnation;

    /** How many partitions the broker has; more after a restart, perhaps. */
    private volatile int partitions = 1;

    Locations(BrokerConnection connection, Id128 connectionId) {
        this.connection = connection;
        this.connectionId = connectionId;
    }

    /** How many partitions the broker has beside its catalog, numbered from 1. */
    public int partitions() {
        return partitions;
    }

    /** How large the body of a message may be, in bytes. */
    public long maxMessageBytes() {
        return maxMessageBytes;
    }

    /** A body of so many bytes or more is sent ahead of its message, in parts. */
    public long largeBytes() {
        return largeBytes;
    }

    /** Which broker process the link goes to, or the last one went to; null before the first. */
    public @Nullable Id128 brokerIncarnation() {
        return incarnation;
    }

    /** What the broker of a new link says. */
    void welcomed(BrokerFrame.@Nullable Welcome by) {
        if (by == null) {
            return;
        }
        incarnation = by.incarnation();
        maxMessageBytes = by.maxMessageBytes();
        partitions = Math.max(1, by.partitions());
        // Headers and properties have the rest. What is too large is found out as a large one.
        largeBytes =
                Math.min(Math.min(LARGE_BYTES, by.maxBatchBytes() / 2), by.maxMessageBytes() + 1);
    }

    synchronized Map<String, DestinationKind> temporaries() {
        return new LinkedHashMap<>(temporaries);
    }

    /** Where a destination lives; asked once. */
    public BrokerFrame.Located locate(MillraceDestination destination) {
        BrokerFrame.Located known = locations.get(destination);
        return known == null ? Requests.join(locateLater(destination)) : known;
    }

    /** Where a destination lives, without waiting. */
    public CompletableFuture<BrokerFrame.Located> locateLater(MillraceDestination destination) {
        BrokerFrame.Located known = locations.get(destination);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return connection
                .askLater(
                        id ->
                                new ControlFrame.ResolveDestination(
                                        id, destination.kind(), destination.name()))
                .thenApply(
                        answer -> {
                            BrokerFrame.Located located = (BrokerFrame.Located) answer;
                            locations.put(destination, located);
                            return located;
                        });
    }

    /** Creates a temporary destination and returns its name. */
    public String createTemporary(DestinationKind kind) {
        return Requests.join(createTemporaryLater(kind));
    }

    /**
     * Creates a temporary destination, without waiting. Those of a connection are in one partition,
     * so that it can use them in one transaction; those of many connections are spread over all.
     */
    public CompletableFuture<String> createTemporaryLater(DestinationKind kind) {
        String name =
                TemporaryName.at(
                        1 + Math.floorMod(connectionId.hashCode(), partitions),
                        (kind.isQueue() ? "temp-queue/" : "temp-topic/")
                                + connectionId
                                + "/"
                                + lastTemporary.incrementAndGet());
        return connection
                .askLater(id -> new ControlFrame.CreateTemporary(id, kind, name))
                .thenApply(
                        located -> {
                            synchronized (this) {
                                temporaries.put(name, kind);
                            }
                            return name;
                        });
    }

    /**
     * Begins a body of a large message. It is not taken up over a new link: it is there, or lost.
     *
     * @param partition where the message will be: a body is nowhere else
     */
    BrokerFrame.Located createBody(int partition) {
        String name =
                TemporaryName.at(
                        partition, "body/" + connectionId + "/" + lastTemporary.incrementAndGet());
        return (BrokerFrame.Located)
                connection.ask(
                        id -> new ControlFrame.CreateTemporary(id, DestinationKind.BODY, name));
    }

    /** Gives up a body that no message refers to; one to which a message does stays. */
    public void dropBody(int partition, long destinationId) {
        var unused =
                connection
                        .askLater(
                                id ->
                                        new ControlFrame.DeleteTemporary(
                                                id, partition, destinationId))
                        .exceptionally(
                                // The connection is gone for good, and the body with it.
                                failed -> new BrokerFrame.Done(0));
    }

    /** Deletes a temporary destination of this connection. */
    public void deleteTemporary(MillraceDestination destination) {
        Requests.join(deleteTemporaryLater(destination));
    }

    /** Deletes a temporary destination of this connection, without waiting. */
    public CompletableFuture<Void> deleteTemporaryLater(MillraceDestination destination) {
        return locateLater(destination)
                .thenCompose(
                        located ->
                                connection.askLater(
                                        id ->
                                                new ControlFrame.DeleteTemporary(
                                                        id,
                                                        located.partition(),
                                                        located.destinationId())))
                .thenAccept(
                        done -> {
                            synchronized (this) {
                                temporaries.remove(destination.name());
                            }
                            locations.remove(destination);
                        });
    }

    /** A temporary destination was taken up over a new link; it may have got another id. */
    void tookUp(DestinationKind kind, String name, BrokerFrame.Located located) {
        locations.put(MillraceDestination.of(kind, name), located);
    }

    /** Forgets where a destination lives: it was found to be gone. */
    public void forgetLocation(MillraceDestination destination) {
        locations.remove(destination);
    }

    /** Whether this connection created the temporary destination. */
    public synchronized boolean ownsTemporary(String name) {
        return temporaries.containsKey(name);
    }
}
