package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.BrowseCursor;
import io.millrace.jms.client.ConsumerPort;
import io.millrace.jms.client.SessionConsumer;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.message.MillraceMessage;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A browser of a queue (Jakarta Messaging 3.1, 4.1.6): a live view, in steps of at most 1,000
 * messages or {@code consumer.credit.bytes}.
 *
 * <p>It shows what waits and what consumers have and did not acknowledge, not what has expired or
 * is not due. What arrives or is consumed while an enumeration runs is shown or left out as the
 * enumeration gets there; it ends where the queue ends at that moment, and stays ended. Browsing
 * needs no started connection, and changes no message. Belongs to its session's thread.
 */
final class MillraceBrowser implements QueueBrowser {

    private final MillraceSession session;
    private final MillraceDestination queue;
    private final @Nullable String selector;
    private volatile boolean closed;

    MillraceBrowser(MillraceSession session, MillraceDestination queue, @Nullable String selector) {
        this.session = session;
        this.queue = queue;
        this.selector = selector;
    }

    private BrowseCursor cursor() {
        return new BrowseCursor(session.connection().broker(), queue, selector);
    }

    /** Refuses what is no queue of this broker, or no selector (3.8.1.1). */
    void check() throws JMSException {
        try {
            cursor().check();
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    private void requireOpen() throws JMSException {
        session.requireOpen();
        if (closed) {
            throw new IllegalStateException("Expected an open queue browser, but it was closed");
        }
    }

    @Override
    public Queue getQueue() throws JMSException {
        requireOpen();
        return (Queue) queue;
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        requireOpen();
        return selector;
    }

    /**
     * Begins at the beginning. Its methods throw a {@code JMSRuntimeException} if the connection
     * fails, and an {@code IllegalStateRuntimeException} once browser or session are closed.
     */
    @Override
    public Enumeration<Message> getEnumeration() throws JMSException {
        requireOpen();
        try {
            // What this connection has acknowledged is not on the queue any more.
            for (ConsumerPort port : session.connection().broker().consumers()) {
                if (port instanceof SessionConsumer consumer) {
                    consumer.awaitAcceptanceSent();
                }
            }
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
        return new Scan(cursor());
    }

    @Override
    public void close() {
        closed = true;
    }

    /** One enumeration. */
    private final class Scan implements Enumeration<Message> {

        private final BrowseCursor cursor;

        Scan(BrowseCursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public boolean hasMoreElements() {
            return MillraceContext.unchecked(
                    () -> {
                        requireOpen();
                        try {
                            return cursor.hasNext();
                        } catch (RuntimeException e) {
                            throw JmsErrors.of(e);
                        }
                    });
        }

        @Override
        public Message nextElement() {
            if (!hasMoreElements()) {
                throw new NoSuchElementException(
                        "Expected another message, but the end of " + queue + " was reached");
            }
            return MillraceContext.unchecked(
                    () -> {
                        MillraceMessage message =
                                MillraceConsumer.message(cursor.next(), queue, session.settings());
                        BrokerConnection broker = session.connection().broker();
                        // Large bodies are fetched only if somebody asks for them.
                        message.fetchBodyFrom(
                                body ->
                                        LargeBodies.fetch(
                                                broker,
                                                broker.locations().locate(queue).partition(),
                                                body));
                        return message;
                    });
        }
    }
}
