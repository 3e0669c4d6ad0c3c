package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What branches of distributed transactions received, and what becomes of it.
 *
 * <p>It is out with a holder that is no consumer, from when its session has left the branch: so it
 * is nobody's to settle, give back or drop, whatever becomes of session and connection, and a
 * restart finds it so. Owned by the partition's thread.
 */
final class BranchLocks {

    private final PartitionState state;
    private final Deliveries deliveries;
    private final Returns returns;
    private final Dispatcher dispatcher;

    BranchLocks(
            PartitionState state, Deliveries deliveries, Returns returns, Dispatcher dispatcher) {
        this.state = state;
        this.deliveries = deliveries;
        this.returns = returns;
        this.dispatcher = dispatcher;
    }

    /** A consumer's deliveries go over to a branch. */
    static void take(
            Subscription subscription, Holder lock, SequenceRanges sequences, Decision out) {
        out.emit(new PartitionEvent.HandedOut(subscription.id, lock, sequences));
    }

    /** All that a lock has. */
    List<BranchEvent.Settlement> of(Holder lock, Collection<Long> subscriptionIds) {
        List<BranchEvent.Settlement> found = new ArrayList<>();
        for (Subscription subscription : those(subscriptionIds)) {
            SequenceRanges locked = subscription.outWith(lock);
            if (!locked.isEmpty()) {
                found.add(new BranchEvent.Settlement(subscription.id, locked));
            }
        }
        return found;
    }

    /** What was deleted has taken its messages with it. */
    private List<Subscription> those(Collection<Long> subscriptionIds) {
        List<Subscription> found = new ArrayList<>();
        for (long id : subscriptionIds) {
            Subscription subscription = state.subscriptionsById.get(id);
            if (subscription != null) {
                found.add(subscription);
            }
        }
        return found;
    }

    /** How many messages will leave a destination if all is settled. */
    long settledIn(Destination destination, Holder lock, Collection<Long> subscriptionIds) {
        long settled = 0;
        for (Subscription subscription : those(subscriptionIds)) {
            if (TransactedSends.makesRoom(subscription, destination)) {
                settled += subscription.outWith(lock).sequenceCount();
            }
        }
        return settled;
    }

    /** The branch is committed: {@code touched} gets destinations where something may go now. */
    void settle(
            Holder lock, Collection<Long> subscriptionIds, Set<Destination> touched, Decision out) {
        for (Subscription subscription : those(subscriptionIds)) {
            SequenceRanges locked = subscription.outWith(lock);
            if (locked.isEmpty()) {
                continue;
            }
            if (!subscription.backlog.groups.isEmpty()) {
                touched.add(subscription.destination);
            }
            out.emit(new PartitionEvent.Settled(subscription.id, locked));
            deliveries.endIfUnused(subscription, out);
        }
    }

    /** The branch is rolled back; {@link #dispatch} is due afterwards. */
    void giveBack(Holder lock, Collection<Long> subscriptionIds, ReturnCause cause, Decision out) {
        for (Subscription subscription : those(subscriptionIds)) {
            returns.giveBack(subscription, cause, subscription.outWith(lock), out);
        }
    }

    /** Hands out what came back. */
    void dispatch(Collection<Long> subscriptionIds, Decision out) {
        for (Subscription subscription : those(subscriptionIds)) {
            if (!deliveries.endIfUnused(subscription, out)) {
                dispatcher.dispatch(subscription, out);
            }
        }
    }

    /** After a restart: what belongs to branches that were not prepared comes back. */
    void releaseStale(Decision out) {
        Set<Holder> locks = state.branches.locks();
        for (Subscription subscription : List.copyOf(state.subscriptionsById.values())) {
            for (Holder holder : subscription.holders()) {
                if (holder.isBranch() && !locks.contains(holder)) {
                    returns.giveBack(
                            subscription, ReturnCause.UNKNOWN, subscription.outWith(holder), out);
                }
            }
        }
    }
}
