package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Effect.Run;
import io.millrace.core.Invariant;
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
 *
 * <p>Selectors are evaluated by the shell, in stretches. A topic's subscription with a selector is
 * asked about each message once, and what does not match is settled: the answer is logged as {@code
 * Selected}. Consumers on a queue may each have a selector; what it matches is remembered in a
 * {@link Selection}, and what it does not waits for others. With neither, nothing here costs
 * anything; nor do {@link Priorities} and {@link Schedule} where there are none.
 */
final class Dispatcher {

    /**
     * Most bytes of messages in one delivery; a single larger message goes alone. Its frame lies in
     * one piece on both sides: half a mebibyte is what a small heap's collector moves with ease.
     */
    private static final int MAX_DELIVERY_BYTES = 256 * 1024;

    /** How much a read brings at once, in bytes. */
    private static final int READ_BYTES = 1 << 20;

    /** Beyond so many matching messages nobody counts how many more there are to share. */
    private static final long SHARE_LOOK_AHEAD = 4_096;

    private final long epoch;
    private long lastReadId;
    private long lastSelectId;

    Dispatcher(long epoch) {
        this.epoch = epoch;
        // An answer to a machine that was thrown away must not pass for one to this.
        this.lastSelectId = epoch << Integer.SIZE;
    }

    /** Hands out all that credit allows. */
    void dispatch(Subscription subscription, Decision out) {
        if (subscription.isSelective()) {
            // Without a consumer as well: what it never delivers must not pin the log.
            selectForSubscription(subscription, out);
        }
        if (subscription.consumers.isEmpty()) {
            return;
        }
        if (subscription.hasSelections() || subscription.backlog.isArranged()) {
            dispatchPicked(subscription, out);
        } else {
            long share = share(subscription);
            while (subscription.backlog.hasDeliverable()) {
                Consumer consumer = nextInTurn(subscription);
                if (consumer == null || !deliver(subscription, consumer, share, out)) {
                    break;
                }
            }
        }
        for (Consumer consumer : subscription.consumers) {
            if (consumer.draining && !(consumer.canTake() && isLooking(subscription, consumer))) {
                consumer.draining = false;
                consumer.creditMessages = 0;
                consumer.creditBytes = 0;
                // Promises nothing, and does not overtake deliveries.
                out.tellAfter(0, consumer.linkId, new BrokerFrame.Drained(consumer.consumerId));
            }
        }
    }

    /** Whether something may be found that the consumer could take. */
    private static boolean isLooking(Subscription subscription, Consumer consumer) {
        Selection selection = consumer.selection;
        return subscription.pendingReadId != 0
                || subscription.pendingSelectId != 0
                || selection != null && selection.pendingSelectId != 0;
    }

    // ---- selectors ----

    /** Looks at what a topic's subscription with a selector has not been asked about. */
    private void selectForSubscription(Subscription subscription, Decision out) {
        long from = subscription.backlog.firstUnselected();
        String selector = subscription.filter().selector();
        if (selector != null
                && subscription.pendingSelectId == 0
                && !subscription.unreadable
                && from < subscription.destination.nextSequence) {
            subscription.pendingSelectId = ++lastSelectId;
            select(subscription, subscription.pendingSelectId, from, selector, out);
        }
    }

    /** Looks for more that consumers on a queue may take. */
    private void selectForConsumers(Subscription subscription, Decision out) {
        for (Consumer consumer : subscription.consumers) {
            Selection selection = consumer.selection;
            Destination destination = subscription.destination;
            if (selection == null
                    || selection.pendingSelectId != 0
                    || !consumer.canTake()
                    || hasMatching(subscription, consumer)) {
                continue;
            }
            // Others may have settled what it has not looked at: up to the very end, even. What is
            // settled may not be in the log any more, nor have ever been.
            selection.scannedTo =
                    Math.min(
                            destination.nextSequence,
                            subscription.nextUnsettled(selection.scannedTo));
            if (selection.scannedTo < destination.nextSequence) {
                selection.pendingSelectId = ++lastSelectId;
                select(
                        subscription,
                        selection.pendingSelectId,
                        selection.scannedTo,
                        selection.selector,
                        out);
            }
        }
    }

    private static void select(
            Subscription subscription, long selectId, long from, String selector, Decision out) {
        out.effectNow(
                new Effect.Select(
                        selectId,
                        subscription.id,
                        subscription.destination.id,
                        from,
                        subscription.destination.lastBeforeLeap(from),
                        selector,
                        READ_BYTES));
    }

