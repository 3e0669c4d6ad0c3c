package io.millrace.core.partition;

import io.millrace.core.Invariant;
import io.millrace.wire.Id128;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one logical receiver: which sequences of a destination are settled, with whom the
 * others are, and what came back.
 *
 * <p>A sequence is in exactly one place: settled; out with a holder; returned; or at or beyond the
 * cursor, never handed out. Owned by the partition's thread.
 */
final class Subscription {

    // Hard state: a function of the log.
    final long id;
    final Destination destination;
    final String name;

    /** Connection of a plain subscription, {@link Id128#NONE} for queues and durable ones. */
    final Id128 owner;

    /** How the owner names a plain subscription. */
    final long token;

    /** What of a topic it gets; never changed, but read after the rest from a snapshot. */
    private Filter filter;

    /** Likewise. */
    private Sharing sharing;

    private final SettledSequences settled;

    /**
     * Nothing at or beyond has ever been handed out. With a selector, nothing at or beyond has been
     * looked at.
     */
    private long cursor;

    /**
     * Waits before the cursor: was handed out and came back, was found to match the selector, or
     * was passed over because the consumer's selector did not match.
     */
    private final RangeSet returned = new RangeSet();

    private final Map<Holder, RangeSet> outByHolder = new LinkedHashMap<>();
    private final TreeMap<Long, Attempts> attemptsBySequence = new TreeMap<>();

    // Soft state: dies with the process.
    /** Consumers with a link, in the order of their turns. */
    final List<Consumer> consumers = new ArrayList<>();

    /** Whose turn it is. */
    int nextConsumer;

    /** A read for this subscription is under way; 0 if none. */
    long pendingReadId;

    /** Messages are being compared with its selector; 0 if none are. */
    long pendingSelectId;

    /** Whether a consumer with a selector of its own was ever attached. */
    private boolean hasSelections;

    Subscription(PartitionEvent.SubscriptionOpened opened, Destination destination) {
        this(
                opened.subscriptionId(),
                destination,
                opened.name(),
                opened.owner(),
                opened.token(),
                new SettledSequences(opened.startSequence()));
        cursor = opened.startSequence();
        filter = opened.filter();
        sharing = opened.sharing();
    }

    private Subscription(
            long id,
            Destination destination,
            String name,
            Id128 owner,
            long token,
            SettledSequences settled) {
        this.id = id;
        this.destination = destination;
        this.name = name;
        this.owner = owner;
        this.token = token;
        this.settled = settled;
        this.filter = Filter.NONE;
        this.sharing = Sharing.NONE;
    }

    Filter filter() {
        return filter;
    }

    void restoreFilter(Filter stored) {
        filter = stored;
    }

    Sharing sharing() {
        return sharing;
    }

    void restoreSharing(Sharing stored) {
        sharing = stored;
    }

    /** Whether it gets what its selector matches. */
    boolean isSelective() {
        return filter.selector() != null;
    }

    /**
     * Whether only one consumer at a time may be attached (Jakarta Messaging 3.1, 8.3.1, 8.3.3).
     */
    boolean isExclusive() {
        return !destination.kind.isQueue() && sharing == Sharing.NONE;
    }

    /** Whether it is a topic's that was given a name. */
    boolean isNamed() {
        return !destination.kind.isQueue() && !isPlain();
    }

    boolean isPlain() {
        return !owner.equals(Id128.NONE);
    }

    long lowestUnsettled() {
        return Math.min(settled.lowMark(), destination.nextSequence);
    }

    boolean hasDeliverable() {
        return !returned.isEmpty() || cursor < endOfUntouched();
    }

    /** What a selector was not asked about yet cannot be delivered. */
    private long endOfUntouched() {
        return isSelective() ? cursor : destination.nextSequence;
    }

    /** First sequence that the selector has not been asked about. */
    long firstUnselected() {
        return cursor;
    }

    /** Upper bound of what could be delivered now. */
    long deliverableCount() {
        return endOfUntouched() - cursor + (returned.isEmpty() ? 0 : returned.count());
    }

    /** First sequence to deliver next; only if {@link #hasDeliverable}. */
    long nextDeliverable() {
        return returned.isEmpty() ? cursor : returned.first();
    }

    /**
     * End (included) of the sequences that can be delivered in one piece with {@link
     * #nextDeliverable}.
     */
    long nextDeliverableLast() {
        if (returned.isEmpty()) {
            return endOfUntouched() - 1;
        }
        if (attemptsBySequence.isEmpty()) {
            return returned.firstRangeLast();
        }
        return lastWithSameCount(returned.first(), returned.firstRangeLast());
    }

