package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.Completions;
import io.millrace.jms.client.HeldDeliveries;
import io.millrace.jms.client.RefusedException;
import io.millrace.jms.client.SessionBranches;
import io.millrace.jms.client.SessionProducer;
import io.millrace.wire.BranchId;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TransactionFrame;
import jakarta.jms.TransactionInProgressException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A session's part in the transactions of a transaction manager (Jakarta Messaging 3.1, 6.2.8): in
 * one branch at a time, over all its producers and consumers.
 *
 * <p>What is sent outside of a branch is refused; what is received outside of one belongs to the
 * next. Thread-safe: the transaction manager may call from other threads than the session's.
 */
final class ManagedTransactions implements TransactedWork {

    /** Until branches can have several participants, all are at this partition. */
    private static final int PARTITION = 1;

    /** Of so many branches it is remembered which bodies were sent ahead. */
    private static final int REMEMBERED = 1_000;

    private final Completions completions;
    private final List<MillraceConsumer> consumers;
    private final List<HeldDeliveries> lingering;
    private final SessionBranches branches;
    private boolean closed;

    // Guarded by this.
    /** Drops the bodies that were sent ahead of what is sent in the branch. */
    private final List<Runnable> undo = new ArrayList<>();

    /**
     * The same of branches that the session has left. The broker drops the bodies of a branch that
     * it rolls back, but a restart makes it forget one that is not prepared.
     */
    private final Map<BranchId, List<Runnable>> undoByBranch = new LinkedHashMap<>();

    /**
     * For a session.
     *
     * @param consumers those that it has, whenever that is looked at
     * @param lingering those that were closed with something that is not settled, likewise
     */
    ManagedTransactions(
            BrokerConnection broker,
            Completions completions,
            List<MillraceConsumer> consumers,
            List<HeldDeliveries> lingering) {
        this.completions = completions;
        this.consumers = consumers;
        this.lingering = lingering;
        this.branches = new SessionBranches(broker, PARTITION, this::broken);
    }

    /**
     * What was received is given back before the consumers attach again, so that the broker does
     * not take it for held: it may have it back already, and must not count that twice.
     */
    private void broken() {
        consumers.forEach(consumer -> consumer.port().recover());
        lingering.forEach(HeldDeliveries::recover);
    }

    /** What can be asked of branches. */
    SessionBranches branches() {
        return branches;
    }

    /** The branch that the session is in; null if it is in none. */
    @Nullable BranchId branch() {
        return branches.branch();
    }

    /**
     * The session is in a branch from now on.
     *
     * @throws RefusedException if it cannot be
     */
    synchronized void join(BranchId id, boolean fresh, long timeoutMillis) {
        if (closed) {
            throw new RefusedException(
                    ErrorCode.TRANSACTION_STATE,
                    "Expected an open session to take part in branch " + id + ", but it is closed");
        }
        join(() -> branches.joinLater(id, fresh, timeoutMillis).join());
    }

    /**
     * The session is in no branch any more, and what it received is with that. If that fails, the
     * branch is rolled back, and what was received comes again.
     *
     * @param failed whether the branch can only be rolled back
     * @throws RefusedException if it failed
     */
    synchronized void leave(boolean failed) {
        Map<HeldDeliveries, TransactionFrame.Settlement> settlements = new LinkedHashMap<>();
        List<HeldDeliveries> ports = new ArrayList<>(lingering);
        consumers.forEach(consumer -> ports.add(consumer.port()));
        for (HeldDeliveries consumer : ports) {
            TransactedWork.requireOnePartition(PARTITION, consumer.partition());
            TransactionFrame.Settlement settlement = consumer.settlement();
            if (!settlement.sequences().isEmpty()) {
                settlements.put(consumer, settlement);
            }
        }
        BranchId id = branches.branch();
        boolean left = false;
        try {
            join(() -> branches.leaveLater(failed, List.copyOf(settlements.values())).join());
            left = true;
        } finally {
            if (left) {
                if (id != null && !undo.isEmpty()) {
                    remember(id);
                }
                settlements.forEach(HeldDeliveries::committed);
                lingering.clear();
            } else {
                undo.forEach(Runnable::run);
                LocalTransactions.putBack(consumers, lingering);
            }
            undo.clear();
            endIfClosed();
        }
    }

    private void remember(BranchId id) {
        undoByBranch.computeIfAbsent(id, key -> new ArrayList<>()).addAll(undo);
        if (undoByBranch.size() > REMEMBERED) {
            undoByBranch.remove(undoByBranch.keySet().iterator().next());
        }
    }

    /** A branch is prepared, or committed: its bodies are not the session's any more. */
    synchronized void kept(BranchId id) {
        undoByBranch.remove(id);
    }

    /**
     * The broker gives back what a branch received: that comes before what consumers have ready.
     * Bodies to which a message refers after all stay.
     */
    synchronized void rolledBack(BranchId id) {
        List<Runnable> left = undoByBranch.remove(id);
        if (left != null) {
            left.forEach(Runnable::run);
        }
        consumers.forEach(consumer -> consumer.port().makeWay());
    }

    /** Waits for an answer; a refusal is thrown as it is. */
    static void join(Runnable waiting) {
        try {
            waiting.run();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void opened(int partition) {
        // A transaction manager says when something begins.
    }

    @Override
    public synchronized void send(
            BrokerFrame.Located to,
            long nowMillis,
            SessionProducer.Outgoing message,
            @Nullable Runnable undoing,
            @Nullable AsyncSend async) {
        TransactedWork.requireOnePartition(PARTITION, to.partition());
        branches.send(to.destinationId(), nowMillis, message);
        if (undoing != null) {
            undo.add(undoing);
        }
        if (async != null) {
            completions.add(async::joinedTransaction);
        }
    }

    @Override
    public void commit(List<MillraceConsumer> all, List<HeldDeliveries> closedOnes)
            throws TransactionInProgressException {
        throw managed("commit");
    }

    @Override
    public void rollback(List<MillraceConsumer> all, List<HeldDeliveries> closedOnes)
            throws TransactionInProgressException {
        throw managed("rollback");
    }

    /** Jakarta Messaging 3.1, 6.2.7: these calls are not its to make. */
    private static TransactionInProgressException managed(String call) {
        return new TransactionInProgressException(
                "Expected "
                        + call
                        + " to be called on the transaction manager, but it was called on a session"
                        + " that this decides about");
    }

    /** Jakarta Messaging 3.1, 6.1.8 and 6.2.15: its transaction manager will decide. */
    @Override
    public synchronized boolean outlivesSession() {
        return branches.branch() != null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        endIfClosed();
    }

    private void endIfClosed() {
        if (closed && branches.branch() == null) {
            branches.close();
        }
    }
}
