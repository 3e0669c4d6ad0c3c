package io.millrace.jms;

import io.millrace.jms.client.Locations;
import io.millrace.jms.client.SessionProducer;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.message.LargeBody;
import io.millrace.jms.message.MessageCodec;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.Id128;
import io.millrace.wire.WireOutput;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import org.jspecify.annotations.Nullable;

/** A message producer (Jakarta Messaging 3.1, chapter 7). Belongs to its session's thread. */
final class MillraceProducer implements QueueSender, TopicPublisher {

    private final MillraceSession session;
    private final @Nullable MillraceDestination destination;
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private long timeToLive;
    private long deliveryDelay;

    private boolean messageIdDisabled;
    private boolean timestampDisabled;
    private volatile boolean closed;
    private boolean sentAsync;

    // The last destination and where it lives, so that a run of sends does not look it up.
    private @Nullable MillraceDestination lastDestination;
    private BrokerFrame.@Nullable Located lastLocated;
    private @Nullable SessionProducer window;

    MillraceProducer(MillraceSession session, @Nullable MillraceDestination destination) {
        this.session = session;
        this.destination = destination;
    }

    private void requireOpen() throws JMSException {
        session.requireOpen();
        if (closed) {
            throw new IllegalStateException("Expected an open producer, but it was closed");
        }
    }

    private MillraceDestination bound() throws JMSException {
        requireOpen();
        if (destination == null) {
            throw new UnsupportedOperationException(
                    "Expected a producer with a destination, but this one has none; name it in the call");
        }
        return destination;
    }

    private MillraceDestination named(@Nullable Destination to) throws JMSException {
        requireOpen();
        if (destination != null) {
            throw new UnsupportedOperationException(
                    "Expected a producer without a destination, but this one is for "
                            + destination);
        }
        return Destinations.present(to);
    }

