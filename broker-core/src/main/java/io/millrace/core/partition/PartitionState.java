package io.millrace.core.partition;

import io.millrace.core.Invariant;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All that a partition remembers across a crash, and the only place where it changes. */
final class PartitionState implements PartitionEvent.Handler {

    /**
     * Ids below come from the catalog, ids from here on are made by the partitions: each has as
     * many of its own, so that no two of a broker are alike.
     */
    private static final long OWN_IDS = 1L << 40;

    final Map<Long, Destination> destinationsById = new LinkedHashMap<>();
    final Map<String, Destination> temporariesByName = new LinkedHashMap<>();
    final Map<Long, Subscription> subscriptionsById = new LinkedHashMap<>();
    final Map<Id128, ProducerWindow> windowsByProducer = new LinkedHashMap<>();
    final Bodies bodies = new Bodies(this);
    final PreparedBranches branches = new PreparedBranches(bodies);
    final DeadLetterMoves deadLetters = new DeadLetterMoves();
    final Decisions decisions = new Decisions();
    private final KnownBlocks knownBlocks;
    private final TimeMemory times;
    private long nextOwnId;

    /** The last event was {@link LifeEvent.StoppedCleanly}. */
    private boolean stoppedCleanly;

    /** Offset of the entry whose events are applied. */
    private long entryOffset;

    /**
     * Without anything.
     *
     * @param partition number of the partition, from 1 on
     */
    PartitionState(int partition, KnownBlocks knownBlocks, TimeMemory times) {
        this.knownBlocks = knownBlocks;
        this.times = times;
        this.nextOwnId = partition * OWN_IDS;
    }

    void apply(PartitionEvent event, long at) {
        entryOffset = at;
        stoppedCleanly = false;
        event.dispatch(this);
    }

    /** Whether some destination had NON_PERSISTENT messages since the last crash. */
    boolean hadNonPersistent() {
        return destinationsById.values().stream().anyMatch(each -> each.hadNonPersistent());
    }

    /**
     * Whether NON_PERSISTENT messages may be lost, or may have been delivered unknown to the log.
     * Asked once, after a replay.
     */
    boolean isUncertain() {
        return !stoppedCleanly && hadNonPersistent();
    }

    /**
     * An id for something that the catalog does not know. It is taken once an event with it is
     * applied.
     */
    long nextOwnId() {
        return nextOwnId;
    }

    @Nullable Subscription plainSubscription(Id128 owner, long token) {
        for (Subscription subscription : subscriptionsById.values()) {
            if (subscription.token == token && subscription.owner.equals(owner)) {
                return subscription;
            }
        }
        return null;
    }

    Destination destination(long id) {
        Destination destination = destinationsById.get(id);
        if (destination == null) {
            throw new WireFormatException(
                    "Expected destination "
                            + id
                            + " in the log before its use, but it is not there");
        }
        return destination;
    }

    Subscription subscription(long id) {
        Subscription subscription = subscriptionsById.get(id);
        if (subscription == null) {
            throw new WireFormatException(
                    "Expected subscription "
                            + id
                            + " in the log before its use, but it is not there");
        }
        return subscription;
    }

    private ProducerWindow window(Id128 producerId) {
        ProducerWindow window = windowsByProducer.get(producerId);
        if (window == null) {
            throw new WireFormatException(
                    "Expected producer "
                            + producerId
                            + " to be known before what it refused or committed, but it is not");
        }
        return window;
    }

    @Override
    public void destinationOpened(PartitionEvent.DestinationOpened event) {
        Destination destination =
                new Destination(
                        event.destinationId(),
                        event.kind(),
                        event.name(),
                        event.owner(),
                        knownBlocks,
                        times);
        put(destination);
        bodies.opened(destination);
        if (event.kind().isQueue()) {
            put(
                    new Subscription(
                            new PartitionEvent.SubscriptionOpened(
                                    destination.id,
                                    destination.id,
                                    destination.nextSequence,
                                    "",
                                    Id128.NONE,
                                    0),
                            destination));
        }
    }

