package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.RefusedException;
import io.millrace.jms.client.SessionBranches;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.Resolution;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction manager asks of a session's broker (X/Open XA; Jakarta Messaging 3.1, 6.2.8).
 *
 * <p>A branch is prepared, decided and recovered by any session of the broker. It works while its
 * connection is open, also when its session is closed. Thread-safe.
 */
final class MillraceXAResource implements XAResource {

    /** Used unless a transaction manager sets another timeout. */
    private static final int USUAL_TIMEOUT_SECONDS = 600;

    /** Of so many branches it is remembered that the session has been in them. */
    private static final int REMEMBERED = 1_000;

    private final BrokerConnection broker;
    private final ManagedTransactions transactions;
    private final SessionBranches branches;

    // Guarded by this.
    /** Branches that the session was in, and that are not decided as far as it knows. */
    private final Set<BranchId> own = new LinkedHashSet<>();

    private final Set<BranchId> suspended = new LinkedHashSet<>();
    private int timeoutSeconds;
    private boolean scanning;

    MillraceXAResource(BrokerConnection broker, ManagedTransactions transactions) {
        this.broker = broker;
        this.transactions = transactions;
        this.branches = transactions.branches();
    }

    // ---- work ----

    @Override
    public synchronized void start(Xid xid, int flags) throws XAException {
        BranchId id = idOf(xid);
        if (flags != TMNOFLAGS && flags != TMJOIN && flags != TMRESUME) {
            throw invalid("TMNOFLAGS, TMJOIN or TMRESUME", flags);
        }
        if (transactions.branch() != null) {
            throw XaErrors.of(
                    XAException.XAER_PROTO,
                    "Expected a session that is in no branch, but it is in "
                            + transactions.branch());
        }
        if (flags == TMRESUME && !suspended.contains(id)) {
            throw XaErrors.of(
                    own.contains(id) ? XAException.XAER_PROTO : XAException.XAER_NOTA,
                    "Expected branch " + id + " to be suspended by this session, but it is not");
        }
        try {
            transactions.join(id, flags == TMNOFLAGS, timeoutMillis());
        } catch (RuntimeException e) {
            throw lostIfUnknown(id, e);
        }
        suspended.remove(id);
        remember(id);
    }

    private void remember(BranchId id) {
        own.add(id);
        if (own.size() > REMEMBERED) {
            own.remove(own.iterator().next());
        }
    }

    private long timeoutMillis() {
        return 1_000L * (timeoutSeconds == 0 ? USUAL_TIMEOUT_SECONDS : timeoutSeconds);
    }

    @Override
    public synchronized void end(Xid xid, int flags) throws XAException {
        BranchId id = idOf(xid);
        if (flags != TMSUCCESS && flags != TMFAIL && flags != TMSUSPEND) {
            throw invalid("TMSUCCESS, TMFAIL or TMSUSPEND", flags);
        }
        boolean current = id.equals(transactions.branch());
        if (!current && !(flags != TMSUSPEND && suspended.contains(id))) {
            throw XaErrors.of(
                    own.contains(id) || transactions.branch() != null
                            ? XAException.XAER_PROTO
                            : XAException.XAER_NOTA,
                    "Expected the session to be in branch " + id + ", but it is not");
        }
        try {
            if (current) {
                transactions.leave(flags == TMFAIL);
            } else if (flags == TMFAIL) {
                // The session has left it, and may be closed: nothing more is to come.
                join(branches.resolveLater(id, Resolution.ROLLBACK));
            }
            if (flags == TMFAIL) {
                transactions.rolledBack(id);
            }
        } catch (RuntimeException e) {
            throw lostIfUnknown(id, e);
        } finally {
            suspended.remove(id);
        }
        if (flags == TMSUSPEND) {
            suspended.add(id);
        }
    }

    // ---- decisions ----

    @Override
    public synchronized int prepare(Xid xid) throws XAException {
        BranchId id = idOf(xid);
        requireLeft(id);
        try {
            boolean readOnly = join(branches.prepareLater(id));
            transactions.kept(id);
            if (readOnly) {
                own.remove(id);
            }
            return readOnly ? XA_RDONLY : XA_OK;
        } catch (RuntimeException e) {
            throw ended(id, lostIfUnknown(id, e));
        }
    }

    /** An error that may say that a branch is over. */
    private XAException ended(BranchId id, XAException error) {
        if (error.errorCode >= XAException.XA_RBBASE && error.errorCode <= XAException.XA_RBEND) {
            own.remove(id);
            transactions.rolledBack(id);
        }
        return error;
    }

    private void requireLeft(BranchId id) throws XAException {
        if (id.equals(transactions.branch()) || suspended.contains(id)) {
            throw XaErrors.of(
                    XAException.XAER_PROTO,
                    "Expected the session to have left branch " + id + ", but it has not; end it");
        }
    }

