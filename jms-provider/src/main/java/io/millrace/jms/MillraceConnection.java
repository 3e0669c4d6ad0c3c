package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ConsumerPort;
import io.millrace.jms.client.SessionConsumer;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.destination.TemporaryOwner;
import io.millrace.wire.DestinationKind;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection and its sessions (Jakarta Messaging 3.1, chapter 6.1). Thread-safe. */
sealed class MillraceConnection implements QueueConnection, TopicConnection, TemporaryOwner
        permits MillraceXAConnection {

    private static final long TICK_MILLIS = 1_000;

    private final ConnectionSettings settings;
    private final Domain domain;
    private final BrokerConnection broker;
    private final ScheduledExecutorService timer;
    private final List<MillraceSession> sessions = new CopyOnWriteArrayList<>();
    private final List<MillraceConnectionConsumer> connectionConsumers =
            new CopyOnWriteArrayList<>();
    private final ExceptionReports reports;
    private volatile boolean started;
    private volatile boolean closed;
    private volatile boolean clientIdFixed;
    private volatile @Nullable String clientId;
    private volatile @Nullable ExceptionListener exceptionListener;

    /**
     * Connects.
     *
     * @param domain what it may be used for: one for queues knows no subscriptions (Jakarta
     *     Messaging 3.1, Table 9-1)
     */
    MillraceConnection(
            ConnectionSettings settings,
            @Nullable String user,
            @Nullable String password,
            Domain domain) {
        this.settings = settings;
        this.domain = domain;
        reports = new ExceptionReports(settings.threads(), () -> exceptionListener);
        broker =
                new BrokerConnection(
                        settings.address(), user, password, settings.threads(), new Failures());
        broker.open();
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        task -> settings.threads().newThread("millrace-client-timer", task));
        var unused =
                timer.scheduleWithFixedDelay(
                        this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        String preset = settings.address().options().clientId();
        if (preset != null) {
            try {
                broker.claimClientId(preset);
            } catch (RuntimeException e) {
                timer.shutdown();
                broker.close();
                throw e;
            }
            clientId = preset;
            clientIdFixed = true;
        }
    }

    private void tick() {
        broker.heartbeat();
        for (ConsumerPort port : broker.consumers()) {
            if (port instanceof SessionConsumer consumer) {
                consumer.tick();
            }
        }
    }

    /** Tells the exception listener what no call can throw. */
    void report(JMSException problem) {
        reports.add(problem);
    }

    private void failed(RuntimeException reason) {
        reports.add(JmsErrors.of(reason));
    }

    /** Takes to the listener what no caller waits for. */
    private final class Failures implements BrokerConnection.FailureListener {

        @Override
        public void connectionFailed(RuntimeException failure) {
            failed(failure);
        }

        @Override
        public void unawaitedRefused(RuntimeException refusal) {
            failed(refusal);
        }
    }

    /** A consumer with a listener was ended by the broker; the connection itself goes on. */
    void consumerFailed(RuntimeException reason) {
        if (broker.failure() == null) {
            failed(reason);
        }
    }

    ConnectionSettings settings() {
        return settings;
    }

    BrokerConnection broker() {
        return broker;
    }

    boolean isStarted() {
        return started && !closed;
    }

    void forget(MillraceSession session) {
        sessions.remove(session);
    }

    /** Any use but setting the client id closes the door for that (6.1.2). */
    private void use() throws JMSException {
        requireOpen();
        clientIdFixed = true;
    }

    private void requireOpen() throws JMSException {
        if (closed) {
            throw new IllegalStateException("Expected an open connection, but it was closed");
        }
    }

    MillraceSession openSession(boolean transacted, int acknowledgeMode, Domain domain)
            throws JMSException {
        use();
        // Jakarta Messaging 3.1, 6.2.8: a transacted session ignores the other argument.
        int mode = transacted ? Session.SESSION_TRANSACTED : acknowledgeMode;
        if (!transacted
                && (acknowledgeMode < Session.AUTO_ACKNOWLEDGE
                        || acknowledgeMode > Session.DUPS_OK_ACKNOWLEDGE)) {
            throw new JMSException(
                    "Expected an acknowledge mode of the specification, but it is "
                            + acknowledgeMode);
        }
        MillraceSession session = new MillraceSession(this, mode, domain, false);
        sessions.add(session);
        return session;
    }

    /** A session whose transactions a transaction manager decides (6.2.8). */
    MillraceXASession openManagedSession(Domain domain) throws JMSException {
        use();
        MillraceXASession session = new MillraceXASession(this, domain);
        sessions.add(session);
        return session;
    }

    /**
     * A context's session: making it does not count as a use, so that the client id can still be
     * set (6.1.2).
     */
    MillraceSession openContextSession(int mode) throws JMSException {
        boolean fixedBefore = clientIdFixed;
        MillraceSession session =
                openSession(mode == Session.SESSION_TRANSACTED, mode, Domain.BOTH);
        clientIdFixed = fixedBefore;
        return session;
    }

    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return openSession(transacted, acknowledgeMode, Domain.BOTH);
    }

    @Override
    public Session createSession(int sessionMode) throws JMSException {
        return openSession(sessionMode == Session.SESSION_TRANSACTED, sessionMode, Domain.BOTH);
    }

    @Override
    public Session createSession() throws JMSException {
        return openSession(false, Session.AUTO_ACKNOWLEDGE, Domain.BOTH);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode)
            throws JMSException {
        return openSession(transacted, acknowledgeMode, Domain.QUEUES);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode)
            throws JMSException {
        return openSession(transacted, acknowledgeMode, Domain.TOPICS);
    }

    @Override
    public @Nullable String getClientID() throws JMSException {
        requireOpen();
        return clientId;
    }

    @Override
    public void setClientID(String id) throws JMSException {
        // Before anything else: close may hold this while it waits for a listener that calls here.
        requireNoClientId();
        if (id == null || id.isEmpty()) {
            throw new InvalidClientIDException("Expected a client id, but it is empty");
        }
        synchronized (this) {
            requireNoClientId();
            try {
                broker.claimClientId(id);
            } catch (RuntimeException e) {
                throw JmsErrors.of(e);
            }
            clientId = id;
            clientIdFixed = true;
        }
    }

    /** Jakarta Messaging 3.1, 6.1.2: only as the first action, and never over a preset one. */
    private void requireNoClientId() throws JMSException {
        requireOpen();
        if (clientIdFixed) {
            throw new IllegalStateException(
                    "Expected setClientID to be the first use of the connection and no client id to be"
                            + " set before, but "
                            + (clientId == null ? "it was used" : "it is '" + clientId + "'"));
        }
    }

    /** The client id that a durable subscription needs (8.3.3). */
    void requireClientId() throws JMSException {
        if (clientId == null) {
            throw new IllegalStateException(
                    "Expected a client id for an unshared durable subscription, but none is set; call setClientID first");
        }
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        use();
        return new MillraceConnectionMetaData();
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        use();
        return exceptionListener;
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) throws JMSException {
        use();
        exceptionListener = listener;
    }

    @Override
    public void start() throws JMSException {
        use();
        started = true;
        sessions.forEach(MillraceSession::wake);
        connectionConsumers.forEach(MillraceConnectionConsumer::signal);
    }

    @Override
    public void stop() throws JMSException {
        use();
        // Only from a message listener may it fail (6.1.5): in a completion listener it succeeds.
        if (sessions.stream().anyMatch(MillraceSession::isOwnThread)) {
            throw calledInListener("stop");
        }
        started = false;
        // Jakarta Messaging 3.1, 6.1.5: returns when listeners and receives under way are done.
        sessions.forEach(MillraceSession::awaitListener);
        sessions.forEach(MillraceSession::wake);
    }

    private void requireNotInListener(String call) throws JMSException {
        for (MillraceSession session : sessions) {
            if (session.isCalledBack()) {
                throw calledInListener(call);
            }
        }
    }

    private static IllegalStateException calledInListener(String call) {
        return new IllegalStateException(
                "Expected "
                        + call
                        + " to be called outside of this connection's listeners, but it was called in one");
    }

    @Override
    public void close() throws JMSException {
        requireNotInListener("close");
        synchronized (this) {
            if (closed) {
                return;
            }
            started = false;
            sessions.forEach(MillraceSession::awaitListener);
            for (MillraceSession session : sessions) {
                session.awaitCompletions("close");
            }
            closed = true;
        }
        reports.close();
        // What sessions still have of connection consumers goes back before these are gone.
        JMSException first = null;
        for (boolean owners : new boolean[] {false, true}) {
            for (MillraceSession session : sessions) {
                try {
                    if (owners || !isOwned(session)) {
                        session.close();
                    }
                } catch (JMSException e) {
                    first = first == null ? e : first;
                }
            }
        }
        for (MillraceConnectionConsumer consumer : connectionConsumers) {
            consumer.close();
        }
        timer.shutdown();
        broker.close();
        if (first != null) {
            throw first;
        }
    }

    /** Creates a temporary destination and returns its name. */
    String createTemporary(DestinationKind kind) throws JMSException {
        try {
            return broker.locations().createTemporary(kind);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public void deleteTemporary(MillraceDestination destination) throws JMSException {
        requireOpen();
        if (!broker.locations().ownsTemporary(destination.name())) {
            return;
        }
        try {
            broker.locations().deleteTemporary(destination);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    private ConnectionConsumer consume(
            @Nullable ServerSessionPool pool,
            int maxMessages,
            MillraceConnectionConsumer.Opening opening)
            throws JMSException {
        MillraceConnectionConsumer started =
                MillraceConnectionConsumer.start(this, pool, maxMessages, opening);
        connectionConsumers.add(started);
        return started;
    }

    private boolean isOwned(MillraceSession session) {
        return connectionConsumers.stream().anyMatch(each -> each.isOwner(session));
    }

    void forget(MillraceConnectionConsumer consumer) {
        connectionConsumers.remove(consumer);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Destination destination,
            @Nullable String selector,
            ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        return consume(
                pool, maxMessages, session -> session.createConsumer(destination, selector, false));
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Queue queue, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        return createConnectionConsumer((Destination) queue, selector, pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Topic topic, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        return createConnectionConsumer((Destination) topic, selector, pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            Topic topic,
            String name,
            @Nullable String selector,
            ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        domain.requireSubscriptions();
        return consume(
                pool,
                maxMessages,
                session -> (MillraceConsumer) session.createSharedConsumer(topic, name, selector));
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic,
            String name,
            @Nullable String selector,
            ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        domain.requireSubscriptions();
        return consume(
                pool, maxMessages, session -> session.createDurable(topic, name, selector, false));
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic,
            String name,
            @Nullable String selector,
            ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        domain.requireSubscriptions();
        return consume(
                pool,
                maxMessages,
                session ->
                        (MillraceConsumer)
                                session.createSharedDurableConsumer(topic, name, selector));
    }
}
