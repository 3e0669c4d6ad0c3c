package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Effect.Run;
import io.millrace.core.Invariant;
import io.millrace.core.partition.PartitionCommand.Block;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who gets what next.
 *
 * <p>What came back goes first, in order; then what was never handed out. Consumers take turns, and
 * each gets at most its share of what waits, so that two receivers both get work when two messages
 * wait. A sequence whose size is not known is read first: its bytes have to fit the consumer's
 * credit, and the shell must have them at hand.
 */
final class Dispatcher {

    /** Most bytes of messages in one delivery; a single larger message goes alone. */
    private static final int MAX_DELIVERY_BYTES = 1 << 20;

    /** How much a read brings at once, in bytes. */
    private static final int READ_BYTES = 1 << 20;

    private final long epoch;
    private long lastReadId;

    Dispatcher(long epoch) {
        this.epoch = epoch;
    }

    /** Hands out all that credit allows. */
    void dispatch(Subscription subscription, Decision out) {
        if (subscription.consumers.isEmpty()) {
            return;
        }
        long share = share(subscription);
        while (subscription.hasDeliverable()) {
            Consumer consumer = nextInTurn(subscription);
            if (consumer == null || !deliver(subscription, consumer, share, out)) {
                break;
            }
        }
        for (Consumer consumer : subscription.consumers) {
            if (consumer.draining && (subscription.pendingReadId == 0 || !consumer.canTake())) {
                consumer.draining = false;
                consumer.creditMessages = 0;
                consumer.creditBytes = 0;
                out.tell(consumer.linkId, new BrokerFrame.Drained(consumer.consumerId));
            }
        }
    }

    /** Blocks that were asked for are at hand. */
    void readDone(PartitionCommand.ReadDone command, Destination destination, Decision out) {
        command.blocks().forEach(destination::know);
        for (Subscription subscription : destination.subscriptions) {
            if (subscription.pendingReadId == command.readId()) {
                subscription.pendingReadId = 0;
                Invariant.require(
                        !command.blocks().isEmpty(), "a read of waiting messages to bring some");
                dispatch(subscription, out);
            }
        }
    }

    private static @Nullable Consumer nextInTurn(Subscription subscription) {
        List<Consumer> consumers = subscription.consumers;
        for (int tried = 0; tried < consumers.size(); tried++) {
            if (subscription.nextConsumer >= consumers.size()) {
                subscription.nextConsumer = 0;
            }
            Consumer candidate = consumers.get(subscription.nextConsumer++);
            if (candidate.canTake()) {
                return candidate;
            }
        }
        return null;
    }

    private static long share(Subscription subscription) {
        int takers = 0;
        for (Consumer consumer : subscription.consumers) {
            takers += consumer.canTake() ? 1 : 0;
        }
        return takers < 2
                ? Long.MAX_VALUE
                : (subscription.deliverableCount() + takers - 1) / takers;
    }

    /** Hands some sequences to one consumer. False if they have to be read first. */
    private boolean deliver(
            Subscription subscription, Consumer consumer, long share, Decision out) {
        List<Run> runs = new ArrayList<>(1);
        long left = Math.min(share, consumer.creditMessages);
        long bytesLeft = Math.min(MAX_DELIVERY_BYTES, consumer.creditBytes);
        while (left > 0 && bytesLeft > 0 && subscription.hasDeliverable()) {
            long first = subscription.nextDeliverable();
            long wanted = Math.min(subscription.nextDeliverableLast(), first + left - 1);
            int deliveryCount = subscription.deliveryCount(first);
            long last = first - 1;
            while (last < wanted && bytesLeft > 0) {
                Block block = subscription.destination.blockOf(last + 1);
                if (block == null) {
                    break;
                }
                long until = Math.min(wanted, fitting(block, last + 1, bytesLeft));
                bytesLeft -= bytesOf(block, until - last);
                last = until;
            }
            if (last < first) {
                break;
            }
            left -= last - first + 1;
            runs.add(new Run(first, (int) (last - first + 1), deliveryCount));
            out.emit(
                    new PartitionEvent.HandedOut(
                            subscription.id, consumer.holder, SequenceRanges.of(first, last)));
        }
        if (runs.isEmpty()) {
            read(subscription, out);
            return false;
        }
        consumer.creditMessages -= Math.min(share, consumer.creditMessages) - left;
        consumer.creditBytes -= Math.min(MAX_DELIVERY_BYTES, consumer.creditBytes) - bytesLeft;
        out.effect(
                new Effect.Deliver(
                        consumer.linkId,
                        consumer.consumerId,
                        subscription.destination.id,
                        epoch,
                        List.copyOf(runs)));
        return true;
    }

    /**
     * The last sequence of the block, from {@code first} on, that fits the bytes; at least {@code
     * first} itself.
     */
    private static long fitting(Block block, long first, long bytes) {
        long each = Math.max(1, block.bytes() / block.count());
        return Math.min(block.lastSequence(), first + Math.max(1, bytes / each) - 1);
    }

    private static long bytesOf(Block block, long messages) {
        return messages * block.bytes() / block.count();
    }

    private void read(Subscription subscription, Decision out) {
        if (subscription.pendingReadId != 0) {
            return;
        }
        subscription.pendingReadId = ++lastReadId;
        out.effectNow(
                new Effect.Read(
                        subscription.pendingReadId,
                        subscription.destination.id,
                        subscription.nextDeliverable(),
                        subscription.nextDeliverableLast(),
                        Effect.Part.ALL,
                        READ_BYTES));
    }
}
