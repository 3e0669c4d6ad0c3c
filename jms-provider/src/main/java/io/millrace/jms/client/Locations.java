package io.millrace.jms.client;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Where destinations live, asked once each, and the temporary ones of this connection. */
public final class Locations {

    private final BrokerConnection connection;
    private final Id128 connectionId;
    private final AtomicLong lastTemporary = new AtomicLong();
    private final Map<String, DestinationKind> temporaries = new LinkedHashMap<>();
    private final Map<MillraceDestination, BrokerFrame.Located> locations =
            new ConcurrentHashMap<>();

    Locations(BrokerConnection connection, Id128 connectionId) {
        this.connection = connection;
        this.connectionId = connectionId;
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

    /** Creates a temporary destination, without waiting. */
    public CompletableFuture<String> createTemporaryLater(DestinationKind kind) {
        String name =
                (kind.isQueue() ? "temp-queue/" : "temp-topic/")
                        + connectionId
                        + "/"
                        + lastTemporary.incrementAndGet();
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
