package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;
import io.millrace.core.partition.BranchEvent.TransactionPrepared;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Has what was prepared happen, or undoes it. Either is one turn's events and so one entry. Owned
 * by the partition's thread.
 */
final class PreparedWork {

    private final PartitionState state;
    private final Arrivals arrivals;
    private final TransactedSends transacted;
    private final BranchLocks locks;

    PreparedWork(
            PartitionState state,
            Arrivals arrivals,
            TransactedSends transacted,
            BranchLocks locks) {
        this.state = state;
        this.arrivals = arrivals;
        this.transacted = transacted;
        this.locks = locks;
    }

    void resolve(TransactionPrepared prepared, Resolution resolution, Decision out) {
        if (resolution.isCommit()) {
            commit(prepared, resolution, out);
        } else {
            rollBack(prepared, resolution, out);
        }
    }

    private void rollBack(TransactionPrepared prepared, Resolution resolution, Decision out) {
        List<Long> subscriptionIds = subscriptionsOf(prepared);
        locks.giveBack(Holder.ofBranch(prepared.number()), subscriptionIds, ReturnCause.GIVEN, out);
        out.emit(new BranchEvent.TransactionResolved(prepared.id(), resolution, PartitionSet.NONE));
        locks.dispatch(subscriptionIds, out);
    }

    private static List<Long> subscriptionsOf(TransactionPrepared prepared) {
        return prepared.settlements().stream().map(BranchEvent.Settlement::subscriptionId).toList();
    }

    private void commit(TransactionPrepared prepared, Resolution resolution, Decision out) {
        Set<Destination> touched = new LinkedHashSet<>();
        for (BranchEvent.Send send : prepared.sends()) {
            Destination destination = state.destinationsById.get(send.destinationId());
            // One that is gone takes what would be in it with it.
            if (destination != null) {
                Origin from = new Origin(0, send.connectionId(), send.user());
                arrivals.append(from, send.clientId(), destination, send.batch(), out);
                touched.add(destination);
            }
        }
        Holder lock = Holder.ofBranch(prepared.number());
        locks.settle(lock, subscriptionsOf(prepared), touched, out);
        out.emit(new BranchEvent.TransactionResolved(prepared.id(), resolution, PartitionSet.NONE));
        // Only now: what leaves for consumers waits for the whole of it.
        transacted.handOut(touched, out);
    }
}
