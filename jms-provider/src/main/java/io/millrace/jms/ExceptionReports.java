package io.millrace.jms;

import io.millrace.jms.client.ClientThreads;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a connection's exception listener of problems, one at a time and in order (Jakarta
 * Messaging 3.1, 6.1.7). In a thread that exists only while there is something to tell: the
 * listener may use the connection, and close it, while whoever met the problem goes on.
 * Thread-safe.
 */
final class ExceptionReports {

    private static final Logger LOG = LoggerFactory.getLogger(ExceptionReports.class);

    private final ClientThreads threads;
    private final Supplier<@Nullable ExceptionListener> listener;

    // Guarded by this.
    private final Deque<JMSException> waiting = new ArrayDeque<>();
    private boolean telling;
    private boolean closed;

    /**
     * @param listener asked before each report; null drops it
     */
    ExceptionReports(ClientThreads threads, Supplier<@Nullable ExceptionListener> listener) {
        this.threads = threads;
        this.listener = listener;
    }

    /** Something happened that no call can throw. */
    synchronized void add(JMSException problem) {
        if (closed || listener.get() == null) {
            return;
        }
        waiting.add(problem);
        if (!telling) {
            telling = true;
            threads.newThread("millrace-exceptions", this::tell).start();
        }
    }

    private synchronized @Nullable JMSException next() {
        JMSException next = waiting.poll();
        telling = next != null;
        return next;
    }

    private void tell() {
        for (JMSException next = next(); next != null; next = next()) {
            ExceptionListener to = listener.get();
            if (to != null) {
                try {
                    to.onException(next);
                } catch (RuntimeException | Error e) {
                    LOG.warn("the exception listener threw", e);
                }
            }
        }
    }

    /** The connection is closed: what was not told yet does not matter any more. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }
}
