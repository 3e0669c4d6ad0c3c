package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import io.millrace.wire.TrafficFrame;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JMS connection to a broker, over as many links as it takes. When a link breaks, it connects
 * again and takes up everything: requests, producers' unconfirmed batches, consumers' deliveries.
 * Calls wait meanwhile, up to {@code reconnect.max.ms}.
 *
 * <p>Has no thread of its own: it goes on when an answer arrives, or when its {@link Surroundings}
 * say that time has passed. Methods that end in {@code Later} do not wait.
 */
public final class BrokerConnection implements FrameOutput {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerConnection.class);

    private static final String CLOSED = "Expected an open connection, but it was closed";
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final String address;
    private final ClientOptions options;
    private final Surroundings surroundings;
    private final Id128 connectionId;
    private final FailureListener failureListener;
    private final Requests requests = new Requests();
    private final AtomicLong lastConsumerId = new AtomicLong();
    private final AtomicInteger lastHandle = new AtomicInteger();

    // Valid for the session: survives a lost link. Guarded by this.
    private @Nullable String clientId;
    private final Ports ports = new Ports();
    private final Locations locations;
    private final LinkSetup setup;
    private volatile boolean closing;
    private @Nullable RuntimeException failure;

    // Valid for the connection: begins anew with each link.
    private volatile @Nullable BrokerLink link;

    /** Hears that the connection is gone for good. */
    public interface FailureListener {
        void connectionFailed(RuntimeException failure);

        /** The broker did not take messages that nobody waits for. Must not block. */
        default void unawaitedRefused(RuntimeException refusal) {}
    }

    public BrokerConnection(
            BrokerAddress address,
            @Nullable String user,
            @Nullable String password,
            ClientThreads threads,
            FailureListener failureListener) {
        this(
                address.toString(),
                address.options(),
                new ProcessSurroundings(address, threads),
                LinkSetup.credentials(user, password),
                failureListener);
    }

    /**
     * A connection in other surroundings. The address is for messages.
     *
     * @param credentials see {@link LinkSetup#credentials}
     */
    public BrokerConnection(
            String address,
            ClientOptions options,
            Surroundings surroundings,
            byte[] credentials,
            FailureListener failureListener) {
        this.address = address;
        this.options = options;
        this.surroundings = surroundings;
        this.failureListener = failureListener;
        this.connectionId = surroundings.newId();
        this.locations = new Locations(this, connectionId);
        this.setup =
                new LinkSetup(
                        connectionId,
                        credentials,
                        options.connectTimeoutMillis(),
                        surroundings,
                        locations,
                        new Owner());
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
            openLater().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new RefusedException(
                    ErrorCode.UNAVAILABLE, "Expected to connect, but was interrupted");
        } catch (ExecutionException e) {
            close();
            Throwable cause = cause(e);
            if (cause instanceof RuntimeException refused) {
                throw refused;
            }
            throw NoBroker.at(address, cause);
        }
    }

    /** Connects without waiting; fails because of an IOException or a {@link RefusedException}. */
    public CompletableFuture<Void> openLater() {
        return setup.attempt();
    }

    private static Throwable cause(Throwable failed) {
        Throwable cause = failed.getCause();
        boolean wrapped =
                failed instanceof CompletionException || failed instanceof ExecutionException;
        return wrapped && cause != null ? cause : failed;
    }

    /** What the setup of a new link needs of this connection. */
    private final class Owner implements LinkSetup.Owner {

        @Override
        public BrokerLink newLink() {
            return new BrokerLink(
                    requests, ports, surroundings::nanoTime, BrokerConnection.this::linkLost);
        }

        @Override
        public @Nullable String welcomed(BrokerLink fresh) {
            synchronized (BrokerConnection.this) {
                link = fresh;
                return clientId;
            }
        }

        @Override
        public void established(BrokerLink fresh) throws IOException {
            synchronized (BrokerConnection.this) {
                if (fresh.isLost() || closing) {
                    throw new IOException("the link broke at once");
                }
                fresh.established();
                locations.welcomed(fresh.welcomed());
                ports.consumers().forEach(port -> attach(fresh, port));
                ports.producers().forEach(BrokerConnection::linkUp);
                requests.unanswered().forEach(fresh::send);
            }
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
            port.done(port.core().linkUp());
        }
    }

    void unawaitedRefused(RuntimeException refusal) {
        failureListener.unawaitedRefused(refusal);
    }

    private void linkLost(BrokerLink lost, String reason) {
        synchronized (this) {
            if (link != lost || closing || failure != null) {
                return;
            }
            link = null;
            if (!lost.isEstablished()) {
                return; // Whoever is establishing it sees the loss and tries again.
            }
        }
        RuntimeException endedFor = lost.endedFor();
        if (endedFor != null) {
            fail(endedFor);
            return;
        }
        LOG.info("connection {}: link lost ({}), connecting again", connectionId, reason);
        ports.linkDown();
        long deadline =
                surroundings.nanoTime()
                        + TimeUnit.MILLISECONDS.toNanos(options.reconnectMaxMillis());
        surroundings.after(lost.retryAfterMillis(), () -> reconnect(deadline, FIRST_PAUSE_MILLIS));
    }

    private void reconnect(long deadline, long pauseMillis) {
        if (closing) {
            return;
        }
        var unused =
                setup.attempt()
                        .whenComplete(
                                (done, failed) -> {
                                    if (failed == null) {
                                        LOG.info(
                                                "connection {}: connected again to {}",
                                                connectionId,
                                                address);
                                    } else {
                                        // Not here: this may be the link's thread.
                                        surroundings.after(
                                                0,
                                                () -> retry(cause(failed), deadline, pauseMillis));
                                    }
                                });
    }

    /** Tries again after a pause, or gives the connection up. */
    private void retry(Throwable cause, long deadline, long pauseMillis) {
        ports.linkDown();
        ErrorCode code =
                cause instanceof RefusedException refused ? refused.code() : ErrorCode.UNAVAILABLE;
        // Anything else is an embedded broker that cannot start again, or a bug: callers must not
        // wait.
        boolean mayHeal = cause instanceof IOException || cause instanceof RefusedException;
        if (code == ErrorCode.UNAVAILABLE && mayHeal && surroundings.nanoTime() - deadline < 0) {
            long next = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
            surroundings.after(
                    pauseMillis / 2 + surroundings.randomBelow(pauseMillis),
                    () -> reconnect(deadline, next));
            return;
        }
        fail(NoBroker.within(options.reconnectMaxMillis(), address, code, cause));
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

    /** The calling thread waits for an answer; see {@link FrameLink#lendUntil}. */
    void lendUntil(BooleanSupplier done) {
        BrokerLink current = link;
        if (current != null) {
            current.frames().lendUntil(done);
        }
    }

    @Override
    public void sendEncoded(byte[] array, int length) {
        BrokerLink current = link;
        if (current != null) {
            current.frames().send(array, 0, length);
        }
    }

    @Override
    public void queueEncoded(byte[] array, int length) {
        BrokerLink current = link;
        if (current != null) {
            current.frames().queue(array, 0, length);
        }
    }

    /** Asks and waits for the answer, over as many links as it takes. */
    public BrokerFrame ask(LongFunction<ClientFrame> frameOfId) {
        return Requests.join(askLater(frameOfId));
    }

    /** Asks, over as many links as it takes. A refusal fails with a {@link RefusedException}. */
    public CompletableFuture<BrokerFrame> askLater(LongFunction<ClientFrame> frameOfId) {
        Requests.Pending pending;
        synchronized (this) {
            RuntimeException gone = failure();
            if (gone != null) {
                return CompletableFuture.failedFuture(
                        new RefusedException(
                                ErrorCode.UNAVAILABLE, String.valueOf(gone.getMessage())));
            }
            pending = requests.add(frameOfId);
            BrokerLink current = link;
            if (current != null && current.isEstablished()) {
                current.send(pending.frame());
            }
        }
        return pending.answer().thenApply(Requests::checked);
    }

    /** Takes a client id (Jakarta Messaging 3.1, 6.1.2). */
    public void claimClientId(String id) {
        Requests.join(claimClientIdLater(id));
    }

    /** Takes a client id, without waiting. */
    public CompletableFuture<Void> claimClientIdLater(String id) {
        return askLater(requestId -> new ControlFrame.ClaimClientId(requestId, id))
                .thenAccept(
                        done -> {
                            synchronized (this) {
                                clientId = id;
                            }
                        });
    }

    public long nextConsumerId() {
        return lastConsumerId.incrementAndGet();
    }

    public int nextHandle() {
        return lastHandle.incrementAndGet();
    }

    /** A random id for a producer. */
    public Id128 newProducerId() {
        return surroundings.newId();
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
        Requests.join(unregisterLater(port));
    }

    /** Detaches a consumer, without waiting. */
    public CompletableFuture<BrokerFrame> unregisterLater(ConsumerPort port) {
        return askLater(
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
        CompletableFuture<?> goodbye = sayGoodbye();
        if (goodbye != null) {
            // Whatever became of it, the rest happens here, where it may block.
            goodbye.exceptionally(lost -> null).join();
            disconnect();
        }
    }

    /** Says goodbye and closes, without waiting. Idempotent. */
    public CompletableFuture<Void> closeLater() {
        CompletableFuture<?> goodbye = sayGoodbye();
        return goodbye == null
                ? CompletableFuture.completedFuture(null)
                : goodbye.exceptionally(lost -> null).thenRun(this::disconnect);
    }

    private @Nullable CompletableFuture<?> sayGoodbye() {
        BrokerLink current;
        boolean alive;
        synchronized (this) {
            if (closing) {
                return null;
            }
            current = link;
            alive = current != null && current.isEstablished() && failure == null;
            closing = true;
        }
        if (!alive || current == null) {
            return CompletableFuture.completedFuture(null);
        }
        Runnable endTimeout = setup.giveUpLater(current);
        return current.ask(ControlFrame.Goodbye::new)
                .whenComplete((done, lost) -> endTimeout.run());
    }

    private void disconnect() {
        BrokerLink current = link;
        if (current != null) {
            current.frames().close();
        }
        RefusedException reason = new RefusedException(ErrorCode.UNAVAILABLE, CLOSED);
        requests.failAll(reason);
        ports.fail(reason);
        surroundings.release();
    }

    /** Keeps the link alive and notices when it is dead; called about once a second. */
    public void heartbeat() {
        BrokerLink current = link;
        if (current != null && surroundings.isRemote()) {
            current.heartbeat();
        }
    }

    /** All consumers, for what has to be done from time to time. */
    public Collection<ConsumerPort> consumers() {
        return ports.consumers();
    }
}
