package io.millrace.jms;

import io.millrace.jms.client.HeldDeliveries;
import io.millrace.jms.client.RefusedException;
import io.millrace.jms.client.SessionProducer;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import jakarta.jms.JMSException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a transacted session sends and receives until it is decided. */
interface TransactedWork {

    /**
     * Until transactions can have several participants, each is at one partition.
     *
     * @throws RefusedException if they are not; nothing has happened then
     */
    static void requireOnePartition(int first, int other) {
        if (first != other) {
            throw new RefusedException(
                    ErrorCode.NOT_SUPPORTED,
                    "Expected a transaction to be about destinations of one partition,"
                            + " but these are in partitions "
                            + first
                            + " and "
                            + other
                            + "; destinations whose names are alike up to the first dot are in one");
        }
    }

    /** Something of a partition is about to become part of it. */
    void opened(int partition);

    /**
     * Sends a message.
     *
     * @param undoing what to do if the transaction does not happen; null for nothing
     * @param async who wants to hear that it is part of the transaction; null for nobody
     */
    void send(
            BrokerFrame.Located to,
            long nowMillis,
            SessionProducer.Outgoing message,
            @Nullable Runnable undoing,
            @Nullable AsyncSend async);

    /**
     * Settles what the consumers gave and makes what was sent visible.
     *
     * @param lingering consumers that were closed with something in the transaction
     */
    void commit(List<MillraceConsumer> consumers, List<HeldDeliveries> lingering)
            throws JMSException;

    /** Forgets what was sent and gives back what was received. */
    void rollback(List<MillraceConsumer> consumers, List<HeldDeliveries> lingering)
            throws JMSException;

    /** Whether what was received stays with it when its session is closed. */
    boolean outlivesSession();

    /** The session is closed. */
    void close();
}