    @Override
    public void destinationDeleted(PartitionEvent.DestinationDeleted event) {
        remove(event.destinationId());
    }

    /** A destination is gone, and all that only its messages needed. */
    void remove(long destinationId) {
        Destination destination = destination(destinationId);
        destination.subscriptions.forEach(
                subscription -> subscriptionsById.remove(subscription.id));
        destinationsById.remove(destination.id);
        temporariesByName.remove(destination.name, destination);
        bodies.deleted(destination);
        destination.deleted();
    }

    @Override
    public void subscriptionOpened(PartitionEvent.SubscriptionOpened event) {
        put(new Subscription(event, destination(event.destinationId())));
    }

    @Override
    public void subscriptionDeleted(PartitionEvent.SubscriptionDeleted event) {
        Subscription subscription = subscription(event.subscriptionId());
        subscriptionsById.remove(subscription.id);
        subscription.destination.subscriptions.remove(subscription);
        bodies.settled(subscription.destination);
    }

    @Override
    public void producerOpened(PartitionEvent.ProducerOpened event) {
        windowsByProducer.put(
                event.producerId(), new ProducerWindow(event.connectionId(), entryOffset));
    }

    @Override
    public void producerClosed(PartitionEvent.ProducerClosed event) {
        windowsByProducer.remove(event.producerId());
    }

    @Override
    public void enqueued(PartitionEvent.Enqueued event) {
        Destination destination = destination(event.destinationId());
        Invariant.require(
                event.firstSequence() == destination.nextSequence,
                "sequences of a destination to be dense");
        boolean moved = event.connectionId().equals(Id128.NONE);
        destination.stored(event.batch(), entryOffset, moved);
        ProducerWindow window = windowsByProducer.get(event.batch().producerId());
        // A dead letter keeps its producer and sequence, and is nothing that this has sent now; nor
        // is what a branch was sent, which may be committed behind what its session sent later.
        if (window != null && !moved && !BranchId.isOne(event.batch().transactionId())) {
            window.stored(event.batch());
        }
        bodies.stored(destination, event.firstSequence(), event.batch());
    }

    @Override
    public void handedOut(PartitionEvent.HandedOut event) {
        subscription(event.subscriptionId()).apply(event);
    }

    @Override
    public void settled(PartitionEvent.Settled event) {
        Subscription subscription = subscription(event.subscriptionId());
        subscription.apply(event);
        bodies.settled(subscription.destination, event.sequences());
    }

    @Override
    public void returned(PartitionEvent.Returned event) {
        Subscription subscription = subscription(event.subscriptionId());
        subscription.apply(event);
        bodies.settled(subscription.destination, event.sequences());
    }

    @Override
    public void selected(PartitionEvent.Selected event) {
        Subscription subscription = subscription(event.subscriptionId());
        subscription.apply(event);
        bodies.settled(subscription.destination);
    }

    @Override
    public void transactionCommitted(TransactionEvent.TransactionCommitted event) {
        ProducerWindow window = windowsByProducer.get(event.id().sessionId());
        if (window != null) {
            window.decided().committed(event.id().number());
        }
        decisions.committed(event.id(), event.participants());
    }

    @Override
    public void transactionRuledOut(TransactionEvent.TransactionRuledOut event) {
        ProducerWindow window = windowsByProducer.get(event.id().sessionId());
        if (window != null) {
            window.decided().ruledOut(event.id().number());
        }
    }

    @Override
    public void transactionPrepared(BranchEvent.TransactionPrepared event) {
        branches.apply(event);
    }

    @Override
    public void transactionResolved(BranchEvent.TransactionResolved event) {
        branches.apply(event);
        decisions.committed(event.id(), event.participants());
        if (event.id() instanceof TransactionId id) {
            ProducerWindow window = windowsByProducer.get(id.sessionId());
            if (window != null && event.resolution().isCommit()) {
                window.decided().committed(id.number());
            } else if (window != null) {
                window.decided().ruledOut(id.number());
            }
        }
    }

