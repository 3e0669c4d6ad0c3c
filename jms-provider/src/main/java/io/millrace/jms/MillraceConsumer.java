package io.millrace.jms;

import io.millrace.jms.client.ConsumerCore;
import io.millrace.jms.client.ListenerFailure;
import io.millrace.jms.client.RefusedException;
import io.millrace.jms.client.SessionConsumer;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.message.MessageCodec;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.wire.ErrorCode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message consumer (Jakarta Messaging 3.1, chapter 8). Belongs to its session's thread; close may
 * come from any.
 */
final class MillraceConsumer implements QueueReceiver, TopicSubscriber {

    private static final Logger LOG = LoggerFactory.getLogger(MillraceConsumer.class);

    /** Most messages that one listener gets before the session's others have their turn. */
    private static final int TURN_MESSAGES = 256;

    private final MillraceSession session;
    private final MillraceDestination destination;
    private final SessionConsumer port;
    private final @Nullable String selector;
    private final boolean noLocal;
    private final ReadyConsumers.Mark readyMark = new ReadyConsumers.Mark();
    private volatile @Nullable MessageListener listener;
    private volatile boolean closed;
    private boolean failureReported;

    /** Whether the session was recovered since its thread called a listener. */
    private boolean recovered;

    MillraceConsumer(
            MillraceSession session,
            MillraceDestination destination,
            SessionConsumer port,
            @Nullable String selector,
            boolean noLocal) {
        this.session = session;
        this.destination = destination;
        this.port = port;
        this.selector = selector;
        this.noLocal = noLocal;
        TransactedWork transactions = session.transactions();
        if (transactions != null) {
            transactions.opened(port.partition());
        }
    }

    private void requireOpen() throws JMSException {
        session.requireOpen();
        if (closed) {
            throw new IllegalStateException("Expected an open consumer, but it was closed");
        }
    }

    private void requireReceivable() throws JMSException {
        requireOpen();
        session.assigned().requireNoListener();
        if (listener != null) {
            throw new IllegalStateException(
                    "Expected a consumer without a listener, but it has one; receive needs another");
        }
    }

    SessionConsumer port() {
        return port;
    }

    void wake() {
        port.wake();
    }

    void acknowledge() {
        port.acknowledge();
    }

    void recover() {
        recovered = true;
        port.recover();
        session.signal(this);
    }

    /** A message as it came from a destination. */
    static MillraceMessage message(
            ConsumerCore.Given given, MillraceDestination destination, ConnectionSettings settings)
            throws JMSException {
        MillraceMessage message =
                MessageCodec.decode(
                        given.run().array(),
                        given.position(),
                        given.run().baseTimeMillis(),
                        given.run().producerId(),
                        given.producerSequence());
        settings.apply(message);
        message.setJMSDestination(destination);
        message.received(given.run().deliveryCount(), given.run().user(), given.run().replay());
        return message;
    }

    /** A message, and the delivery that it came with. */
    private record Received(ConsumerCore.Given given, MillraceMessage message) {}

    /**
     * Waits for a message and its body. Whose body is gone was settled meanwhile: then it waits for
     * the next one.
     *
     * @param timeoutMillis 0 for ever, negative for not at all
     * @throws BodyUnavailableException if a body cannot be had; the message goes back
     */
    private @Nullable Received next(long timeoutMillis) throws JMSException {
        long begun = System.nanoTime();
        long left = timeoutMillis;
        while (true) {
            ConsumerCore.Given given = take(left);
            if (given == null) {
                return null;
            }
            try {
                return new Received(given, decode(given, session));
            } catch (BodyUnavailableException e) {
                port.putBack(given, ListenerFailure.describe(e));
                if (!e.isGone()) {
                    throw e;
                }
            }
            if (timeoutMillis > 0) {
                left = timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                left = left == 0 ? -1 : left;
            }
        }
    }

