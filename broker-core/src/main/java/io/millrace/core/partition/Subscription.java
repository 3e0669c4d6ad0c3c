package io.millrace.core.partition;

import io.millrace.wire.Id128;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** What waits. */
    final Backlog backlog;

    private final HandOuts handOuts = new HandOuts();
    private final DeliveryCounts counts = new DeliveryCounts();

    final Priorities priorities = new Priorities();

    final Replays replays = new Replays();

    // Soft state: dies with the process.
    /** Consumers with a link, in the order of their turns. */
    final List<Consumer> consumers = new ArrayList<>();

    /** Whose turn it is. */
    int nextConsumer;

    /** A read for this subscription is under way; 0 if none. */
    long pendingReadId;

    /** What it begins with. That may be settled meanwhile, and the log may lose it. */
    long pendingReadFrom;

    /** Messages are being compared with its selector; 0 if none are. */
    long pendingSelectId;

    /** What its selector has to look at next could not be read; until a consumer attaches. */
    boolean unreadable;

    /** Whether a consumer with a selector of its own was ever attached. */
    private boolean hasSelections;

    Subscription(PartitionEvent.SubscriptionOpened opened, Destination destination) {
        this(
                opened.subscriptionId(),
                destination,
                opened.name(),
                opened.owner(),
                opened.token(),
                new SettledSequences(opened.startSequence()),
                opened.startSequence());
        filter = opened.filter();
        sharing = opened.sharing();
    }

    private Subscription(
            long id,
            Destination destination,
            String name,
            Id128 owner,
            long token,
            SettledSequences settled,
            long cursor) {
        this.id = id;
        this.destination = destination;
        this.name = name;
        this.owner = owner;
        this.token = token;
        this.settled = settled;
        this.filter = Filter.NONE;
        this.sharing = Sharing.NONE;
        this.backlog = new Backlog(this, cursor);
    }

    Filter filter() {
        return filter;
    }

    void restoreFilter(Filter stored) {
        filter = stored;
    }

    /**
     * Whether it does not get what a connection sends (Jakarta Messaging 3.1, 8.3.1 and 8.3.3).
     *
     * @param clientId that this connection has; null for none
     */
    boolean leavesOut(Id128 connectionId, @Nullable String clientId) {
        return filter.noLocal()
                && (owner.equals(connectionId)
                        || clientId != null && clientId.equals(filter.clientId()));
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

    /** Whether it reads a queue and takes nothing from it. */
    boolean isOnlooker() {
        return destination.kind.isQueue() && isPlain();
    }

    boolean isPlain() {
        return !owner.equals(Id128.NONE);
    }

    long lowestUnsettled() {
        return Math.min(settled.lowMark(), destination.nextSequence);
    }

    /** How many messages are not settled: they wait, or somebody has them. */
    long unsettledCount() {
        return settled.absentBefore(destination.nextSequence);
    }

    /** Adds what of {@code sequences} somebody has. */
    void addOut(RangeSet found, SequenceRanges sequences) {
        handOuts.addTo(found, sequences);
    }

    /** End (included) of the sequences from one on that all have its delivery count. */
    long lastWithSameCount(long first, long last) {
        return counts.lastWithSame(first, replays.lastAlike(first, last));
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

    /** Those of the given sequences that are not settled. */
    SequenceRanges unsettled(SequenceRanges sequences) {
        return settled.without(sequences);
    }

    /** Whether a message waits, or somebody has it. */
    boolean isUnsettled(long sequence) {
        return settled.nextAbsent(sequence) == sequence;
    }

    /** The smallest sequence from one on that is not settled; it may be beyond the last message. */
    long nextUnsettled(long from) {
        return settled.nextAbsent(from);
    }

    /** How often the application had a message for certain and gave it back. */
    int timesGiven(long sequence) {
        return counts.certain(sequence);
    }

    /** JMSXDeliveryCount of the next delivery of a sequence. */
    int deliveryCount(long sequence) {
        return counts.next(sequence) + (replays.contains(sequence) ? 1 : 0);
    }

    /** What of {@code sequences} was out before, as far as that was counted. */
    SequenceRanges counted(SequenceRanges sequences) {
        return counts.within(sequences);
    }

    /** What of {@code sequences} is out with the holder. */
    SequenceRanges outWith(Holder holder, SequenceRanges sequences) {
        return handOuts.with(holder, sequences);
    }

    /** All that is out with the holder. */
    SequenceRanges outWith(Holder holder) {
        return handOuts.with(holder);
    }

    /** Those of the given sequences that are settled. */
    SequenceRanges settledOf(SequenceRanges sequences) {
        return settled.within(sequences);
    }

    /** The smallest settled sequence from one on; it may be beyond the last message. */
    long nextSettled(long from) {
        return settled.nextSettled(from);
    }

    /**
     * What of {@code sequences} was handed out, to whomever, and is not settled. A client that
     * speaks of deliveries which it had before its link was lost may mean those that were settled
     * before a rewind: of replays it is believed only what it knows to be one.
     */
    SequenceRanges handedOut(SequenceRanges sequences, SequenceRanges knownReplays) {
        RangeSet found = new RangeSet();
        found.add(backlog.waitingAgain(sequences));
        found.add(backlog.postponed.intersect(sequences));
        handOuts.addTo(found, sequences);
        found.remove(replaysBut(knownReplays, sequences));
        return found.toRanges();
    }

    /** What of {@code sequences} waits that a client may have had before, likewise. */
    SequenceRanges waitingAgain(SequenceRanges sequences, SequenceRanges knownReplays) {
        RangeSet found = new RangeSet();
        found.add(backlog.waitingAgain(sequences));
        found.remove(replaysBut(knownReplays, sequences));
        return found.toRanges();
    }

    private SequenceRanges replaysBut(SequenceRanges known, SequenceRanges sequences) {
        RangeSet unknown = new RangeSet();
        unknown.add(replays.intersect(sequences));
        unknown.remove(known);
        return unknown.toRanges();
    }

    /** What of {@code sequences} waits after having been out. */
    SequenceRanges waitingAgain(SequenceRanges sequences) {
        return backlog.waitingAgain(sequences);
    }

    boolean isAnythingOut() {
        return !handOuts.isEmpty();
    }

    Iterable<Holder> holders() {
        return handOuts.holders();
    }

    void apply(PartitionEvent.HandedOut event) {
        SequenceRanges sequences = event.sequences();
        if (event.holder().isBranch()) {
            // A consumer had it until now.
            handOuts.remove(sequences);
        }
        handOuts.add(event.holder(), sequences);
        backlog.remove(sequences);
        backlog.moveBehind(sequences);
        backlog.groups.handedOut(event.holder(), sequences);
    }

    void apply(PartitionEvent.Selected event) {
        SequenceRanges matching = event.matching();
        long unmatched = backlog.cursor();
        for (int range = 0; range < matching.rangeCount(); range++) {
            if (matching.first(range) > unmatched) {
                settle(unmatched, matching.first(range) - 1);
            }
            backlog.passOver(matching.first(range), matching.last(range));
            unmatched = matching.last(range) + 1;
        }
        if (unmatched <= event.upToSequence()) {
            settle(unmatched, event.upToSequence());
        }
        backlog.selectedBefore(event.upToSequence() + 1);
    }

    void apply(PartitionEvent.Settled event) {
        SequenceRanges sequences = event.sequences();
        handOuts.remove(sequences);
        backlog.remove(sequences);
        for (int range = 0; range < sequences.rangeCount(); range++) {
            settle(sequences.first(range), sequences.last(range));
        }
        if (!isSelective()) {
            backlog.moveBehind(sequences);
        }
        if (hasSelections) {
            for (Consumer consumer : consumers) {
                if (consumer.selection != null) {
                    consumer.selection.matching.remove(sequences);
                }
            }
        }
        counts.forget(sequences);
    }

    private void settle(long first, long last) {
        replays.settled(first, last, settled);
        settled.add(first, last);
        priorities.remove(first, last);
        backlog.groups.remove(first, last);
    }

    /** Messages have expired: settles what waits, and returns what somebody has. */
    SequenceRanges expire(SequenceRanges expired) {
        RangeSet waiting = new RangeSet();
        waiting.add(settled.without(expired));
        RangeSet withHolders = new RangeSet();
        handOuts.addTo(withHolders, waiting.toRanges());
        waiting.remove(withHolders.toRanges());
        if (!waiting.isEmpty()) {
            apply(new PartitionEvent.Settled(id, waiting.toRanges()));
        }
        return withHolders.toRanges();
    }

    /** The delivery times of messages have come. */
    void becomeDue(SequenceRanges due) {
        backlog.becomeDue(settled.without(due));
    }

    void apply(TimeEvent.Postponed event) {
        backlog.postpone(event.untilMillis(), event.sequences());
    }

    void apply(PartitionEvent.Returned event) {
        SequenceRanges sequences = event.sequences();
        if (event.cause() == ReturnCause.RECLAIMED) {
            // It waits already, and is handed out next.
            counts.returned(sequences, event.cause());
            return;
        }
        handOuts.remove(sequences);
        backlog.add(sequences);
        counts.returned(sequences, event.cause());
        Schedule schedule = destination.schedule();
        SequenceRanges expired =
                schedule == null ? SequenceRanges.EMPTY : schedule.expiredOf(sequences);
        if (!expired.isEmpty()) {
            apply(new PartitionEvent.Settled(id, expired));
        }
    }

    /** Some of what is settled waits again; the destination knows by now which is delayed. */
    void apply(RewindEvent.Rewound event) {
        settled.remove(event.sequences());
        replays.apply(event);
        event.exceptional().forEach(priorities::restored);
        backlog.rewound(event.sequences(), event.exceptional());
        if (hasSelections && !event.sequences().isEmpty()) {
            for (Consumer consumer : consumers) {
                if (consumer.selection != null) {
                    consumer.selection.lookAgainFrom(event.sequences().first(0));
                }
            }
        }
    }

    /** Sequences are settled because nobody will ever see them. */
    void lose(SequenceRanges sequences) {
        if (!sequences.isEmpty()) {
            apply(new PartitionEvent.Settled(id, sequences));
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(id)
                .writeVarint(destination.id)
                .writeString(name)
                .writeId(owner)
                .writeVarint(token);
        settled.writeTo(to);
        backlog.writeTo(to);
        handOuts.writeTo(to);
        counts.writeTo(to);
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
                        SettledSequences.read(from),
                        0);
        subscription.backlog.readFrom(from);
        subscription.handOuts.readFrom(from);
        subscription.counts.readFrom(from);
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
}
