package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sets up links of a connection, one at a time, step by step as answers come: Hello, the client id,
 * the temporary destinations; the rest is its owner's.
 */
final class LinkSetup {

    private final Id128 connectionId;
    private final byte[] credentials;
    private final int timeoutMillis;
    private final Surroundings surroundings;
    private final Locations locations;
    private final Owner owner;
    private volatile boolean connectedBefore;

    /** The connection whose links these are. */
    interface Owner {

        /** A link to a host that is about to be connected. */
        BrokerLink newLink();

        /** The broker answers over this link: it is the connection's from now on. */
        @Nullable String welcomed(BrokerLink fresh);

        /**
         * Everything else can be taken up.
         *
         * @throws IOException if the link broke meanwhile
         */
        void established(BrokerLink fresh) throws IOException;
    }

    LinkSetup(
            Id128 connectionId,
            byte[] credentials,
            int timeoutMillis,
            Surroundings surroundings,
            Locations locations,
            Owner owner) {
        this.connectionId = connectionId;
        this.credentials = credentials;
        this.timeoutMillis = timeoutMillis;
        this.surroundings = surroundings;
        this.locations = locations;
        this.owner = owner;
    }

    /** SASL PLAIN's initial response; empty for an anonymous user. */
    static byte[] credentials(@Nullable String user, @Nullable String password) {
        return user == null
                ? new byte[0]
                : ("\0" + user + "\0" + (password == null ? "" : password))
                        .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * One attempt: takes up everything over a new link, and closes it again if that fails. Tries
     * each host once.
     */
    CompletableFuture<Void> attempt() {
        BrokerLink fresh;
        try {
            fresh = connect();
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        Runnable endTimeout = giveUpLater(fresh);
        return fresh.orLost(fresh.welcome)
                .thenCompose(welcome -> welcomed(fresh, welcome))
                .thenCompose(
                        done -> takeUp(fresh, new ArrayDeque<>(locations.temporaries().entrySet())))
                .thenCompose(done -> established(fresh))
                .whenComplete(
                        (done, failed) -> {
                            endTimeout.run();
                            if (failed != null) {
                                fresh.frames().close();
                            }
                        });
    }

    /** Has a link closed unless the wait is ended by what is returned. */
    Runnable giveUpLater(BrokerLink over) {
        return surroundings.after(
                timeoutMillis, () -> over.giveUp("no answer within " + timeoutMillis + " ms"));
    }

    private BrokerLink connect() throws IOException {
        IOException last = null;
        for (int host = 0; host < surroundings.hosts(); host++) {
            try {
                BrokerLink fresh = owner.newLink();
                fresh.connected(surroundings.connect(host, fresh));
                fresh.send(
                        new ControlFrame.Hello(
                                Frame.PROTOCOL_VERSION,
                                Frame.PROTOCOL_VERSION,
                                connectionId,
                                connectedBefore,
                                "Millrace client 0.1",
                                credentials.length == 0 ? "ANONYMOUS" : "PLAIN",
                                credentials));
                return fresh;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last == null ? new IOException("the URI names no host") : last;
    }

    private CompletableFuture<Void> welcomed(BrokerLink fresh, BrokerFrame welcome) {
        if (welcome instanceof BrokerFrame.Closing closed) {
            throw new RefusedException(closed.code(), closed.message());
        }
        connectedBefore = true;
        String claimed = owner.welcomed(fresh);
        return claimed == null
                ? CompletableFuture.completedFuture(null)
                : fresh.ask(id -> new ControlFrame.ClaimClientId(id, claimed))
                        .thenAccept(Requests::check);
    }

    /** Takes up the temporary destinations that are left, one after the other. */
    private CompletableFuture<Void> takeUp(
            BrokerLink fresh, Deque<Map.Entry<String, DestinationKind>> left) {
        Map.Entry<String, DestinationKind> next = left.poll();
        if (next == null) {
            return CompletableFuture.completedFuture(null);
        }
        String name = next.getKey();
        DestinationKind kind = next.getValue();
        return fresh.ask(id -> new ControlFrame.CreateTemporary(id, kind, name))
                .thenCompose(
                        answer -> {
                            BrokerFrame located = Requests.checked(answer);
                            locations.tookUp(kind, name, (BrokerFrame.Located) located);
                            return takeUp(fresh, left);
                        });
    }

    private CompletableFuture<Void> established(BrokerLink fresh) {
        try {
            owner.established(fresh);
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
