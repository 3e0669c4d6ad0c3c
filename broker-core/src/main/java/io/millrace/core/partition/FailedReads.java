package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What becomes of those who wait for messages that cannot be read.
 *
 * <p>Their consumers are told where the damage is, and get nothing more; what they have can still
 * be settled. Everything else in the partition goes on, and nothing is settled or skipped: a
 * consumer that is opened anew has the same place read again. Owned by the partition's thread.
 */
final class FailedReads {

    private final PartitionState state;
    private final Returns returns;

    FailedReads(PartitionState state, Returns returns) {
        this.state = state;
        this.returns = returns;
    }

    void handle(FailedRead failed, Decision out) {
        Destination destination = state.destinationsById.get(failed.destinationId());
        if (destination == null) {
            return;
        }
        for (Subscription subscription : List.copyOf(destination.subscriptions)) {
            if (failed.askId() == 0) {
                undelivered(subscription, failed, out);
            } else if (subscription.pendingReadId == failed.askId()) {
                subscription.pendingReadId = 0;
                end(subscription, consumer -> true, failed, out);
            } else if (subscription.pendingSelectId == failed.askId()) {
                subscription.pendingSelectId = 0;
                // Else each new message would have it read again.
                subscription.unreadable = true;
                end(subscription, consumer -> true, failed, out);
            } else {
                unselected(subscription, failed, out);
            }
        }
    }

    private static void unselected(Subscription subscription, FailedRead failed, Decision out) {
        for (Consumer each : List.copyOf(subscription.consumers)) {
            Selection selection = each.selection;
            if (selection != null && selection.pendingSelectId == failed.askId()) {
                selection.pendingSelectId = 0;
                end(
                        subscription,
                        consumer -> Objects.equals(consumer.selection, selection),
                        failed,
                        out);
            }
        }
    }

    private void undelivered(Subscription subscription, FailedRead failed, Decision out) {
        for (Consumer each : List.copyOf(subscription.consumers)) {
            if (each.linkId == failed.linkId() && each.consumerId == failed.consumerId()) {
                // Before anybody gets it again, nobody is left who could.
                end(subscription, consumer -> true, failed, out);
                returns.giveBack(
                        subscription,
                        ReturnCause.NEVER_GIVEN,
                        subscription.outWith(each.holder, failed.undelivered()),
                        out);
            }
        }
    }

    private static void end(
            Subscription subscription, Predicate<Consumer> which, FailedRead failed, Decision out) {
        for (Consumer each : List.copyOf(subscription.consumers)) {
            if (which.test(each)) {
                subscription.consumers.remove(each);
                out.tell(
                        each.linkId,
                        new BrokerFrame.ConsumerClosed(
                                each.consumerId, ErrorCode.UNREADABLE, failed.reason()));
            }
        }
    }
}
