package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ConsumerPort;
import io.millrace.jms.client.SessionConsumer;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.Rewound;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Takes a queue, or a subscription on a topic, back in time: what was acknowledged from there on is
 * delivered again, as far as the log still has it and it has not expired.
 *
 * <pre>{@code
 * Rewinder orders = Rewinder.of(connection).queue("orders").from(since).matching("region = 'EU'");
 * Rewinder.Outcome counted = orders.count();   // changes nothing
 * Rewinder.Outcome done = orders.rewind();
 * }</pre>
 *
 * <p>What comes again is in its old place, before all that waits behind it, with JMSRedelivered
 * set, a JMSXDeliveryCount of 2 at least (Jakarta Messaging 3.1, 3.5.11) and the property {@code
 * JMS_Millrace_Replay} true, until it is acknowledged again. What waits, or is with a consumer, is
 * left as it is, and so is what arrives later. A broker keeps what was acknowledged for as long as
 * its retention says, and at least until its segment of the log is given back.
 *
 * <p>Immutable; each method gives a new one. Usable on any open connection of this provider, also
 * one that was never started.
 */
public final class Rewinder {

    private final BrokerConnection broker;
    private final DestinationKind kind;
    private final String destination;
    private final @Nullable String subscription;
    private final @Nullable String clientId;
    private final RewindFrom from;
    private final long value;
    private final @Nullable String selector;

    /**
     * What comes again, or would.
     *
     * @param messages how many
     * @param firstSequence number of the first of them in its destination; 0 if there is none
     * @param firstStored when the broker stored that; null if there is none
     */
    public record Outcome(long messages, long firstSequence, @Nullable Instant firstStored) {}

    private Rewinder(
            BrokerConnection broker,
            DestinationKind kind,
            String destination,
            @Nullable String subscription,
            @Nullable String clientId,
            RewindFrom from,
            long value,
            @Nullable String selector) {
        this.broker = broker;
        this.kind = kind;
        this.destination = destination;
        this.subscription = subscription;
        this.clientId = clientId;
        this.from = from;
        this.value = value;
        this.selector = selector;
    }

    /**
     * A rewinder over a connection; say next what is taken back.
     *
     * @throws IllegalStateException if the connection is another provider's
     */
    public static Target of(Connection connection) throws JMSException {
        if (connection instanceof MillraceConnection own) {
            return new Target(own.broker());
        }
        throw new IllegalStateException(
                "Expected a connection of this provider, but it is "
                        + connection.getClass().getName());
    }

    /**
     * The same over the connection of a context.
     *
     * @throws IllegalStateException if the context is another provider's
     */
    public static Target of(JMSContext context) throws JMSException {
        if (context instanceof MillraceContext own) {
            return of(own.connection());
        }
        throw new IllegalStateException(
                "Expected a context of this provider, but it is " + context.getClass().getName());
    }

    /** Over which connection; says what is taken back. */
    public static final class Target {

        private final BrokerConnection broker;

        private Target(BrokerConnection broker) {
            this.broker = broker;
        }

        /** A queue, to the beginning of what the log has unless another place is named. */
        public Rewinder queue(String name) {
            return new Rewinder(
                    broker, DestinationKind.QUEUE, name, null, null, RewindFrom.BEGINNING, 0, null);
        }

        /**
         * A durable or shared subscription of the connection's client id, or of none if it has
         * none; to the beginning of what the log has unless another place is named, also if it was
         * made later.
         */
        public Rewinder subscription(String topic, String name) {
            return new Rewinder(
                    broker,
                    DestinationKind.TOPIC,
                    topic,
                    name,
                    null,
                    RewindFrom.BEGINNING,
                    0,
                    null);
        }

        /** The same with another client id than the connection's. */
        public Rewinder subscription(String topic, String name, String clientId) {
            return new Rewinder(
                    broker,
                    DestinationKind.TOPIC,
                    topic,
                    name,
                    clientId,
                    RewindFrom.BEGINNING,
                    0,
                    null);
        }
    }

    private Rewinder with(RewindFrom newFrom, long newValue, @Nullable String newSelector) {
        return new Rewinder(
                broker, kind, destination, subscription, clientId, newFrom, newValue, newSelector);
    }

    /** To the first message that the log still has. */
    public Rewinder fromBeginning() {
        return with(RewindFrom.BEGINNING, 0, selector);
    }

    /**
     * To what the broker stored at a time or later, by its clock, to the millisecond; nothing is
     * stored before 1970, nor after the year 292,278,993.
     */
    public Rewinder from(Instant time) {
        return with(RewindFrom.TIME, millis(time), selector);
    }

    /**
     * To a number in the destination; the first message ever has 1.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Rewinder fromSequence(long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException(
                    "Expected a sequence of 0 or more, but it is " + sequence);
        }
        return with(RewindFrom.SEQUENCE, sequence, selector);
    }

    /**
     * Only what a message selector matches (Jakarta Messaging 3.1, 3.8.1).
     *
     * @param newSelector null or empty for all
     */
    public Rewinder matching(@Nullable String newSelector) {
        return with(from, value, newSelector);
    }

    /**
     * Counts what would come again, and changes nothing.
     *
     * @throws JMSException as {@link #rewind}
     */
    public Outcome count() throws JMSException {
        return ask(true);
    }

    /**
     * Takes it back; returns once that is safe from a crash of the broker. Deliveries begin before.
     *
     * @throws jakarta.jms.InvalidDestinationException if there is no such queue, topic or
     *     subscription
     * @throws jakarta.jms.InvalidSelectorException if the selector is none; says where
     * @throws JMSException with error code {@code NOT_RETAINED} if the log does not reach back that
     *     far; says from when on it does. With {@code IN_USE} if another rewind of the same is
     *     under way, {@code NOT_SUPPORTED} for a subscription with noLocal
     */
    public Outcome rewind() throws JMSException {
        return ask(false);
    }

    private static long millis(Instant time) {
        try {
            return Math.max(0, time.toEpochMilli());
        } catch (ArithmeticException beyond) {
            return time.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : 0;
        }
    }

    private Outcome ask(boolean dryRun) throws JMSException {
        try {
            // What this connection has acknowledged can come again.
            for (ConsumerPort port : broker.consumers()) {
                if (port instanceof SessionConsumer consumer) {
                    consumer.awaitAcceptanceSent();
                }
            }
            Rewound answer =
                    (Rewound)
                            broker.ask(
                                    id ->
                                            new ControlFrame.Rewind(
                                                    id,
                                                    kind,
                                                    destination,
                                                    subscription,
                                                    clientId,
                                                    from,
                                                    value,
                                                    selector,
                                                    dryRun));
            return new Outcome(
                    answer.messages(),
                    answer.firstSequence(),
                    answer.messages() == 0 ? null : Instant.ofEpochMilli(answer.firstMillis()));
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }
}