    private ConsumerCore.@Nullable Given take(long timeoutMillis) throws JMSException {
        try {
            return timeoutMillis < 0 ? port.receiveNoWait() : port.receive(timeoutMillis);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    private MillraceMessage decode(ConsumerCore.Given given, MillraceSession receiver)
            throws JMSException {
        MillraceMessage message = message(given, destination, receiver.settings());
        message.acknowledger(receiver.acknowledger());
        message.fetchBodyFrom(
                body -> LargeBodies.fetch(session.connection().broker(), port.partition(), body));
        // Before the application has it: once it is acknowledged, nobody keeps its body.
        message.fetchBody();
        return message;
    }

    @Override
    public @Nullable Message receive() throws JMSException {
        return receive(0);
    }

    @Override
    public @Nullable Message receive(long timeoutMillis) throws JMSException {
        requireReceivable();
        return given(next(Math.max(0, timeoutMillis)));
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        requireReceivable();
        return given(next(-1));
    }

    private @Nullable Message given(@Nullable Received received) throws JMSException {
        if (received == null) {
            return null;
        }
        if (!session.holdsDeliveries()) {
            try {
                port.accept(received.given);
            } catch (RuntimeException e) {
                throw JmsErrors.of(e);
            }
        }
        return received.message;
    }

    /**
     * Receives and converts (8.6): a body of another type leaves the message where it was, except
     * in CLIENT_ACKNOWLEDGE and in transacted sessions.
     *
     * @param timeoutMillis 0 for ever, negative for not at all
     */
    <T> @Nullable T receiveBody(Class<T> type, long timeoutMillis) throws JMSException {
        requireReceivable();
        Received received = next(timeoutMillis);
        if (received == null) {
            return null;
        }
        ConsumerCore.Given given = received.given;
        try {
            T body = received.message.receivedBody(type);
            if (!session.holdsDeliveries()) {
                port.accept(given);
            }
            return body;
        } catch (JMSException e) {
            if (!session.holdsDeliveries()) {
                port.pushBack(given);
            }
            throw e;
        }
    }

    @Override
    public void setMessageListener(@Nullable MessageListener newListener) throws JMSException {
        requireOpen();
        listener = newListener;
        if (newListener == null) {
            port.listen(null);
        } else {
            session.needThread();
            port.listen(() -> session.signal(this));
            session.signal(this);
        }
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        requireOpen();
        return listener;
    }

    ReadyConsumers.Mark readyMark() {
        return readyMark;
    }

    /** Calls the listener for what is there, up to a turn's worth. True if there may be more. */
    boolean runListener() {
        MessageListener to = listener;
        if (to == null) {
            return false;
        }
        ConsumerCore.Given before = null;
        for (int count = 0; count < TURN_MESSAGES && !session.isWanted(); count++) {
            ConsumerCore.Given given = port.next(before);
            before = null;
            if (given == null) {
                reportFailure();
                return false;
            }
            recovered = false;
            Throwable thrown = call(to, given, session);
            if (thrown instanceof BodyUnavailableException unavailable) {
                port.putBack(given, ListenerFailure.describe(unavailable));
                if (unavailable.isGone()) {
                    continue;
                }
                endListener(unavailable);
                return false;
            }
            if (session.holdsDeliveries() || recovered) {
                // The application says later what becomes of it, or said so just now (6.2.10).
                continue;
            }
            if (thrown == null) {
                before = given;
            } else {
                // Jakarta Messaging 3.1, 8.7: this message again, at once, flagged and counted.
                port.recover(ListenerFailure.describe(thrown));
            }
        }
        if (before != null) {
            port.accept(before);
        }
        return true;
    }

    /**
     * The listener gets no more: whoever could not fetch one body would try the same one for ever.
     * The application may set a listener again.
     */
    private void endListener(BodyUnavailableException failure) {
        listener = null;
        port.listen(null);
        session.connection()
                .consumerFailed(
                        new RefusedException(
                                ErrorCode.UNREADABLE, String.valueOf(failure.getMessage())));
    }

    /**
     * No call could throw that the broker ended this consumer, so the exception listener hears it
     * (6.1.7).
     */
    private void reportFailure() {
        RuntimeException failure = port.failure();
        if (failure != null && !failureReported) {
            failureReported = true;
            session.connection().consumerFailed(failure);
        }
    }

    /** Calls a listener, and tells what it threw; null if it returned. */
    @Nullable Throwable call(
            MessageListener to, ConsumerCore.Given given, MillraceSession receiver) {
        try {
            to.onMessage(decode(given, receiver));
            return null;
        } catch (RuntimeException | Error e) {
            LOG.warn("the message listener of {} threw; it should not (8.7)", destination, e);
            return e;
        } catch (BodyUnavailableException e) {
            LOG.debug("message {} of {} goes back", given.sequence(), destination, e);
            return e;
        } catch (JMSException e) {
            LOG.error("message {} of {} cannot be decoded", given.sequence(), destination, e);
            return e;
        }
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        requireOpen();
        return selector;
    }

    @Override
    public Queue getQueue() throws JMSException {
        requireOpen();
        return (Queue) destination;
    }

    @Override
    public Topic getTopic() throws JMSException {
        requireOpen();
        return (Topic) destination;
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        requireOpen();
        return noLocal;
    }

    @Override
    public void close() throws JMSException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        listener = null;
        if (!session.isOwnThread()) {
            session.awaitListener();
        }
        try {
            port.close();
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        } finally {
            session.forget(this, port);
        }
    }
}
