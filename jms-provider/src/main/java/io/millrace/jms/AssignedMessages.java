package io.millrace.jms;

import io.millrace.jms.client.ConsumerCore;
import io.millrace.jms.client.ConsumerShare;
import io.millrace.jms.client.ListenerFailure;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that connection consumers assign to a session, and the session's own listener, which
 * gets them in whatever thread calls {@link MillraceSession#run} (Jakarta Messaging 3.1, 11.2.1).
 * Thread-safe.
 */
final class AssignedMessages {

    private static final Logger LOG = LoggerFactory.getLogger(AssignedMessages.class);

    private final MillraceSession session;

    /** Held while the listener runs, so that whoever stops the session waits for it. */
    private final ReentrantLock listening = new ReentrantLock();

    private final Condition changed = listening.newCondition();

    // Guarded by the lock, which is not held by whoever assigns while a listener runs.
    private final Deque<Assigned> waiting = new ArrayDeque<>();

    /** What the listener is called with; null between two, and once that was given back. */
    private @Nullable Assigned current;

    private volatile @Nullable MessageListener listener;
    private volatile boolean ended;

    /** A message, the consumer that brought it, and this session's share of that. */
    private record Assigned(
            MillraceConnectionConsumer source, ConsumerShare share, ConsumerCore.Given given) {}

    AssignedMessages(MillraceSession session) {
        this.session = session;
    }

    @Nullable MessageListener listener() {
        return listener;
    }

    /** A session with a listener of its own receives in no other way. */
    void requireNoListener() throws JMSException {
        if (listener != null) {
            throw new IllegalStateException(
                    "Expected a session without a message listener of its own, but it has one;"
                            + " receive needs another session");
        }
    }

    void listener(@Nullable MessageListener newListener) {
        listener = newListener;
    }

    /** Messages for the next run. */
    void assign(
            MillraceConnectionConsumer source,
            ConsumerShare share,
            List<ConsumerCore.Given> messages) {
        synchronized (waiting) {
            if (!ended) {
                for (ConsumerCore.Given each : messages) {
                    waiting.add(new Assigned(source, share, each));
                }
                return;
            }
        }
        source.takeBack(messages);
    }

    /**
     * Gives the listener all that is assigned, and returns. Waits while the connection is stopped.
     */
    void run() throws JMSException {
        MessageListener to = listener;
        if (to == null) {
            throw new IllegalStateException(
                    "Expected a session with a message listener of its own to run, but it has none;"
                            + " call Session.setMessageListener");
        }
        while (runNext(to)) {
            // The next.
        }
    }

    private boolean runNext(MessageListener to) {
        listening.lock();
        try {
            while (!session.isDelivering() && !ended && isAnythingWaiting()) {
                changed.await();
            }
            Assigned next = poll();
            if (next == null) {
                return false;
            }
            deliver(next, to);
            return true;
        } catch (InterruptedException e) {
            // The application server wants its thread back.
            Thread.currentThread().interrupt();
            giveBackWaiting();
            return false;
        } finally {
            listening.unlock();
        }
    }

    private boolean isAnythingWaiting() {
        synchronized (waiting) {
            return !waiting.isEmpty();
        }
    }

    private @Nullable Assigned poll() {
        synchronized (waiting) {
            return waiting.poll();
        }
    }

    private void deliver(Assigned next, MessageListener to) {
        if (session.holdsDeliveries()) {
            next.share.hold(next.given);
            session.linger(next.share);
        }
        current = next;
        Throwable thrown = next.source.consumer().call(to, next.given, session);
        boolean recovered = current == null;
        current = null;
        if (thrown instanceof BodyUnavailableException unavailable) {
            if (!unavailable.isGone()) {
                LOG.error("message {} goes back", next.given.sequence(), unavailable);
            }
            next.share.giveBack(next.given, ListenerFailure.describe(thrown));
            return;
        }
        if (session.holdsDeliveries() || recovered) {
            return;
        }
        if (thrown == null) {
            next.share.accept(next.given);
        } else {
            // Jakarta Messaging 3.1, 8.7: this message again, flagged and counted.
            next.share.giveBack(next.given, ListenerFailure.describe(thrown));
        }
    }

    /**
     * Session.recover in the listener of a session that acknowledges by itself: the message is not
     * acknowledged while its listener runs, so it comes again, flagged and counted (6.2.10).
     */
    void recover() {
        if (!isOwnThread() || session.holdsDeliveries()) {
            return;
        }
        Assigned running = current;
        if (running != null) {
            current = null;
            running.share.giveBack(running.given, null);
        }
    }

    private void giveBackWaiting() {
        Map<MillraceConnectionConsumer, List<ConsumerCore.Given>> bySource = new LinkedHashMap<>();
        for (Assigned next = poll(); next != null; next = poll()) {
            bySource.computeIfAbsent(next.source, each -> new ArrayList<>()).add(next.given);
        }
        bySource.forEach(MillraceConnectionConsumer::takeBack);
    }

    boolean isOwnThread() {
        return listening.isHeldByCurrentThread();
    }

    /** Waits until the listener does not run. */
    void awaitListener() {
        if (!isOwnThread()) {
            listening.lock();
            listening.unlock();
        }
    }

    /** The connection was started or stopped. */
    void wake() {
        if (isAnythingWaiting()) {
            listening.lock();
            try {
                changed.signalAll();
            } finally {
                listening.unlock();
            }
        }
    }

    /** Waits until the listener does not run, and gives back what it did not get. */
    void end() {
        synchronized (waiting) {
            ended = true;
        }
        listening.lock();
        try {
            changed.signalAll();
            giveBackWaiting();
        } finally {
            listening.unlock();
        }
    }
}