    /** Messages were looked at. An answer that nobody waits for any more is dropped. */
    void selectDone(PartitionCommand.SelectDone command, Subscription subscription, Decision out) {
        if (subscription.pendingSelectId == command.selectId()) {
            subscription.pendingSelectId = 0;
            // Some may have been left out by noLocal, expired, or lost in a crash.
            out.emit(
                    new PartitionEvent.Selected(
                            subscription.id,
                            command.upTo(),
                            subscription.unsettled(command.matching())));
        }
        for (Consumer consumer : subscription.consumers) {
            Selection selection = consumer.selection;
            if (selection != null && selection.pendingSelectId == command.selectId()) {
                // Some may have been taken by other consumers and settled meanwhile.
                selection.looked(subscription.unsettled(command.matching()), command.upTo());
            }
        }
        dispatch(subscription, out);
    }

    private static boolean hasMatching(Subscription subscription, Consumer consumer) {
        return subscription.backlog.nextFor(consumer, Backlog.ANY_PRIORITY, 0) != SequenceSet.NONE;
    }

    /**
     * Hands out where not everybody may have everything in order: consumers have selectors of their
     * own, or messages have priorities or times.
     */
    private void dispatchPicked(Subscription subscription, Decision out) {
        for (Consumer consumer = nextWithWork(subscription);
                consumer != null;
                consumer = nextWithWork(subscription)) {
            Selection selection = consumer.selection;
            boolean delivered =
                    selection == null && !subscription.backlog.isArranged()
                            ? deliver(subscription, consumer, share(subscription), out)
                            : deliverPicked(subscription, consumer, out);
            if (!delivered) {
                break;
            }
        }
        selectForConsumers(subscription, out);
    }

