package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.Optional;

/**
 * What an application does with a provider. A new workload is a new case here and in {@link
 * Workloads}.
 */
sealed interface Workload
        permits AsyncSends,
                Drain,
                FanOut,
                FixedRate,
                ManyConnections,
                ManyQueues,
                RequestReply,
                StandingBacklog,
                SyncSends,
                Transacted {

    /**
     * Messages on their way to the consumer before the producer is held back. Bounds the backlog,
     * so that the rate is the one end to end and no broker is made to page; large enough that no
     * provider is slowed (see the README).
     */
    int BACKLOG = 100_000;

    /** Unconfirmed messages of a driver that sends asynchronously. */
    int WINDOW = 8_192;

    /** As on the command line. */
    String name();

    /** In words, for people. */
    String title();

    /** Begins on a destination of its own and goes on until the load is stopped. */
    Load start(ConnectionFactory factory, String destination) throws JMSException;

    /** Messages that have to be through before anything is measured: once around, for example. */
    default long warmUpMessages() {
        return 0;
    }

    /** What its latencies are of; empty if it takes none. */
    default String latencyOf() {
        return "";
    }

    /**
     * Whether sides are compared by latency, where less is better, and not by messages a second.
     */
    default boolean ratedByLatency() {
        return false;
    }

    /**
     * Whether a producer waits for few messages at a time, so that collecting small writes would
     * hold it up.
     */
    default boolean waitsOften() {
        return ratedByLatency();
    }

    /**
     * Whether the rate is shown relative to the device's own, and an embedded broker runs too: each
     * message waits for a flush of its own.
     */
    default boolean boundByDevice() {
        return false;
    }

    /** The bare form of the load, to see what the machine allows; empty if there is none. */
    default Optional<FloorLoad> floor() {
        return Optional.empty();
    }

    /** What is aimed at, for the reader; nothing is checked against it. */
    default String aim() {
        return "";
    }
}
