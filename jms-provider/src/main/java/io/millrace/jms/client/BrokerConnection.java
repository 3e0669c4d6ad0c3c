package io.millrace.jms.client;

import io.millrace.jms.net.HandOverLink;
import io.millrace.jms.net.SocketLink;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.EmbeddedBrokers;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import io.millrace.wire.TrafficFrame;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JMS connection to a broker, over as many links as it takes. When a link breaks, a thread of
 * its own connects again and takes up everything: requests, producers' unconfirmed batches,
 * consumers' deliveries. Calls wait meanwhile, up to {@code reconnect.max.ms}.
 */
public final class BrokerConnection implements FrameOutput {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerConnection.class);

    private static final String CLOSED = "Expected an open connection, but it was closed";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final BrokerAddress address;
    private final ClientOptions options;
    private final String mechanism;
    private final byte[] credentials;
    private final Id128 connectionId = randomId();
    private final EmbeddedBrokers.@Nullable Reference embedded;
    private final FailureListener failureListener;
    private final Requests requests = new Requests();
    private final AtomicLong lastConsumerId = new AtomicLong();
    private final AtomicInteger lastHandle = new AtomicInteger();

    // Valid for the session: survives a lost link. Guarded by this.
    private @Nullable String clientId;
    private final Ports ports = new Ports();
    private final Locations locations;
    private boolean closing;
    private volatile boolean connectedBefore;
    private @Nullable RuntimeException failure;

    // Valid for the connection: begins anew with each link.
    private volatile @Nullable BrokerLink link;

    /** Hears that the connection is gone for good. */
    public interface FailureListener {
        void connectionFailed(RuntimeException failure);
    }

    public BrokerConnection(
            BrokerAddress address,
            @Nullable String user,
            @Nullable String password,
            FailureListener failureListener) {
        this.address = address;
        this.options = address.options();
        this.failureListener = failureListener;
        this.locations = new Locations(this, connectionId);
        this.mechanism = user == null ? "ANONYMOUS" : "PLAIN";
        this.credentials =
                user == null
                        ? new byte[0]
                        : ("\0" + user + "\0" + (password == null ? "" : password))
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        this.embedded = address.isEmbedded() ? address.acquireEmbedded() : null;
    }

    private static Id128 randomId() {
        return new Id128(RANDOM.nextLong(), RANDOM.nextLong());
    }

    /** Where destinations live. */
    public Locations locations() {
        return locations;
    }

    public ClientOptions options() {
        return options;
    }

    /** Connects for the first time; tries each host once. */
    public void open() {
        try {
            establish();
        } catch (IOException e) {
            close();
            throw new RefusedException(
                    ErrorCode.UNAVAILABLE,
                    "Expected a broker at "
                            + address
                            + ", but "
                            + e.getMessage()
                            + (e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")")
                            + "; start it, or mend the URI");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Takes up everything over a new link; closes it again if that fails. */
    private void establish() throws IOException {
        BrokerLink fresh = connect();
        boolean established = false;
        try {
            BrokerFrame welcome = fresh.await(fresh.welcome);
            if (welcome instanceof BrokerFrame.Closing closed) {
                throw new RefusedException(closed.code(), closed.message());
            }
            connectedBefore = true;
            takeUp(fresh);
            established = true;
        } finally {
            if (!established) {
                fresh.frames().close();
            }
        }
    }

    private void takeUp(BrokerLink fresh) throws IOException {
        String claimed;
        synchronized (this) {
            link = fresh;
            claimed = clientId;
        }
        if (claimed != null) {
            Requests.checked(fresh.ask(id -> new ControlFrame.ClaimClientId(id, claimed)));
        }
        for (Map.Entry<String, DestinationKind> temporary : locations.temporaries().entrySet()) {
            String name = temporary.getKey();
            DestinationKind kind = temporary.getValue();
            BrokerFrame located =
                    Requests.checked(
                            fresh.ask(id -> new ControlFrame.CreateTemporary(id, kind, name)));
            locations.tookUp(kind, name, (BrokerFrame.Located) located);
        }
        synchronized (this) {
            if (fresh.isLost() || closing) {
                throw new IOException("the link broke at once");
            }
            fresh.established();
            ports.consumers().forEach(port -> attach(fresh, port));
            ports.producers().forEach(BrokerConnection::linkUp);
            requests.unanswered().forEach(fresh::send);
        }
    }

    private void attach(BrokerLink over, ConsumerPort port) {
        ConsumerCore core = port.core();
        synchronized (core) {
            if (core.failure() != null) {
                return;
            }
            long requestId = requests.nextId();
            over.expectAttached(requestId, core.consumerId());
            over.send(core.attach(requestId));
            if (core.isClosed()) {
                // It was closed with messages that can still be acknowledged: known to the broker,
                // but not active.
                over.send(core.close(requests.nextId()));
            }
        }
    }

    private static void linkUp(ProducerPort port) {
        synchronized (port.core()) {
            port.core().linkUp();
        }
    }

    private BrokerLink newLink() {
        return new BrokerLink(requests, ports, options.connectTimeoutMillis(), this::linkLost);
    }

    private void start(BrokerLink fresh, FrameLink connected) {
        fresh.connected(connected);
        fresh.send(
                new ControlFrame.Hello(
                        Frame.PROTOCOL_VERSION,
                        Frame.PROTOCOL_VERSION,
                        connectionId,
                        connectedBefore,
                        "Millrace client 0.1",
                        mechanism,
                        credentials));
    }

    private BrokerLink connect() throws IOException {
        IOException last = null;
        EmbeddedBrokers.Reference inThisJvm = embedded;
        if (inThisJvm != null) {
            BrokerLink fresh = newLink();
            start(fresh, HandOverLink.connect(inThisJvm, fresh));
            return fresh;
        }
        for (BrokerAddress.HostPort host : address.hosts()) {
            try {
                BrokerLink fresh = newLink();
                start(fresh, SocketLink.connect(host, options.connectTimeoutMillis(), fresh));
                return fresh;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last == null ? new IOException("the URI names no host") : last;
    }

    private void linkLost(BrokerLink lost, String reason) {
        synchronized (this) {
            if (link != lost || closing || failure != null) {
                return;
            }
            link = null;
            if (!lost.isEstablished()) {
                // The thread that is establishing it sees the loss and tries again.
                return;
            }
        }
        LOG.info("connection {}: link lost ({}), connecting again", connectionId, reason);
        ports.linkDown();
        Thread thread = new Thread(this::reconnect, "millrace-reconnect");
        thread.setDaemon(true);
        thread.start();
    }

    private void reconnect() {
        long deadline =
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.reconnectMaxMillis());
        long pause = FIRST_PAUSE_MILLIS;
        while (!isClosing()) {
            try {
                establish();
                LOG.info("connection {}: connected again to {}", connectionId, address);
                return;
            } catch (IOException e) {
                if (!mayTryAgain(ErrorCode.UNAVAILABLE, e, deadline)) {
                    return;
                }
            } catch (RefusedException e) {
                if (!mayTryAgain(e.code(), e, deadline)) {
                    return;
                }
            } catch (RuntimeException e) {
                // An embedded broker that cannot start again, or a bug: callers must not wait.
                mayTryAgain(ErrorCode.UNAVAILABLE, e, System.nanoTime());
                return;
            }
            pause(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        }
    }

    /** Whether to try again; if not, the connection has failed. */
    private boolean mayTryAgain(ErrorCode code, Exception cause, long deadline) {
        ports.linkDown();
        if (code == ErrorCode.UNAVAILABLE && System.nanoTime() < deadline) {
            return true;
        }
        fail(
                new RefusedException(
                        code,
                        "Expected a broker at "
                                + address
                                + " within "
                                + options.reconnectMaxMillis()
                                + " ms, but "
                                + cause.getMessage()
                                + "; whether unconfirmed messages were stored is not known"));
        return false;
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void fail(RuntimeException reason) {
        synchronized (this) {
            if (failure != null || closing) {
                return;
            }
            failure = reason;
        }
        LOG.error("connection {}: given up: {}", connectionId, reason.getMessage());
        requests.failAll(reason);
        ports.fail(reason);
        failureListener.connectionFailed(reason);
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    /** Why the connection is gone for good, or null. */
    public synchronized @Nullable RuntimeException failure() {
        return closing ? new RefusedException(ErrorCode.UNAVAILABLE, CLOSED) : failure;
    }

    @Override
    public void send(ClientFrame frame) {
        BrokerLink current = link;
        if (current != null) {
            current.send(frame);
        }
    }

    @Override
    public void sendEncoded(byte[] array, int length) {
        BrokerLink current = link;
        if (current != null) {
            current.frames().send(array, 0, length);
        }
    }

    /** Asks and waits for the answer, over as many links as it takes. */
    public BrokerFrame ask(LongFunction<ClientFrame> frameOfId) {
        Requests.Pending pending;
        synchronized (this) {
            RuntimeException gone = failure();
            if (gone != null) {
                throw new RefusedException(
                        ErrorCode.UNAVAILABLE, String.valueOf(gone.getMessage()));
            }
            pending = requests.add(frameOfId);
            BrokerLink current = link;
            if (current != null && current.isEstablished()) {
                current.send(pending.frame());
            }
        }
        return pending.join();
    }

    /** Takes a client id (Jakarta Messaging 3.1, 6.1.2). */
    public void claimClientId(String id) {
        ask(requestId -> new ControlFrame.ClaimClientId(requestId, id));
        synchronized (this) {
            clientId = id;
        }
    }

    public long nextConsumerId() {
        return lastConsumerId.incrementAndGet();
    }

    public int nextHandle() {
        return lastHandle.incrementAndGet();
    }

    /** A random id for a producer. */
    public static Id128 newProducerId() {
        return randomId();
    }

    /** Opens a producer's window and keeps it open over lost links. */
    public void register(ProducerPort port) {
        RuntimeException gone;
        synchronized (this) {
            ports.add(port);
            BrokerLink current = link;
            gone = failure();
            if (gone == null && current != null && current.isEstablished()) {
                linkUp(port);
            }
        }
        if (gone != null) {
            Ports.fail(port, gone);
        }
    }

    /** Closes a producer's window; nothing of it is unconfirmed. */
    public void unregister(ProducerPort port) {
        ports.remove(port);
        send(new TrafficFrame.CloseProducer(port.core().handle()));
    }

    /**
     * Attaches a consumer and keeps it attached over lost links. Whoever asks waits at the core for
     * the answer.
     */
    public void register(ConsumerPort port) {
        RuntimeException gone;
        synchronized (this) {
            ports.add(port);
            BrokerLink current = link;
            gone = failure();
            if (gone == null && current != null && current.isEstablished()) {
                attach(current, port);
            }
        }
        if (gone != null) {
            Ports.fail(port, gone);
        }
    }

    /** Detaches a consumer. */
    public void unregister(ConsumerPort port) {
        ask(
                id -> {
                    synchronized (port.core()) {
                        return port.core().close(id);
                    }
                });
    }

    /** Forgets a closed consumer that holds nothing any more. */
    public void forget(ConsumerPort port) {
        ports.remove(port);
    }

    /** Says goodbye and closes. Idempotent. */
    public void close() {
        BrokerLink current;
        boolean alive;
        synchronized (this) {
            if (closing) {
                return;
            }
            current = link;
            alive = current != null && current.isEstablished() && failure == null;
            closing = true;
        }
        if (alive && current != null) {
            try {
                current.ask(ControlFrame.Goodbye::new);
            } catch (IOException e) {
                LOG.debug("connection {}: closed without goodbye", connectionId, e);
            }
        }
        if (current != null) {
            current.frames().close();
        }
        RefusedException reason = new RefusedException(ErrorCode.UNAVAILABLE, CLOSED);
        requests.failAll(reason);
        ports.fail(reason);
        EmbeddedBrokers.Reference broker = embedded;
        if (broker != null) {
            broker.close();
        }
    }

    /** Keeps the link alive and notices when it is dead; called about once a second. */
    public void heartbeat() {
        BrokerLink current = link;
        if (current != null && embedded == null) {
            current.heartbeat();
        }
    }

    /** All consumers, for what has to be done from time to time. */
    public Collection<ConsumerPort> consumers() {
        return ports.consumers();
    }
}
