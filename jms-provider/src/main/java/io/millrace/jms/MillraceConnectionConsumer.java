package io.millrace.jms;

import io.millrace.jms.client.ConsumerCore;
import io.millrace.jms.client.ConsumerShare;
import io.millrace.jms.client.SessionConsumer;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages of a subscription and has the sessions of an application server process them, in
 * the server's threads (Jakarta Messaging 3.1, 11.2.4).
 *
 * <p>A thread of its own waits for messages, and for a server session when the pool is empty. It
 * ends when this is closed.
 */
final class MillraceConnectionConsumer implements ConnectionConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(MillraceConnectionConsumer.class);

    private final MillraceConnection connection;
    private final ServerSessionPool pool;
    private final int maxMessages;
    private final MillraceSession owner;
    private final MillraceConsumer consumer;
    private final SessionConsumer port;
    private final Thread thread;

    /** Shares by the session that they belong to. Used by the thread only. */
    private final Map<MillraceSession, ConsumerShare> sharesBySession = new WeakHashMap<>();

    /** Taken from the broker, and given to no listener. Guarded by itself. */
    private final Deque<ConsumerCore.Given> returned = new ArrayDeque<>();

    private final Object news = new Object();
    private boolean signalled;
    private volatile boolean closed;

    /** Makes the consumer in a session that serves nothing else. */
    interface Opening {
        MillraceConsumer open(MillraceSession session) throws JMSException;
    }

    private MillraceConnectionConsumer(
            MillraceConnection connection,
            ServerSessionPool pool,
            int maxMessages,
            MillraceSession owner,
            MillraceConsumer consumer) {
        this.connection = connection;
        this.pool = pool;
        this.maxMessages = maxMessages;
        this.owner = owner;
        this.consumer = consumer;
        this.port = consumer.port();
        this.thread =
                connection
                        .settings()
                        .threads()
                        .newThread("millrace-connection-consumer", this::run);
    }

    /**
     * A consumer that works already.
     *
     * @param maxMessages most messages that a server session gets at a time; at least 1
     */
    static MillraceConnectionConsumer start(
            MillraceConnection connection,
            @Nullable ServerSessionPool pool,
            int maxMessages,
            Opening opening)
            throws JMSException {
        if (pool == null) {
            throw new JMSException("Expected a pool of server sessions, but it is null");
        }
        if (maxMessages < 1) {
            throw new JMSException(
                    "Expected at least 1 message for a server session, but it is " + maxMessages);
        }
        MillraceSession owner =
                connection.openSession(false, Session.AUTO_ACKNOWLEDGE, Domain.BOTH);
        MillraceConnectionConsumer started;
        try {
            started =
                    new MillraceConnectionConsumer(
                            connection, pool, maxMessages, owner, opening.open(owner));
        } catch (JMSException | RuntimeException e) {
            owner.close();
            throw e;
        }
        started.port.listen(started::signal);
        started.thread.start();
        return started;
    }

    /** Whether a session serves nothing but this. */
    boolean isOwner(MillraceSession session) {
        return owner == session;
    }

    /** Messages have come, or the connection was started. */
    void signal() {
        synchronized (news) {
            signalled = true;
            news.notifyAll();
        }
    }

    private void run() {
        while (awaitMessages()) {
            try {
                serve();
            } catch (JMSException e) {
                poolFailed(e);
                return;
            } catch (RuntimeException e) {
                poolFailed(JmsErrors.of(e));
                return;
            }
        }
        RuntimeException failure = port.failure();
        if (failure != null && !closed) {
            connection.consumerFailed(failure);
        }
    }

    /** Nothing can be given without a pool that works. */
    private void poolFailed(JMSException reason) {
        if (!closed) {
            LOG.error("a pool of server sessions failed, and its consumer ends", reason);
            connection.report(reason);
        }
    }

    /** False once there is nothing to wait for any more. */
    private boolean awaitMessages() {
        while (!closed && port.failure() == null) {
            synchronized (news) {
                signalled = false;
            }
            if (isAnyReturned() || port.hasMessage()) {
                return true;
            }
            synchronized (news) {
                while (!signalled && !closed) {
                    try {
                        news.wait();
                    } catch (InterruptedException e) {
                        // Only close ends this thread.
                        signalled = true;
                    }
                }
            }
        }
        return false;
    }

    private void serve() throws JMSException {
        // Jakarta Messaging 3.1, 11.2.5, step by step.
        ServerSession server = pool.getServerSession();
        if (server == null) {
            throw new IllegalStateException(
                    "Expected a server session of the pool, but it returned null");
        }
        if (!(server.getSession() instanceof MillraceSession session)) {
            throw new IllegalStateException(
                    "Expected a server session with a session of this provider, but it has "
                            + server.getSession());
        }
        ConsumerShare share =
                sharesBySession.computeIfAbsent(session, each -> new ConsumerShare(port));
        List<ConsumerCore.Given> messages = new ArrayList<>();
        while (messages.size() < maxMessages) {
            ConsumerCore.Given next = next();
            if (next == null) {
                break;
            }
            messages.add(next);
        }
        session.assigned().assign(this, share, messages);
        // Also with nothing, so that the session finds its way back into the pool.
        server.start();
    }

    private boolean isAnyReturned() {
        synchronized (returned) {
            return !returned.isEmpty();
        }
    }

    private ConsumerCore.@Nullable Given next() {
        synchronized (returned) {
            ConsumerCore.Given first = returned.poll();
            if (first != null) {
                return first;
            }
        }
        return port.next(null);
    }

    MillraceConsumer consumer() {
        return consumer;
    }

    /** A session ended without having given these to its listener: another will. */
    void takeBack(List<ConsumerCore.Given> never) {
        boolean late;
        synchronized (returned) {
            late = closed;
            if (!late) {
                for (int index = never.size() - 1; index >= 0; index--) {
                    returned.addFirst(never.get(index));
                }
            }
        }
        if (late) {
            // The broker was told that they had been given.
            ConsumerShare share = new ConsumerShare(port);
            never.forEach(each -> share.giveBack(each, null));
        } else {
            signal();
        }
    }

    @Override
    public ServerSessionPool getServerSessionPool() throws JMSException {
        if (closed) {
            throw new IllegalStateException(
                    "Expected an open connection consumer, but it was closed");
        }
        return pool;
    }

    /** Ends it: what is assigned and not given yet comes back as if it had not left. */
    @Override
    public void close() throws JMSException {
        synchronized (returned) {
            if (closed) {
                return;
            }
            closed = true;
            port.unhold(returned);
            returned.clear();
        }
        signal();
        connection.forget(this);
        owner.close();
    }
}