    private static @Nullable Consumer nextWithWork(Subscription subscription) {
        for (int tried = subscription.consumers.size(); tried > 0; tried--) {
            Consumer candidate = nextInTurn(subscription);
            if (candidate == null) {
                return null;
            }
            boolean work =
                    candidate.selection == null && !subscription.backlog.isArranged()
                            ? subscription.backlog.hasDeliverable()
                            : hasMatching(subscription, candidate);
            if (work) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * Hands some sequences to one consumer that its selector matches and whose time has come, those
     * of higher priority first. False if they have to be read first.
     */
    private boolean deliverPicked(Subscription subscription, Consumer consumer, Decision out) {
        Selection selection = consumer.selection;
        long share =
                Math.min(
                        selection == null ? share(subscription) : share(subscription, consumer),
                        consumer.creditMessages);
        Picked picked = new Picked(share, Math.min(MAX_DELIVERY_BYTES, consumer.creditBytes));
        if (!subscription.priorities.isEmpty()) {
            for (int priority = Priorities.HIGHEST; priority >= 0; priority--) {
                pick(subscription, consumer, priority, picked, out);
            }
        } else {
            pick(subscription, consumer, Backlog.ANY_PRIORITY, picked, out);
        }
        if (picked.runs.isEmpty()) {
            read(subscription, picked.missingFirst, picked.missingLast, out);
            return false;
        }
        consumer.creditMessages -= share - picked.messagesLeft;
        consumer.creditBytes -=
                Math.min(MAX_DELIVERY_BYTES, consumer.creditBytes) - picked.bytesLeft;
        out.effectAfter(
                picked.after,
                new Effect.Deliver(
                        consumer.linkId,
                        consumer.consumerId,
                        subscription.destination.id,
                        epoch,
                        List.copyOf(picked.runs)));
        return true;
    }

    /** What one delivery has room for, and has. */
    private static final class Picked {
        final List<Run> runs = new ArrayList<>(1);
        long messagesLeft;
        long bytesLeft;

        /** What has to be read before anything of it, or of lower priority, can be delivered. */
        long missingFirst = SequenceSet.NONE;

        long missingLast;

        /** What the delivery waits for. */
        long after;

        Picked(long messages, long bytes) {
            messagesLeft = messages;
            bytesLeft = bytes;
        }

        boolean isFull() {
            return messagesLeft <= 0 || bytesLeft <= 0 || missingFirst != SequenceSet.NONE;
        }
    }

    /** Picks messages of one priority, in order. */
    private static void pick(
            Subscription subscription,
            Consumer consumer,
            int priority,
            Picked picked,
            Decision out) {
        SequenceRanges.Builder sequences = new SequenceRanges.Builder();
        long next = 0;
        while (!picked.isFull()) {
            long first = subscription.backlog.nextFor(consumer, priority, next);
            if (first == SequenceSet.NONE) {
                break;
            }
            long end = subscription.backlog.lastFor(consumer, priority, first, picked.messagesLeft);
            Block block = subscription.destination.blockOf(first);
            if (block == null) {
                picked.missingFirst = first;
                picked.missingLast = end;
                break;
            }
            long wanted = Math.min(end, first + picked.messagesLeft - 1);
            long last = Math.min(wanted, fitting(block, first, picked.bytesLeft));
            picked.bytesLeft -= bytesOf(block, last - first + 1);
            picked.messagesLeft -= last - first + 1;
            picked.runs.add(
                    new Run(
                            first,
                            (int) (last - first + 1),
                            subscription.deliveryCount(first),
                            subscription.replays.contains(first)));
            next = last + 1;
            picked.after =
                    Math.max(picked.after, subscription.destination.releaseAfter(first, last));
            if (subscription.backlog.groups.isEmpty()) {
                sequences.add(first, last);
            } else {
                // Now, because that says what may go next.
                out.emit(
                        new PartitionEvent.HandedOut(
                                subscription.id, consumer.holder, SequenceRanges.of(first, last)));
            }
        }
        if (!sequences.isEmpty()) {
            out.emit(
                    new PartitionEvent.HandedOut(
                            subscription.id, consumer.holder, sequences.build()));
        }
    }

    /** Consumers that could take the same messages share them. */
    private static long share(Subscription subscription, Consumer taker) {
        Selection selection = taker.selection;
        int takers = 0;
        for (Consumer consumer : subscription.consumers) {
            boolean same = consumer.selection == null || consumer.selection == selection;
            takers += same && consumer.canTake() ? 1 : 0;
        }
        if (takers < 2) {
            return Long.MAX_VALUE;
        }
        long waiting = 0;
        for (long first = subscription.backlog.nextFor(taker, Backlog.ANY_PRIORITY, 0);
                first != SequenceSet.NONE && waiting < SHARE_LOOK_AHEAD; ) {
            long last =
                    subscription.backlog.lastFor(
                            taker, Backlog.ANY_PRIORITY, first, SHARE_LOOK_AHEAD);
            waiting += last - first + 1;
            first = subscription.backlog.nextFor(taker, Backlog.ANY_PRIORITY, last + 1);
        }
        return (waiting + takers - 1) / takers;
    }

    // ---- reads and shares ----

    /** Blocks that were asked for are at hand. */
    void readDone(PartitionCommand.ReadDone command, Destination destination, Decision out) {
        command.blocks().forEach(destination::know);
        for (Subscription subscription : destination.subscriptions) {
            if (subscription.pendingReadId == command.readId()) {
                subscription.pendingReadId = 0;
                Invariant.require(
                        !command.blocks().isEmpty()
                                || !subscription.isUnsettled(subscription.pendingReadFrom),
                        "a read of waiting messages to bring some");
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
                : (subscription.backlog.deliverableCount() + takers - 1) / takers;
    }

    /** Hands some sequences to one consumer. False if they have to be read first. */
    private boolean deliver(
            Subscription subscription, Consumer consumer, long share, Decision out) {
        List<Run> runs = new ArrayList<>(1);
        long left = Math.min(share, consumer.creditMessages);
        long bytesLeft = Math.min(MAX_DELIVERY_BYTES, consumer.creditBytes);
        long after = 0;
        while (left > 0 && bytesLeft > 0 && subscription.backlog.hasDeliverable()) {
            long first = subscription.backlog.nextDeliverable();
            long wanted = Math.min(subscription.backlog.nextDeliverableLast(), first + left - 1);
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
            runs.add(
                    new Run(
                            first,
                            (int) (last - first + 1),
                            deliveryCount,
                            subscription.replays.contains(first)));
            after = Math.max(after, subscription.destination.releaseAfter(first, last));
            out.emit(
                    new PartitionEvent.HandedOut(
                            subscription.id, consumer.holder, SequenceRanges.of(first, last)));
        }
        if (runs.isEmpty()) {
            read(
                    subscription,
                    subscription.backlog.nextDeliverable(),
                    subscription.backlog.nextDeliverableLast(),
                    out);
            return false;
        }
        consumer.creditMessages -= Math.min(share, consumer.creditMessages) - left;
        consumer.creditBytes -= Math.min(MAX_DELIVERY_BYTES, consumer.creditBytes) - bytesLeft;
        out.effectAfter(
                after,
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

    private void read(Subscription subscription, long from, long to, Decision out) {
        if (subscription.pendingReadId != 0) {
            return;
        }
        subscription.pendingReadId = ++lastReadId;
        subscription.pendingReadFrom = from;
        out.effectNow(
                new Effect.Read(
                        subscription.pendingReadId,
                        subscription.destination.id,
                        from,
                        to,
                        Effect.Part.ALL,
                        READ_BYTES));
    }
}