    private void send(
            MillraceDestination to,
            @Nullable Message message,
            int mode,
            int messagePriority,
            long ttl,
            @Nullable CompletionListener listener)
            throws JMSException {
        if (message == null) {
            throw new MessageFormatException("Expected a message, but it is null");
        }
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw new JMSException(
                    "Expected delivery mode PERSISTENT or NON_PERSISTENT, but it is " + mode);
        }
        if (messagePriority < 0 || messagePriority > 9) {
            throw new JMSException("Expected a priority of 0 to 9, but it is " + messagePriority);
        }
        requireTimeToLive(ttl);
        long now = System.currentTimeMillis();
        message.setJMSDestination(to);
        message.setJMSDeliveryMode(mode);
        message.setJMSPriority(messagePriority);
        setTimes(message, now, ttl);
        sentAsync |= listener != null;
        try {
            MillraceMessage own = MessageCodec.own(message);
            own.hints(messageIdDisabled, timestampDisabled);
            BrokerFrame.Located located = locate(to);
            Locations locations = session.connection().broker().locations();
            own.takeIn(locations.maxMessageBytes());
            LargeBody large = own.largeBody(locations.largeBytes());
            if (large == null) {
                depart(
                        located,
                        now,
                        new Departure(message, own, null, messageIdDisabled),
                        null,
                        listener);
                return;
            }
            sendLarge(located, message, own, large, ttl, listener);
        } catch (RuntimeException e) {
            session.connection().broker().locations().forgetLocation(to);
            lastDestination = null;
            throw JmsErrors.of(e);
        }
    }

    private void setTimes(Message message, long now, long ttl) throws JMSException {
        message.setJMSExpiration(ttl == 0 ? 0 : later(now, ttl));
        message.setJMSTimestamp(timestampDisabled ? 0 : now);
        // Jakarta Messaging 3.1, 7.9: counts from here, not from a commit.
        message.setJMSDeliveryTime(later(now, deliveryDelay));
    }

    /** Sends a body ahead, and then its message. If that fails, nothing of either stays. */
    private void sendLarge(
            BrokerFrame.Located located,
            Message message,
            MillraceMessage own,
            LargeBody large,
            long ttl,
            @Nullable CompletionListener listener)
            throws JMSException {
        BodyReference body = LargeBodies.send(session, located.partition(), large);
        Runnable undo =
                () ->
                        session.connection()
                                .broker()
                                .locations()
                                .dropBody(located.partition(), body.destinationId());
        try {
            // The message is sent only now: the way of its body is none of its time to live.
            long now = System.currentTimeMillis();
            setTimes(message, now, ttl);
            if (own != message) {
                setTimes(own, now, ttl);
            }
            Departure departure = new Departure(message, own, body, messageIdDisabled);
            depart(located, now, departure, undo, listener);
        } catch (JMSException | RuntimeException e) {
            undo.run();
            throw e;
        }
    }

    private void depart(
            BrokerFrame.Located located,
            long now,
            Departure departure,
            @Nullable Runnable undo,
            @Nullable CompletionListener listener) {
        AsyncSend async =
                listener == null ? null : new AsyncSend(departure.message, listener, undo);
        TransactedWork transactions = session.transactions();
        if (transactions == null) {
            session.windows().send(window(located), located, now, departure, async);
        } else {
            transactions.send(located, now, departure, undo, async);
        }
    }

    private SessionProducer window(BrokerFrame.Located located) {
        SessionProducer open = window;
        if (open == null || open.partition() != located.partition()) {
            open = session.windows().at(located.partition());
            window = open;
        }
        return open;
    }

    /** A message that is sent: the application's object, and the one that is encoded. */
    private record Departure(
            Message message, MillraceMessage own, @Nullable BodyReference body, boolean withoutId)
            implements SessionProducer.Outgoing {

        @Override
        public void encode(WireOutput to, long baseTimeMillis) {
            MessageCodec.encode(own, body, to, baseTimeMillis);
        }

        /** Its body would be left behind if nobody heard that it was refused. */
        @Override
        public boolean isAwaited() {
            return body != null;
        }

        @Override
        public boolean isPersistent() {
            return own.getJMSDeliveryMode() == DeliveryMode.PERSISTENT;
        }

        @Override
        public void numbered(Id128 producerId, long sequence) {
            own.sent(withoutId ? null : producerId, sequence);
            if (own != message) {
                try {
                    message.setJMSMessageID(own.getJMSMessageID());
                } catch (JMSException e) {
                    throw new IllegalArgumentException(
                            "Expected a message that takes its id, but it refused", e);
                }
            }
        }
    }

    /** A time so far ahead that it cannot be counted is the last that can. */
    private static long later(long now, long millis) {
        return Math.min(millis, Long.MAX_VALUE - now) + now;
    }

    private static void requireTimeToLive(long millis) throws JMSException {
        if (millis < 0) {
            throw new JMSException(
                    "Expected a time to live of 0, which is for ever, or more milliseconds, but it is "
                            + millis);
        }
    }

    private BrokerFrame.Located locate(MillraceDestination to) {
        BrokerFrame.Located located = lastLocated;
        if (located == null || lastDestination != to) {
            located = session.connection().broker().locations().locate(to);
            lastLocated = located;
            lastDestination = to;
        }
        return located;
    }

    private static CompletionListener required(@Nullable CompletionListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("Expected a completion listener, but it is null");
        }
        return listener;
    }

    @Override
    public void send(Message message) throws JMSException {
        send(bound(), message, deliveryMode, priority, timeToLive, null);
    }

    @Override
    public void send(Message message, int mode, int messagePriority, long ttl) throws JMSException {
        send(bound(), message, mode, messagePriority, ttl, null);
    }

    @Override
    public void send(Destination to, Message message) throws JMSException {
        send(named(to), message, deliveryMode, priority, timeToLive, null);
    }

    @Override
    public void send(Destination to, Message message, int mode, int messagePriority, long ttl)
            throws JMSException {
        send(named(to), message, mode, messagePriority, ttl, null);
    }

    @Override
    public void send(Message message, CompletionListener listener) throws JMSException {
        send(bound(), message, deliveryMode, priority, timeToLive, required(listener));
    }

    @Override
    public void send(
            Message message, int mode, int messagePriority, long ttl, CompletionListener listener)
            throws JMSException {
        send(bound(), message, mode, messagePriority, ttl, required(listener));
    }

    @Override
    public void send(Destination to, Message message, CompletionListener listener)
            throws JMSException {
        send(named(to), message, deliveryMode, priority, timeToLive, required(listener));
    }

    @Override
    public void send(
            Destination to,
            Message message,
            int mode,
            int messagePriority,
            long ttl,
            CompletionListener listener)
            throws JMSException {
        send(named(to), message, mode, messagePriority, ttl, required(listener));
    }

    @Override
    public void send(Queue queue, Message message) throws JMSException {
        send((Destination) queue, message);
    }

    @Override
    public void send(Queue queue, Message message, int mode, int messagePriority, long ttl)
            throws JMSException {
        send((Destination) queue, message, mode, messagePriority, ttl);
    }

    @Override
    public void publish(Message message) throws JMSException {
        send(message);
    }

    @Override
    public void publish(Message message, int mode, int messagePriority, long ttl)
            throws JMSException {
        send(message, mode, messagePriority, ttl);
    }

    @Override
    public void publish(Topic topic, Message message) throws JMSException {
        send((Destination) topic, message);
    }

    @Override
    public void publish(Topic topic, Message message, int mode, int messagePriority, long ttl)
            throws JMSException {
        send((Destination) topic, message, mode, messagePriority, ttl);
    }

    @Override
    public void setDisableMessageID(boolean value) throws JMSException {
        requireOpen();
        messageIdDisabled = value;
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        requireOpen();
        return messageIdDisabled;
    }

    @Override
    public void setDisableMessageTimestamp(boolean value) throws JMSException {
        requireOpen();
        timestampDisabled = value;
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        requireOpen();
        return timestampDisabled;
    }

    @Override
    public void setDeliveryMode(int mode) throws JMSException {
        requireOpen();
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw new JMSException(
                    "Expected delivery mode PERSISTENT or NON_PERSISTENT, but it is " + mode);
        }
        deliveryMode = mode;
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        requireOpen();
        return deliveryMode;
    }

    @Override
    public void setPriority(int value) throws JMSException {
        requireOpen();
        if (value < 0 || value > 9) {
            throw new JMSException("Expected a priority of 0 to 9, but it is " + value);
        }
        priority = value;
    }

    @Override
    public int getPriority() throws JMSException {
        requireOpen();
        return priority;
    }

    @Override
    public void setTimeToLive(long millis) throws JMSException {
        requireOpen();
        requireTimeToLive(millis);
        timeToLive = millis;
    }

    @Override
    public long getTimeToLive() throws JMSException {
        requireOpen();
        return timeToLive;
    }

    @Override
    public void setDeliveryDelay(long millis) throws JMSException {
        requireOpen();
        if (millis < 0) {
            throw new JMSException(
                    "Expected a delivery delay of 0 or more milliseconds, but it is " + millis);
        }
        deliveryDelay = millis;
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        requireOpen();
        return deliveryDelay;
    }

    @Override
    public @Nullable Destination getDestination() throws JMSException {
        requireOpen();
        return destination;
    }

    @Override
    public Queue getQueue() throws JMSException {
        return (Queue) bound();
    }

    @Override
    public Topic getTopic() throws JMSException {
        return (Topic) bound();
    }

    /** Waits for asynchronous sends and their listeners (7.3.4). */
    @Override
    public void close() throws JMSException {
        if (closed) {
            return;
        }
        if (sentAsync) {
            session.awaitCompletions("close");
        }
        closed = true;
    }
}