    /** End (included) of the sequences from one on that all have its delivery count. */
    long lastWithSameCount(long first, long last) {
        int count = deliveryCount(first);
        long same = first;
        for (Map.Entry<Long, Attempts> next :
                attemptsBySequence.subMap(first, false, last, true).entrySet()) {
            boolean gapBefore = next.getKey() != same + 1;
            if (count == 1 || gapBefore || next.getValue().deliveryCount() != count) {
                return count == 1 ? next.getKey() - 1 : same;
            }
            same = next.getKey();
        }
        return count == 1 ? last : same;
    }

    /** Begins or joins a consumer's selection. */
    Selection select(String selector) {
        hasSelections = true;
        for (Consumer consumer : consumers) {
            Selection selection = consumer.selection;
            if (selection != null && selection.selector.equals(selector)) {
                return selection;
            }
        }
        return new Selection(selector, lowestUnsettled());
    }

    /** Whether consumers may have selectors of their own. */
    boolean hasSelections() {
        return hasSelections;
    }

    /**
     * The first sequence from one on that waits and is known to match; {@link RangeSet#NONE} if
     * there is none.
     */
    long nextMatching(Selection selection, long from) {
        long at = selection.matching.ceiling(from);
        while (at < cursor) {
            long waiting = returned.ceiling(at);
            if (waiting == at) {
                return at;
            }
            at = selection.matching.ceiling(Math.min(waiting, cursor));
        }
        return at;
    }

    /** End (included) of what can be delivered in one piece with {@link #nextMatching}. */
    long nextMatchingLast(Selection selection, long first) {
        long last = selection.matching.endOfRange(first);
        if (first >= cursor) {
            return last;
        }
        last = Math.min(last, returned.endOfRange(first));
        return attemptsBySequence.isEmpty() ? last : lastWithSameCount(first, last);
    }

    /** Those of the given sequences that are not settled. */
    SequenceRanges unsettled(SequenceRanges sequences) {
        return settled.without(sequences);
    }

    /** The smallest sequence from one on that is not settled; it may be beyond the last message. */
    long nextUnsettled(long from) {
        return settled.nextAbsent(from);
    }

    /** JMSXDeliveryCount of the next delivery of a sequence. */
    int deliveryCount(long sequence) {
        Attempts attempts = attemptsBySequence.isEmpty() ? null : attemptsBySequence.get(sequence);
        return attempts == null ? 1 : attempts.deliveryCount();
    }

    /** What of {@code sequences} is out with the holder. */
    SequenceRanges outWith(Holder holder, SequenceRanges sequences) {
        RangeSet out = outByHolder.get(holder);
        return out == null ? SequenceRanges.EMPTY : out.intersect(sequences);
    }

    /** All that is out with the holder. */
    SequenceRanges outWith(Holder holder) {
        RangeSet out = outByHolder.get(holder);
        return out == null ? SequenceRanges.EMPTY : out.toRanges();
    }

    /** What of {@code sequences} was handed out, to whomever, and is not settled. */
    SequenceRanges handedOut(SequenceRanges sequences) {
        RangeSet found = new RangeSet();
        found.add(returned.intersect(sequences));
        outByHolder.values().forEach(out -> found.add(out.intersect(sequences)));
        return found.toRanges();
    }

    /** What of {@code sequences} waits after having been out. */
    SequenceRanges waitingAgain(SequenceRanges sequences) {
        return returned.intersect(sequences);
    }

    boolean isAnythingOut() {
        return !outByHolder.isEmpty();
    }

    Iterable<Holder> holders() {
        return List.copyOf(outByHolder.keySet());
    }

    void apply(PartitionEvent.HandedOut event) {
        SequenceRanges sequences = event.sequences();
        RangeSet out = outByHolder.computeIfAbsent(event.holder(), holder -> new RangeSet());
        out.add(sequences);
        if (!returned.isEmpty()) {
            returned.remove(sequences);
        }
        moveCursorBehind(sequences);
    }

    /** What lies between the cursor and the sequences waits, passed over. */
    private void moveCursorBehind(SequenceRanges sequences) {
        for (int range = 0; range < sequences.rangeCount(); range++) {
            if (sequences.last(range) >= cursor) {
                if (sequences.first(range) > cursor) {
                    returned.add(cursor, sequences.first(range) - 1);
                }
                cursor = sequences.last(range) + 1;
            }
        }
        Invariant.require(
                cursor <= destination.nextSequence, "hand-outs to stay within the destination");
    }