    @Override
    public void transactionForgotten(BranchEvent.TransactionForgotten event) {
        branches.apply(event);
        decisions.forgotten(event.id());
    }

    @Override
    public void deadLetterLeaving(DeadLetterEvent.DeadLetterLeaving event) {
        deadLetters.apply(event);
    }

    @Override
    public void deadLetterLeft(DeadLetterEvent.DeadLetterLeft event) {
        deadLetters.apply(event);
    }

    @Override
    public void deadLetterTaken(DeadLetterEvent.DeadLetterTaken event) {
        deadLetters.apply(event);
    }

    @Override
    public void postponed(TimeEvent.Postponed event) {
        subscription(event.subscriptionId()).apply(event);
    }

    @Override
    public void timeReached(TimeEvent.TimeReached event) {
        Destination destination = destination(event.destinationId());
        destination.reach(event.millis());
        bodies.settled(destination);
    }

    @Override
    public void rewindBegan(RewindEvent.RewindBegan event) {
        subscription(event.subscriptionId()).replays.apply(event);
    }

    @Override
    public void rewound(RewindEvent.Rewound event) {
        Subscription subscription = subscription(event.subscriptionId());
        subscription.destination.rewound(subscription, event);
        for (RewoundMessage each : event.exceptional()) {
            BodyReference body = each.body();
            if (body != null) {
                bodies.restored(subscription.destination, each.sequence(), body);
            }
        }
    }

    @Override
    public void nonPersistentLost(LifeEvent.NonPersistentLost event) {
        destinationsById.values().forEach(destination -> destination.lose(event.leap()));
        bodies.settledAnywhere();
    }

    @Override
    public void stoppedCleanly(LifeEvent.StoppedCleanly event) {
        stoppedCleanly = true;
        destinationsById.values().forEach(Destination::stoppedCleanly);
    }

    private void put(Destination destination) {
        destinationsById.put(destination.id, destination);
        if (destination.kind.isTemporary()) {
            temporariesByName.put(destination.name, destination);
        }
        nextOwnId = Math.max(nextOwnId, destination.id + 1);
    }

    private void put(Subscription subscription) {
        subscriptionsById.put(subscription.id, subscription);
        subscription.destination.subscriptions.add(subscription);
        nextOwnId = Math.max(nextOwnId, subscription.id + 1);
    }

    private Exceptions exceptions() {
        Map<Id128, ProducerWindow> refusing = new LinkedHashMap<>(windowsByProducer);
        refusing.values().removeIf(window -> !window.hasGaps());
        Map<Id128, ProducerWindow> transacted = new LinkedHashMap<>(windowsByProducer);
        transacted.values().removeIf(window -> window.lastCommitted() == 0);
        Map<Id128, ProducerWindow> decided = new LinkedHashMap<>(windowsByProducer);
        decided.values().removeIf(window -> !window.hasDetails());
        return new Exceptions(
                those(subscription -> !subscription.filter().isNone()),
                refusing,
                those(subscription -> subscription.sharing() != Sharing.NONE),
                transacted,
                destinationsById.values().stream().filter(Destination::hasSchedule).toList(),
                those(subscription -> !subscription.priorities.isEmpty()),
                destinationsById.values().stream().filter(Destination::hasLosses).toList(),
                stoppedCleanly,
                those(subscription -> !subscription.backlog.postponed.isEmpty()),
                those(subscription -> !subscription.backlog.groups.isEmpty()),
                those(subscription -> !subscription.replays.isEmpty()),
                bodies,
                branches,
                deadLetters,
                decided,
                decisions);
    }

    private List<Subscription> those(Predicate<Subscription> which) {
        return subscriptionsById.values().stream().filter(which).toList();
    }

