package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.wire.Id128;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who uses named subscriptions: consumers that were not closed, whether their connection has a link
 * just now or not, and on shared ones those that are about to attach.
 *
 * <p>A shared non-durable subscription ends with its last member (Jakarta Messaging 3.1, 8.3.2);
 * one with members is neither deleted nor replaced (8.3.2 to 8.3.4). All of this is soft state:
 * after a restart nobody is known, and {@link #endForgotten} is called when everybody had time to
 * come back. Owned by the partition's thread.
 */
final class Members {

    private static final Origin NOBODY = new Origin(0, Id128.NONE, null);

    private final PartitionState state;
    private final Map<Long, Set<Member>> membersBySubscription = new HashMap<>();

    /**
     * A consumer, or a request for one.
     *
     * @param number the consumer's number, or the request's token
     */
    private record Member(Id128 connectionId, long number, boolean attached) {}

    Members(PartitionState state) {
        this.state = state;
    }

    /** Whether a subscription has a consumer that was not closed. */
    boolean hasAny(Subscription subscription) {
        return membersBySubscription.containsKey(subscription.id);
    }

    /** A connection was told of a subscription and is about to attach. */
    void expected(Subscription subscription, Id128 connectionId, long token) {
        if (subscription.sharing() != Sharing.NONE) {
            of(subscription).add(new Member(connectionId, token, false));
        }
    }

    private Set<Member> of(Subscription subscription) {
        return membersBySubscription.computeIfAbsent(subscription.id, id -> new HashSet<>());
    }

    /** A consumer attached, for the first time or again. */
    void attached(Subscription subscription, Holder holder) {
        if (subscription.isNamed()
                && of(subscription)
                        .add(new Member(holder.connectionId(), holder.consumerId(), true))) {
            removeExpected(subscription, holder.connectionId());
        }
    }

    /** A consumer was not allowed to attach. */
    void refused(Subscription subscription, Id128 connectionId, Decision out) {
        removeExpected(subscription, connectionId);
        endIfUnused(subscription, out);
    }

    /** Which one does not matter: each has asked for one consumer. */
    private void removeExpected(Subscription subscription, Id128 connectionId) {
        Set<Member> members = membersBySubscription.getOrDefault(subscription.id, Set.of());
        for (Iterator<Member> each = members.iterator(); each.hasNext(); ) {
            Member member = each.next();
            if (!member.attached() && member.connectionId().equals(connectionId)) {
                each.remove();
                break;
            }
        }
        forgetIfEmpty(subscription.id);
    }

    private void forgetIfEmpty(long subscriptionId) {
        Set<Member> members = membersBySubscription.get(subscriptionId);
        if (members != null && members.isEmpty()) {
            membersBySubscription.remove(subscriptionId);
        }
    }

    /** A consumer was closed. True if the subscription ended with it. */
    boolean left(Subscription subscription, Holder holder, Decision out) {
        Set<Member> members = membersBySubscription.get(subscription.id);
        if (members != null) {
            members.remove(new Member(holder.connectionId(), holder.consumerId(), true));
            forgetIfEmpty(subscription.id);
        }
        return endIfUnused(subscription, out);
    }

    /** A connection will not come back. */
    void connectionEnded(Id128 connectionId, Decision out) {
        for (Map.Entry<Long, Set<Member>> entry : List.copyOf(membersBySubscription.entrySet())) {
            if (entry.getValue().removeIf(each -> each.connectionId().equals(connectionId))) {
                forgetIfEmpty(entry.getKey());
                Subscription subscription = state.subscriptionsById.get(entry.getKey());
                if (subscription != null) {
                    endIfUnused(subscription, out);
                }
            }
        }
    }

    /** Everybody had time to come back after a restart: who did not is no member. */
    void endForgotten(Decision out) {
        for (Subscription subscription : new ArrayList<>(state.subscriptionsById.values())) {
            endIfUnused(subscription, out);
        }
    }

    private boolean endIfUnused(Subscription subscription, Decision out) {
        if (subscription.sharing() != Sharing.NON_DURABLE || hasAny(subscription)) {
            return false;
        }
        out.emit(new PartitionEvent.SubscriptionDeleted(subscription.id));
        out.effect(
                new Effect.AskCatalog(
                        new CatalogCommand.SubscriptionDropped(NOBODY, 0, subscription.id, null)));
        return true;
    }
}
