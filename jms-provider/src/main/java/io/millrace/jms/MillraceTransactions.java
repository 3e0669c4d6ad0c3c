package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.BrokerTransactions;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.OutcomeTold;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionReference;
import io.millrace.wire.WireFormatException;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator does about transactions; {@code millrace transaction} does the same.
 *
 * <pre>{@code
 * MillraceTransactions transactions = MillraceTransactions.of(connection);
 * for (PreparedBranch each : transactions.list()) {
 *     if (each.state() == PreparedBranch.State.PREPARED && isLost(each)) {
 *         transactions.rollback(each.id());
 *     }
 * }
 * }</pre>
 *
 * <p>A branch of a distributed transaction that is prepared waits for its transaction manager. If
 * that will never come back, somebody has to decide in its place, and to answer for what other
 * participants did. The broker tells the transaction manager of such a decision, should it ask
 * after all, until it is forgotten.
 *
 * <p>Usable on any open connection of this provider, also one that was never started. Thread-safe.
 */
public final class MillraceTransactions {

    private final BrokerTransactions transactions;

    /**
     * What became of a session's own transaction.
     *
     * @param reason why it is so, for people
     */
    public record Outcome(Kind kind, String reason) {

        /** The four that can be. */
        public enum Kind {
            /** All of it happened, durably. */
            COMMITTED,
            /** Nothing of it happened, and nothing ever will. */
            ROLLED_BACK,
            /** Its session has a connection, and may still be deciding: ask again. */
            PENDING,
            /** The broker does not know it any more. */
            NOT_KNOWN
        }
    }

    private MillraceTransactions(BrokerConnection broker) {
        this.transactions = new BrokerTransactions(broker);
    }

    /**
     * The transactions of a connection's broker, all of them.
     *
     * @throws IllegalStateException if the connection is another provider's
     */
    public static MillraceTransactions of(Connection connection) throws JMSException {
        if (connection instanceof MillraceConnection own) {
            return new MillraceTransactions(own.broker());
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
    public static MillraceTransactions of(JMSContext context) throws JMSException {
        if (context instanceof MillraceContext own) {
            return of(own.connection());
        }
        throw new IllegalStateException(
                "Expected a context of this provider, but it is " + context.getClass().getName());
    }

    /**
     * The id under which a branch is known here.
     *
     * @throws IllegalArgumentException if it names no branch (X/Open XA, 4.2)
     */
    public static String idOf(Xid xid) {
        try {
            return new BranchId(
                            xid.getFormatId(),
                            xid.getGlobalTransactionId(),
                            xid.getBranchQualifier())
                    .toString();
        } catch (WireFormatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Branches that are prepared, or decided by hand and not forgotten; the oldest first. */
    public List<PreparedBranch> list() throws JMSException {
        Map<String, PreparedBranch> found = new LinkedHashMap<>();
        try {
            transactions
                    .list()
                    .forEach(
                            (partition, listed) ->
                                    listed.forEach(
                                            each -> {
                                                PreparedBranch branch = branchOf(partition, each);
                                                found.merge(
                                                        branch.id(),
                                                        branch,
                                                        MillraceTransactions::both);
                                            }));
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
        return List.copyOf(found.values());
    }

    private static PreparedBranch branchOf(int partition, BranchesRecovered.Branch branch) {
        return new PreparedBranch(
                BranchId.of(branch.transactionId()).toString(),
                stateOf(branch.decided()),
                Instant.ofEpochMilli(branch.preparedMillis()),
                List.of(partition),
                branch.messages(),
                branch.deliveries());
    }

    private static PreparedBranch.State stateOf(@Nullable Resolution decided) {
        if (decided == null) {
            return PreparedBranch.State.PREPARED;
        }
        return decided.isCommit()
                ? PreparedBranch.State.COMMITTED_BY_HAND
                : PreparedBranch.State.ROLLED_BACK_BY_HAND;
    }

    /** What two partitions say of one branch; it is decided once it is everywhere. */
    private static PreparedBranch both(PreparedBranch one, PreparedBranch other) {
        List<Integer> partitions = new ArrayList<>(one.partitions());
        partitions.addAll(other.partitions());
        return new PreparedBranch(
                one.id(),
                other.state() == PreparedBranch.State.PREPARED ? other.state() : one.state(),
                one.prepared().isBefore(other.prepared()) ? one.prepared() : other.prepared(),
                partitions,
                one.messages() + other.messages(),
                one.deliveries() + other.deliveries());
    }

    /**
     * Commits a prepared branch in its transaction manager's place; returns once that is durable.
     *
     * @param branchId as {@link #list} has it
     * @throws JMSException with error code {@code UNKNOWN_TRANSACTION} if there is no such branch,
     *     {@code HEURISTIC_ROLLBACK} if it was rolled back by hand, {@code TRANSACTION_STATE} if it
     *     is not prepared. Committed by hand already is as good
     * @throws IllegalArgumentException if the id has another form
     */
    public void commit(String branchId) throws JMSException {
        resolve(branchId, Resolution.HEURISTIC_COMMIT);
    }

    /**
     * Rolls a prepared branch back in its transaction manager's place: what was sent in it never
     * happened, what was received comes again. Returns once that is durable.
     *
     * @param branchId as {@link #list} has it
     * @throws JMSException as {@link #commit}, with {@code HEURISTIC_COMMIT} if it was committed by
     *     hand
     * @throws IllegalArgumentException if the id has another form
     */
    public void rollback(String branchId) throws JMSException {
        resolve(branchId, Resolution.HEURISTIC_ROLLBACK);
    }

    private void resolve(String branchId, Resolution resolution) throws JMSException {
        BranchId id = BranchId.parse(branchId);
        try {
            transactions.resolve(id, resolution);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    /**
     * Ends the broker's memory of a decision by hand. Transaction managers do so themselves once
     * they have been told.
     *
     * @param branchId as {@link #list} has it
     * @throws JMSException with error code {@code UNKNOWN_TRANSACTION} if there is no such branch,
     *     {@code TRANSACTION_STATE} if nobody has decided it by hand
     * @throws IllegalArgumentException if the id has another form
     */
    public void forget(String branchId) throws JMSException {
        BranchId id = BranchId.parse(branchId);
        try {
            transactions.forget(id);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    /**
     * What became of a session's own transaction whose commit threw {@link
     * MillraceOutcomeUnknownException}. What is COMMITTED or ROLLED_BACK stays so: once somebody
     * was told that it was rolled back, the broker refuses its commit even if that comes later.
     *
     * <p>Ask over the same connection if that is still open; else over another, within an hour: so
     * long the broker knows the sessions of a connection that was lost. One that was closed, with
     * its session or its connection, is not known any more.
     *
     * @param transactionId {@link MillraceOutcomeUnknownException#getTransactionId}
     * @throws JMSException if the broker cannot say, with error code {@code UNAVAILABLE} if its
     *     partition is closed
     * @throws IllegalArgumentException if the id has another form
     */
    public Outcome outcome(String transactionId) throws JMSException {
        TransactionReference id = TransactionReference.parse(transactionId);
        try {
            OutcomeTold told = transactions.outcomeLater(id).join();
            return new Outcome(Outcome.Kind.valueOf(told.outcome().name()), told.message());
        } catch (CompletionException e) {
            throw JmsErrors.of(e.getCause() instanceof RuntimeException cause ? cause : e);
        }
    }
}