    void writeTo(WireOutput to) {
        Exceptions exceptions = exceptions();
        to.writeVarint(exceptions.version()).writeVarint(nextOwnId);
        to.writeVarint(destinationsById.size());
        destinationsById.values().forEach(destination -> destination.writeTo(to));
        to.writeVarint(subscriptionsById.size());
        subscriptionsById.values().forEach(subscription -> subscription.writeTo(to));
        to.writeVarint(windowsByProducer.size());
        windowsByProducer.forEach(
                (producerId, window) -> {
                    to.writeId(producerId);
                    window.writeTo(to);
                });
        exceptions.writeTo(to);
    }

    void readFrom(WireInput from) {
        long version = from.readVarint();
        if (version < Exceptions.PLAIN || version > Exceptions.NEWEST) {
            throw new WireFormatException(
                    "Expected partition snapshot version "
                            + Exceptions.PLAIN
                            + " to "
                            + Exceptions.NEWEST
                            + ", but it is "
                            + version);
        }
        long ownId = from.readVarint();
        for (long left = from.readVarint(); left > 0; left--) {
            put(Destination.read(from, knownBlocks, times));
        }
        for (long left = from.readVarint(); left > 0; left--) {
            put(Subscription.read(from, destinationsById));
        }
        for (long left = from.readVarint(); left > 0; left--) {
            windowsByProducer.put(from.readId(), ProducerWindow.read(from));
        }
        if (version >= Exceptions.FILTERED) {
            for (long left = from.readVarint(); left > 0; left--) {
                subscription(from.readVarint()).restoreFilter(Filter.read(from));
            }
        }
        if (version >= Exceptions.REFUSING) {
            for (long left = from.readVarint(); left > 0; left--) {
                window(from.readId()).readGaps(from);
            }
        }
        if (version >= Exceptions.SHARED) {
            for (long left = from.readVarint(); left > 0; left--) {
                subscription(from.readVarint()).restoreSharing(Sharing.of(from.readUnsignedByte()));
            }
        }
        readNewerFrom(from, version);
        nextOwnId = ownId;
    }

    private void readNewerFrom(WireInput from, long version) {
        if (version >= Exceptions.TRANSACTED) {
            for (long left = from.readVarint(); left > 0; left--) {
                window(from.readId()).decided().restoreCommitted(from.readVarint());
            }
        }
        if (version >= Exceptions.ARRANGED) {
            for (long left = from.readVarint(); left > 0; left--) {
                destination(from.readVarint()).readScheduleFrom(from);
            }
            for (long left = from.readVarint(); left > 0; left--) {
                subscription(from.readVarint()).priorities.readFrom(from);
            }
        }
        if (version >= Exceptions.LOSSES) {
            stoppedCleanly = from.readBoolean();
            for (long left = from.readVarint(); left > 0; left--) {
                destination(from.readVarint()).readLossesFrom(from);
            }
        }
        if (version >= Exceptions.GROUPED) {
            for (long left = from.readVarint(); left > 0; left--) {
                subscription(from.readVarint()).backlog.postponed.readFrom(from);
            }
            for (long left = from.readVarint(); left > 0; left--) {
                subscription(from.readVarint()).backlog.readGroupsFrom(from);
            }
        }
        if (version >= Exceptions.REWOUND) {
            for (long left = from.readVarint(); left > 0; left--) {
                subscription(from.readVarint()).replays.readFrom(from);
            }
        }
        if (version >= Exceptions.BODIES) {
            bodies.readFrom(from);
        }
        if (version >= Exceptions.PREPARED) {
            branches.readFrom(from);
        }
        if (version >= Exceptions.DECIDED) {
            for (long left = from.readVarint(); left > 0; left--) {
                window(from.readId()).decided().readFrom(from);
            }
        }
        if (version >= Exceptions.MOVING) {
            deadLetters.readFrom(from);
        }
        if (version >= Exceptions.COORDINATED) {
            decisions.readFrom(from);
        }
    }
}