    @Override
    public synchronized void commit(Xid xid, boolean onePhase) throws XAException {
        BranchId id = idOf(xid);
        requireLeft(id);
        int links = branches.links();
        try {
            join(
                    branches.resolveLater(
                            id, onePhase ? Resolution.COMMIT_ONE_PHASE : Resolution.COMMIT));
            own.remove(id);
            transactions.kept(id);
        } catch (RuntimeException e) {
            boolean sameLink = links == branches.links();
            if (!isUnknown(e) || sameLink && !onePhase) {
                throw ended(id, XaErrors.of(e));
            }
            if (onePhase) {
                // Over one link it was rolled back before it was asked for. Over several nobody
                // can tell: the answer may have been lost.
                XAException error =
                        sameLink
                                ? lostIfUnknown(id, e)
                                : XaErrors.of(
                                        XAException.XAER_RMFAIL, String.valueOf(e.getMessage()), e);
                own.remove(id);
                transactions.rolledBack(id);
                throw error;
            }
            // It was prepared: that it is not there any more is what was asked for.
            own.remove(id);
        }
    }

    @Override
    public synchronized void rollback(Xid xid) throws XAException {
        BranchId id = idOf(xid);
        boolean known = own.contains(id);
        if (id.equals(transactions.branch())) {
            try {
                transactions.leave(true);
            } catch (RefusedException e) {
                // Then the broker has rolled it back, or will be asked to.
                known = true;
            }
        }
        suspended.remove(id);
        try {
            join(branches.resolveLater(id, Resolution.ROLLBACK));
        } catch (RuntimeException e) {
            if (!isUnknown(e) || !known) {
                throw XaErrors.of(e);
            }
            // The broker has rolled it back by itself, or when this was asked for over a link that
            // is lost.
        }
        own.remove(id);
        transactions.rolledBack(id);
    }

    @Override
    public synchronized void forget(Xid xid) throws XAException {
        BranchId id = idOf(xid);
        try {
            join(branches.forgetLater(id));
            own.remove(id);
        } catch (RuntimeException e) {
            throw XaErrors.of(e);
        }
    }

    /** All at once, when a scan begins. */
    @Override
    public synchronized Xid[] recover(int flags) throws XAException {
        if ((flags & ~(TMSTARTRSCAN | TMENDRSCAN)) != 0) {
            throw invalid("TMSTARTRSCAN, TMENDRSCAN, both, or none", flags);
        }
        boolean begins = (flags & TMSTARTRSCAN) != 0;
        boolean ends = (flags & TMENDRSCAN) != 0;
        if (!begins && !ends && !scanning) {
            // Nothing would be taken for all that there is.
            throw invalid("TMSTARTRSCAN first", flags);
        }
        scanning = scanning && !begins && !ends;
        if (!begins) {
            return new Xid[0];
        }
        List<Xid> found = new ArrayList<>();
        try {
            for (BranchesRecovered.Branch each : join(branches.recoverLater())) {
                found.add(new RecoveredXid(BranchId.of(each.transactionId())));
            }
        } catch (RuntimeException e) {
            throw XaErrors.of(e);
        }
        scanning = !ends;
        return found.toArray(new Xid[0]);
    }

    // ---- the rest ----

    /** The same broker process: sessions of it can be in one branch. */
    @Override
    public boolean isSameRM(XAResource other) {
        if (this == other) {
            return true;
        }
        Id128 incarnation = broker.locations().brokerIncarnation();
        return other instanceof MillraceXAResource resource
                && incarnation != null
                && incarnation.equals(resource.broker.locations().brokerIncarnation());
    }

    @Override
    public synchronized int getTransactionTimeout() {
        return timeoutSeconds == 0 ? USUAL_TIMEOUT_SECONDS : timeoutSeconds;
    }

    /** For branches that are begun from now on; 0 for what is usual, 600 seconds. */
    @Override
    public synchronized boolean setTransactionTimeout(int seconds) throws XAException {
        if (seconds < 0) {
            throw XaErrors.of(
                    XAException.XAER_INVAL,
                    "Expected a timeout of 0 seconds or more, but it is " + seconds);
        }
        timeoutSeconds = seconds;
        return true;
    }

    private static <T extends @Nullable Object> T join(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static boolean isUnknown(RuntimeException failure) {
        return failure instanceof RefusedException refused
                && refused.code() == ErrorCode.UNKNOWN_TRANSACTION;
    }

    /**
     * A branch that the session has been in, and that the broker does not know, ended with a link.
     */
    private XAException lostIfUnknown(BranchId id, RuntimeException failure) {
        return isUnknown(failure) && own.contains(id)
                ? XaErrors.of(
                        XAException.XA_RBCOMMFAIL, String.valueOf(failure.getMessage()), failure)
                : XaErrors.of(failure);
    }

    private static BranchId idOf(Xid xid) throws XAException {
        if (xid == null) {
            throw XaErrors.of(XAException.XAER_INVAL, "Expected an Xid, but it is null");
        }
        try {
            return new BranchId(
                    xid.getFormatId(), xid.getGlobalTransactionId(), xid.getBranchQualifier());
        } catch (RuntimeException e) {
            throw XaErrors.of(XAException.XAER_INVAL, String.valueOf(e.getMessage()), e);
        }
    }

    private static XAException invalid(String expected, int flags) {
        return XaErrors.of(
                XAException.XAER_INVAL,
                "Expected flags " + expected + ", but they are 0x" + Integer.toHexString(flags));
    }

    /** The Xid of a branch that was recovered. */
    private record RecoveredXid(BranchId id) implements Xid {

        @Override
        public int getFormatId() {
            return id.formatId();
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return id.global().clone();
        }

        @Override
        public byte[] getBranchQualifier() {
            return id.qualifier().clone();
        }
    }
}
