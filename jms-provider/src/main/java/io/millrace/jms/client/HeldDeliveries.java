package io.millrace.jms.client;

import io.millrace.wire.TransactionFrame;

/**
 * What one session has of a consumer and has not settled yet: all that a {@link SessionConsumer}
 * has given, or one session's {@link ConsumerShare} of it.
 */
public interface HeldDeliveries {

    /** Accepts all of it, and waits until that is durable. */
    void acknowledge();

    /** Gives all of it back, to come again in order. */
    void recover();

    /** Gives back what was never acknowledged, and waits for the broker: the session ends. */
    void release();

    /** The partition that delivered it. */
    int partition();

    /** All of it, for a transaction to settle. */
    TransactionFrame.Settlement settlement();

    /** A transaction settled it. */
    void committed(TransactionFrame.Settlement settlement);

    /** Whether there is anything. */
    boolean holdsAnything();
}
