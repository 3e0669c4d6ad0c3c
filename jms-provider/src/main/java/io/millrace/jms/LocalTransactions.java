package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.CommitOutcome;
import io.millrace.jms.client.Completions;
import io.millrace.jms.client.HeldDeliveries;
import io.millrace.jms.client.SessionProducer;
import io.millrace.jms.client.SessionTransaction;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TransactionFrame;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's own transactions (Jakarta Messaging 3.1, 6.2.7): one at a time, over all its
 * producers and consumers, also those that were closed meanwhile. Belongs to its session's thread.
 */
final class LocalTransactions implements TransactedWork {

    private final BrokerConnection broker;
    private final Completions completions;
    private @Nullable SessionTransaction open;

    /** Drops the bodies that were sent ahead of the transaction's messages. */
    private final List<Runnable> undo = new ArrayList<>();

    private LocalTransactions(BrokerConnection broker, Completions completions) {
        this.broker = broker;
        this.completions = completions;
    }

    /** For a session of that mode; null for one that is not transacted. */
    static @Nullable LocalTransactions of(
            int acknowledgeMode, BrokerConnection broker, Completions completions) {
        return acknowledgeMode == Session.SESSION_TRANSACTED
                ? new LocalTransactions(broker, completions)
                : null;
    }

    @Override
    public void opened(int partition) {
        if (open == null) {
            // Now, so that the first commit need not wait for it.
            var unused = at(partition);
        }
    }

    private synchronized SessionTransaction at(int partition) {
        SessionTransaction known = open;
        if (known != null && known.partition() != partition && known.isEmpty()) {
            known.close();
            known = null;
        }
        if (known == null) {
            known = new SessionTransaction(broker, partition);
            open = known;
        }
        TransactedWork.requireOnePartition(known.partition(), partition);
        return known;
    }

    @Override
    public void send(
            BrokerFrame.Located to,
            long nowMillis,
            SessionProducer.Outgoing message,
            @Nullable Runnable undoing,
            @Nullable AsyncSend async) {
        at(to.partition()).send(to.destinationId(), nowMillis, message);
        if (undoing != null) {
            undo.add(undoing);
        }
        if (async != null) {
            completions.add(async::joinedTransaction);
        }
    }

    /**
     * Settles what the consumers gave and makes what was sent visible, at once. If that fails, what
     * was received comes again.
     *
     * @param lingering consumers that were closed with something in the transaction
     * @throws TransactionRolledBackException if nothing of it happened (10.3)
     * @throws MillraceOutcomeUnknownException if the broker did not come back to say
     */
    @Override
    public void commit(List<MillraceConsumer> consumers, List<HeldDeliveries> lingering)
            throws JMSException {
        Map<HeldDeliveries, TransactionFrame.Settlement> settlements = new LinkedHashMap<>();
        List<HeldDeliveries> ports = new ArrayList<>(lingering);
        consumers.forEach(consumer -> ports.add(consumer.port()));
        for (HeldDeliveries consumer : ports) {
            TransactionFrame.Settlement settlement = consumer.settlement();
            if (!settlement.sequences().isEmpty()) {
                settlements.put(consumer, settlement);
            }
        }
        try {
            for (HeldDeliveries consumer : settlements.keySet()) {
                TransactedWork.requireOnePartition(
                        settlements.keySet().iterator().next().partition(), consumer.partition());
                var unused = at(consumer.partition());
            }
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
        SessionTransaction transaction = open;
        if (transaction == null || transaction.isEmpty() && settlements.isEmpty()) {
            return;
        }
        CommitOutcome outcome = transaction.commit(List.copyOf(settlements.values()));
        if (transaction.isExpired()) {
            transaction.close();
            open = null;
        }
        JMSException failure = failure(outcome);
        if (failure != null) {
            undo();
            putBack(consumers, lingering);
            throw failure;
        }
        undo.clear();
        settlements.forEach(HeldDeliveries::committed);
        lingering.clear();
    }

    /** Gives back all that a session has, to come again in order. */
    static void putBack(List<MillraceConsumer> consumers, List<HeldDeliveries> lingering) {
        consumers.forEach(MillraceConsumer::recover);
        lingering.forEach(HeldDeliveries::recover);
        lingering.clear();
    }

    /**
     * The transactions of a session that has some, once its completion listeners have returned
     * (7.3.4); it is an error to ask another (6.2.7).
     */
    static TransactedWork required(MillraceSession session, String call) throws JMSException {
        session.requireOpen();
        TransactedWork transactions = session.transactions();
        if (transactions == null) {
            throw new IllegalStateException(
                    "Expected a transacted session, but this one is not; "
                            + call
                            + " means nothing here");
        }
        session.awaitCompletions(call);
        return transactions;
    }

    private static @Nullable JMSException failure(CommitOutcome outcome) {
        RuntimeException reason = outcome.reason();
        String why = reason == null ? "no reason was given" : String.valueOf(reason.getMessage());
        JMSException failure;
        switch (outcome.kind()) {
            case COMMITTED:
                return null;
            case ROLLED_BACK:
                failure =
                        new TransactionRolledBackException(
                                "Transaction " + outcome.id() + " was rolled back: " + why,
                                ErrorCode.ROLLED_BACK.name());
                break;
            default:
                failure =
                        new MillraceOutcomeUnknownException(
                                "Expected to hear whether transaction "
                                        + outcome.id()
                                        + " was committed, but the broker did not come back to say: "
                                        + why
                                        + "; to ask later: millrace transaction outcome URI "
                                        + outcome.id()
                                        + ", or MillraceTransactions",
                                outcome.id().toString());
        }
        failure.initCause(reason);
        return failure;
    }

    /** It is an error to recover a transacted session (6.2.10). */
    static void requireNone(@Nullable TransactedWork transactions) throws JMSException {
        if (transactions != null) {
            throw new IllegalStateException(
                    "Expected a session that is not transacted, but this one is; call rollback");
        }
    }

    @Override
    public void rollback(List<MillraceConsumer> consumers, List<HeldDeliveries> lingering) {
        SessionTransaction transaction = open;
        if (transaction != null) {
            transaction.rollback();
        }
        undo();
        putBack(consumers, lingering);
    }

    /** A session that is closed rolls back (Jakarta Messaging 3.1, 6.2.15). */
    @Override
    public boolean outlivesSession() {
        return false;
    }

    @Override
    public void close() {
        SessionTransaction transaction = open;
        if (transaction != null) {
            transaction.close();
        }
        undo();
    }

    /** A body to which a message refers after all stays. */
    private void undo() {
        undo.forEach(Runnable::run);
        undo.clear();
    }
}