    void apply(PartitionEvent.Selected event) {
        SequenceRanges matching = event.matching();
        long unmatched = cursor;
        for (int range = 0; range < matching.rangeCount(); range++) {
            if (matching.first(range) > unmatched) {
                settled.add(unmatched, matching.first(range) - 1);
            }
            unmatched = matching.last(range) + 1;
        }
        if (unmatched <= event.upToSequence()) {
            settled.add(unmatched, event.upToSequence());
        }
        returned.add(matching);
        cursor = event.upToSequence() + 1;
        Invariant.require(
                unmatched <= cursor && cursor <= destination.nextSequence,
                "selections to stay within the destination");
    }

    void apply(PartitionEvent.Settled event) {
        SequenceRanges sequences = event.sequences();
        takeBack(sequences);
        if (!returned.isEmpty()) {
            returned.remove(sequences);
        }
        settled.add(sequences);
        if (!isSelective()) {
            moveCursorBehind(sequences);
        }
        if (hasSelections) {
            for (Consumer consumer : consumers) {
                if (consumer.selection != null) {
                    consumer.selection.matching.remove(sequences);
                }
            }
        }
        if (!attemptsBySequence.isEmpty()) {
            for (int range = 0; range < sequences.rangeCount(); range++) {
                attemptsBySequence
                        .subMap(sequences.first(range), true, sequences.last(range), true)
                        .clear();
            }
        }
    }

    void apply(PartitionEvent.Returned event) {
        SequenceRanges sequences = event.sequences();
        takeBack(sequences);
        returned.add(sequences);
        if (event.cause() == ReturnCause.NEVER_GIVEN) {
            return;
        }
        for (int range = 0; range < sequences.rangeCount(); range++) {
            for (long sequence = sequences.first(range);
                    sequence <= sequences.last(range);
                    sequence++) {
                attemptsBySequence.merge(sequence, Attempts.first(event.cause()), Attempts::plus);
            }
        }
    }

    private void takeBack(SequenceRanges sequences) {
        for (java.util.Iterator<RangeSet> each = outByHolder.values().iterator();
                each.hasNext(); ) {
            RangeSet out = each.next();
            out.remove(sequences);
            if (out.isEmpty()) {
                each.remove();
            }
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(id)
                .writeVarint(destination.id)
                .writeString(name)
                .writeId(owner)
                .writeVarint(token);
        settled.writeTo(to);
        to.writeVarint(cursor);
        returned.toRanges().writeTo(to);
        to.writeVarint(outByHolder.size());
        outByHolder.forEach(
                (holder, out) -> {
                    holder.writeTo(to);
                    out.toRanges().writeTo(to);
                });
        to.writeVarint(attemptsBySequence.size());
        attemptsBySequence.forEach(
                (sequence, attempts) -> {
                    to.writeVarint(sequence)
                            .writeVarint(attempts.certain())
                            .writeVarint(attempts.possible());
                });
    }

    static Subscription read(WireInput from, Map<Long, Destination> destinationsById) {
        long id = from.readVarint();
        long destinationId = from.readVarint();
        Destination destination = destinationsById.get(destinationId);
        if (destination == null) {
            throw new io.millrace.wire.WireFormatException(
                    "Expected destination "
                            + destinationId
                            + " of subscription "
                            + id
                            + " in the snapshot, but it is not there");
        }
        Subscription subscription =
                new Subscription(
                        id,
                        destination,
                        from.readString(),
                        from.readId(),
                        from.readVarint(),
                        SettledSequences.read(from));
        subscription.cursor = from.readVarint();
        subscription.returned.add(SequenceRanges.read(from));
        for (long holders = from.readVarint(); holders > 0; holders--) {
            Holder holder = Holder.read(from);
            RangeSet out = new RangeSet();
            out.add(SequenceRanges.read(from));
            subscription.outByHolder.put(holder, out);
        }
        for (long exceptional = from.readVarint(); exceptional > 0; exceptional--) {
            long sequence = from.readVarint();
            subscription.attemptsBySequence.put(
                    sequence,
                    new Attempts(from.readVarintInt("attempts"), from.readVarintInt("attempts")));
        }
        return subscription;
    }

    /** Finds an attached consumer. */
    @Nullable Consumer consumerOf(Holder holder) {
        for (Consumer consumer : consumers) {
            if (consumer.holder.equals(holder)) {
                return consumer;
            }
        }
        return null;
    }

    /**
     * How often a message was out before.
     *
     * @param certain times that the application had it: counts against a redelivery limit
     * @param possible times that it may have had it
     */
    record Attempts(int certain, int possible) {

        static Attempts first(ReturnCause cause) {
            return cause == ReturnCause.GIVEN ? new Attempts(1, 0) : new Attempts(0, 1);
        }

        Attempts plus(Attempts more) {
            return new Attempts(certain + more.certain, possible + more.possible);
        }

        int deliveryCount() {
            return 1 + certain + possible;
        }
    }
}
