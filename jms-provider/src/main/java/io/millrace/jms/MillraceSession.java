package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.Completions;
import io.millrace.jms.client.HeldDeliveries;
import io.millrace.jms.client.SessionConsumer;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.destination.MillraceTemporaryQueue;
import io.millrace.jms.destination.MillraceTemporaryTopic;
import io.millrace.jms.message.Acknowledger;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A session (Jakarta Messaging 3.1, chapter 6.2): what it sends is one window, what it receives one
 * order of listeners.
 *
 * <p>For one application thread at a time, as the specification has it; {@link #close} may come
 * from any.
 */
sealed class MillraceSession extends MessageFactorySession permits MillraceXASession {

    private final MillraceConnection connection;
    private final BrokerConnection broker;
    private final int acknowledgeMode;
    private final Domain domain;
    private final Completions completions;
    private final List<MillraceConsumer> consumers = new CopyOnWriteArrayList<>();
    private final ReadyConsumers ready = new ReadyConsumers();

    /** What it settles beside: of consumers that were closed (8.8), of connection consumers. */
    private final List<HeldDeliveries> lingering = new CopyOnWriteArrayList<>();

    private final AssignedMessages assigned = new AssignedMessages(this);
    private final Acknowledger acknowledger;

    /** What is under way in a transacted session; null in others. */
    private final @Nullable TransactedWork transactions;

    /** What is under way in the others. */
    private final SendWindows windows;

    private volatile @Nullable SessionThread thread;
    private volatile boolean closing;
    private volatile boolean closed;

    /** Perhaps a managed one, whose transactions a transaction manager decides. */
    MillraceSession(
            MillraceConnection connection, int acknowledgeMode, Domain domain, boolean managed) {
        this.connection = connection;
        this.broker = connection.broker();
        this.acknowledgeMode = acknowledgeMode;
        this.domain = domain;
        this.completions = new Completions(connection.settings().threads(), AsyncSend::completed);
        this.windows = new SendWindows(broker, completions);
        // Jakarta Messaging 3.1, 6.2.15: on a closed session an error in every mode.
        this.acknowledger = isClientAcknowledge() ? this::acknowledge : this::requireOpen;
        this.transactions =
                managed
                        ? new ManagedTransactions(broker, completions, consumers, lingering)
                        : LocalTransactions.of(acknowledgeMode, broker, completions);
    }

    /** Whether close was called. */
    boolean isClosing() {
        return closing;
    }

    MillraceConnection connection() {
        return connection;
    }

    @Override
    ConnectionSettings settings() {
        return connection.settings();
    }

    @Override
    void requireOpen() throws JMSException {
        if (closed) {
            throw new IllegalStateException("Expected an open session, but it was closed");
        }
    }

    boolean isClientAcknowledge() {
        return acknowledgeMode == Session.CLIENT_ACKNOWLEDGE;
    }

    /** Whether what is given stays the session's until it says more, in whatever way. */
    boolean holdsDeliveries() {
        return isClientAcknowledge() || transactions != null;
    }

    /** Where sends go in a transacted session; null in others. */
    @Nullable TransactedWork transactions() {
        return transactions;
    }

    boolean isOwnThread() {
        SessionThread running = thread;
        return running != null && running.isCurrent() || assigned.isOwnThread();
    }

    /** Whether one of this session's listeners is calling: it may not close what it runs in. */
    boolean isCalledBack() {
        return isOwnThread() || completions.isOwnThread();
    }

    void requireNotCalledBack() throws JMSException {
        if (isCalledBack()) {
            throw new IllegalStateException(
                    "Expected close to be called outside of this session's listeners, but it was called in one");
        }
    }

    /** Waits until all sends are done and their completion listeners have returned (7.3.4). */
    void awaitCompletions(String call) throws JMSException {
        if (completions.isOwnThread()) {
            throw new IllegalStateException(
                    "Expected %s outside of completion listeners, but it was called in one"
                            .formatted(call));
        }
        windows.awaitIdle();
        completions.awaitReturned();
    }

    /** Whether the connection is started and the session open: messages may be given. */
    boolean isDelivering() {
        return connection.isStarted() && !closed;
    }

    void wake() {
        consumers.forEach(MillraceConsumer::wake);
        consumers.forEach(this::signal);
        assigned.wake();
    }

    Acknowledger acknowledger() {
        return acknowledger;
    }

    AssignedMessages assigned() {
        return assigned;
    }

    /** It has to be settled by this session, as what its consumers gave. */
    void linger(HeldDeliveries held) {
        if (!lingering.contains(held)) {
            lingering.add(held);
        }
    }

    /** A consumer may have something for its listener. */
    void signal(MillraceConsumer consumer) {
        SessionThread running = thread;
        if (running != null) {
            ready.add(consumer);
            running.signal();
        }
    }

    void awaitListener() {
        SessionThread running = thread;
        if (running != null) {
            running.awaitListener();
        }
        assigned.awaitListener();
    }

    /** The session's thread, started with its first listener. */
    synchronized void needThread() {
        if (thread == null && !closing) {
            thread = new SessionThread(connection.settings().threads(), this::runListeners);
        }
    }

    /** What is left when the connection stops waits until it starts again. */
    private void runListeners() {
        while (isDelivering() && !isWanted()) {
            MillraceConsumer consumer = ready.take();
            if (consumer == null) {
                return;
            }
            if (consumer.runListener()) {
                ready.add(consumer);
            }
        }
        SessionThread running = thread;
        if (isDelivering() && running != null) {
            // Whoever is waiting goes first, and then it goes on.
            running.signal();
        }
    }

    /** Whether somebody waits for the listener that runs to return. */
    boolean isWanted() {
        SessionThread running = thread;
        return running != null && running.isWanted();
    }

    SendWindows windows() {
        return windows;
    }

    void forget(MillraceConsumer consumer, SessionConsumer port) {
        consumers.remove(consumer);
        if (holdsDeliveries() && port.holdsAnything()) {
            lingering.add(port);
        }
    }

    /** Jakarta Messaging 3.1, 6.2.2: only its own connection consumes from a temporary one. */
    private void requireOwnTemporary(MillraceDestination destination) throws JMSException {
        if (destination.kind().isTemporary()
                && !broker.locations().ownsTemporary(destination.name())) {
            throw new InvalidDestinationException(
                    "Expected a temporary destination of this connection, but "
                            + destination.name()
                            + " belongs to another or was deleted");
        }
    }

    MillraceConsumer open(
            MillraceDestination named, SubscriptionKind kind, @Nullable String selector)
            throws JMSException {
        requireOpen();
        PastDestination past = PastDestination.of(named);
        MillraceDestination destination = past.destination();
        // Jakarta Messaging 3.1, 3.8.1.1: an empty selector is none.
        String selects = selector == null || selector.isEmpty() ? null : selector;
        boolean queue = destination.kind().isQueue() && past.from() == null;
        requireOwnTemporary(destination);
        try {
            BrokerFrame.Located located =
                    queue
                            ? broker.locations().locate(destination)
                            : (BrokerFrame.Located)
                                    broker.ask(
                                            id ->
                                                    new ControlFrame.Subscribe(
                                                            id,
                                                            destination.kind(),
                                                            destination.name(),
                                                            kind.name(),
                                                            kind.durable(),
                                                            kind.shared(),
                                                            selects,
                                                            !named.kind().isQueue()
                                                                    && kind.noLocal(),
                                                            id,
                                                            past.from(),
                                                            past.value()));
            SessionConsumer port =
                    new SessionConsumer(
                            broker,
                            located.partition(),
                            located.subscriptionId(),
                            queue ? selects : null,
                            this::isDelivering);
            port.attach();
            MillraceConsumer consumer =
                    new MillraceConsumer(this, destination, port, selects, kind.noLocal());
            consumers.add(consumer);
            return consumer;
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public MillraceConsumer createConsumer(
            Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException {
        requireOpen();
        MillraceDestination own = Destinations.own(destination);
        domain.requireUse(own.kind().isQueue(), "consume from " + own);
        return open(own, SubscriptionKind.plain(noLocal), selector);
    }

    @Override
    public MillraceConsumer createDurable(
            Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        requireOpen();
        domain.requireUse(false, "subscribe to a topic");
        MillraceDestination own = Destinations.lastingTopic(topic);
        connection.requireClientId();
        return open(own, SubscriptionKind.named(name, true, false, noLocal), selector);
    }

    @Override
    public MillraceConsumer createShared(
            Topic topic, String name, @Nullable String selector, boolean durable)
            throws JMSException {
        requireOpen();
        domain.requireUse(false, "subscribe to a topic");
        SubscriptionKind kind = SubscriptionKind.named(name, durable, true, false);
        if (durable) {
            return open(Destinations.lastingTopic(topic), kind, selector);
        }
        MillraceDestination own = Destinations.own(topic);
        if (own.kind().isQueue()) {
            throw new InvalidDestinationException("Expected a topic, but it is " + own);
        }
        return open(own, kind, selector);
    }

    @Override
    public MillraceProducer createProducer(@Nullable Destination destination) throws JMSException {
        requireOpen();
        if (destination == null) {
            return new MillraceProducer(this, null);
        }
        MillraceDestination own = Destinations.present(destination);
        domain.requireUse(own.kind().isQueue(), "send to " + own);
        return new MillraceProducer(this, own);
    }

    @Override
    public void unsubscribe(String name) throws JMSException {
        requireOpen();
        domain.requireUse(false, "unsubscribe");
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException(
                    "Expected the name of a durable subscription, but it is empty");
        }
        try {
            broker.ask(id -> new ControlFrame.Unsubscribe(id, name));
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public Queue createQueue(String name) throws JMSException {
        requireOpen();
        domain.requireUse(true, "use queues");
        return Destinations.queue(name);
    }

    @Override
    public Topic createTopic(String name) throws JMSException {
        requireOpen();
        domain.requireUse(false, "use topics");
        return Destinations.topic(name);
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        requireOpen();
        domain.requireUse(true, "use queues");
        return new MillraceTemporaryQueue(
                connection.createTemporary(DestinationKind.TEMPORARY_QUEUE), connection);
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        requireOpen();
        domain.requireUse(false, "use topics");
        return new MillraceTemporaryTopic(
                connection.createTemporary(DestinationKind.TEMPORARY_TOPIC), connection);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, @Nullable String selector) throws JMSException {
        requireOpen();
        domain.requireUse(true, "browse a queue");
        MillraceDestination own = Destinations.present(queue);
        requireOwnTemporary(own);
        // Jakarta Messaging 3.1, 3.8.1.1: an empty selector is none.
        MillraceBrowser browser =
                new MillraceBrowser(
                        this, own, selector == null || selector.isEmpty() ? null : selector);
        browser.check();
        return browser;
    }

    /** Message.acknowledge(): all that this session has delivered (6.2.10). */
    void acknowledge() throws JMSException {
        // Jakarta Messaging 3.1, 6.2.15: on a closed session an IllegalStateException.
        requireOpen();
        try {
            consumers.forEach(MillraceConsumer::acknowledge);
            lingering.forEach(HeldDeliveries::acknowledge);
            lingering.clear();
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public void recover() throws JMSException {
        requireOpen();
        LocalTransactions.requireNone(transactions);
        LocalTransactions.putBack(consumers, lingering);
        assigned.recover();
    }

    @Override
    public boolean getTransacted() throws JMSException {
        requireOpen();
        return transactions != null;
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        requireOpen();
        return acknowledgeMode;
    }

    @Override
    public void commit() throws JMSException {
        LocalTransactions.required(this, "commit").commit(consumers, lingering);
    }

    @Override
    public void rollback() throws JMSException {
        LocalTransactions.required(this, "rollback").rollback(consumers, lingering);
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        requireOpen();
        return assigned.listener();
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        requireOpen();
        assigned.listener(listener);
    }

    @Override
    public void run() {
        MillraceContext.unchecked(assigned::run);
    }

    @Override
    public void close() throws JMSException {
        requireNotCalledBack();
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        // Jakarta Messaging 3.1, 6.1.8 and 6.2.15: the listener that runs keeps the whole session.
        SessionThread running = thread;
        if (running != null) {
            running.end();
        }
        assigned.end();
        // 7.3.4: "and all CompletionListener callbacks have returned before closing the object".
        awaitCompletions("close");
        closed = true;
        try {
            for (MillraceConsumer consumer : consumers) {
                consumer.close();
            }
            if (transactions == null || !transactions.outlivesSession()) {
                lingering.forEach(HeldDeliveries::release);
            }
            windows.close();
            if (transactions != null) {
                transactions.close();
            }
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        } finally {
            completions.close();
            connection.forget(this);
        }
    }
}
