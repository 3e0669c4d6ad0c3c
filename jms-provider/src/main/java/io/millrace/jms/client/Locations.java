package io.millrace.jms.client;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import java.util.LinkedHashMap;
import java.util.Map;
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
        if (known == null) {
            known =
                    (BrokerFrame.Located)
                            connection.ask(
                                    id ->
                                            new ControlFrame.ResolveDestination(
                                                    id, destination.kind(), destination.name()));
            locations.put(destination, known);
        }
        return known;
    }

    /** Creates a temporary destination and returns its name. */
    public String createTemporary(DestinationKind kind) {
        String name =
                (kind.isQueue() ? "temp-queue/" : "temp-topic/")
                        + connectionId
                        + "/"
                        + lastTemporary.incrementAndGet();
        connection.ask(id -> new ControlFrame.CreateTemporary(id, kind, name));
        synchronized (this) {
            temporaries.put(name, kind);
        }
        return name;
    }

    /** Deletes a temporary destination of this connection. */
    public void deleteTemporary(MillraceDestination destination) {
        BrokerFrame.Located located = locate(destination);
        connection.ask(
                id ->
                        new ControlFrame.DeleteTemporary(
                                id, located.partition(), located.destinationId()));
        synchronized (this) {
            temporaries.remove(destination.name());
        }
        locations.remove(destination);
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
