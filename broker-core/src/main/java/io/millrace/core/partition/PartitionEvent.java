package io.millrace.core.partition;

import io.millrace.core.Event;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/** What happened in a partition. Layouts in {@code docs/LOG-FORMAT.md}. */
public sealed interface PartitionEvent extends Event
        permits LifeEvent,
                Relocated,
                RewindEvent,
                BranchEvent,
                DeadLetterEvent,
                PartitionEvent.DestinationOpened,
                PartitionEvent.DestinationDeleted,
                PartitionEvent.SubscriptionOpened,
                PartitionEvent.SubscriptionDeleted,
                PartitionEvent.ProducerOpened,
                PartitionEvent.ProducerClosed,
                PartitionEvent.Enqueued,
                PartitionEvent.HandedOut,
                PartitionEvent.Settled,
                PartitionEvent.Returned,
                PartitionEvent.Selected,
                TransactionEvent,
                TimeEvent {

    void dispatch(Handler handler);

    /** One method for each event. */
    interface Handler {
        void destinationOpened(DestinationOpened event);

        void destinationDeleted(DestinationDeleted event);

        void subscriptionOpened(SubscriptionOpened event);

        void subscriptionDeleted(SubscriptionDeleted event);

        void producerOpened(ProducerOpened event);

        void producerClosed(ProducerClosed event);

        void enqueued(Enqueued event);

        void handedOut(HandedOut event);

        void settled(Settled event);

        void returned(Returned event);

        void selected(Selected event);

        void transactionCommitted(TransactionEvent.TransactionCommitted event);

        void transactionRuledOut(TransactionEvent.TransactionRuledOut event);

        void deadLetterLeaving(DeadLetterEvent.DeadLetterLeaving event);

        void deadLetterLeft(DeadLetterEvent.DeadLetterLeft event);

        void deadLetterTaken(DeadLetterEvent.DeadLetterTaken event);

        void postponed(TimeEvent.Postponed event);

        void timeReached(TimeEvent.TimeReached event);

        void rewindBegan(RewindEvent.RewindBegan event);

        void rewound(RewindEvent.Rewound event);

        void nonPersistentLost(LifeEvent.NonPersistentLost event);

        void stoppedCleanly(LifeEvent.StoppedCleanly event);

        void transactionPrepared(BranchEvent.TransactionPrepared event);

        void transactionResolved(BranchEvent.TransactionResolved event);

        void transactionForgotten(BranchEvent.TransactionForgotten event);
    }

    /**
     * A destination lives here from now on. Owner is the connection of a temporary one, else none.
     */
    record DestinationOpened(long destinationId, DestinationKind kind, String name, Id128 owner)
            implements PartitionEvent {

        @Override
        public int type() {
            return 1;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(destinationId).writeByte(kind.number()).writeString(name).writeId(owner);
        }

        public static DestinationOpened read(WireInput from) {
            return new DestinationOpened(
                    from.readVarint(),
                    DestinationKind.of(from.readUnsignedByte()),
                    from.readString(),
                    from.readId());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.destinationOpened(this);
        }
    }

    /** A destination is gone with all that waited in it. */
    record DestinationDeleted(long destinationId) implements PartitionEvent {

        @Override
        public int type() {
            return 2;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(destinationId);
        }

        public static DestinationDeleted read(WireInput from) {
            return new DestinationDeleted(from.readVarint());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.destinationDeleted(this);
        }
    }

    /**
     * A subscription begins at a sequence. Owner is the connection of a plain one, else none.
     *
     * @param sharing written only if there is one, with the filter before it
     */
    record SubscriptionOpened(
            long subscriptionId,
            long destinationId,
            long startSequence,
            String name,
            Id128 owner,
            long token,
            Filter filter,
            Sharing sharing)
            implements PartitionEvent {

        /** Not shared. */
        public SubscriptionOpened(
                long subscriptionId,
                long destinationId,
                long startSequence,
                String name,
                Id128 owner,
                long token,
                Filter filter) {
            this(
                    subscriptionId,
                    destinationId,
                    startSequence,
                    name,
                    owner,
                    token,
                    filter,
                    Sharing.NONE);
        }

        /** Without a filter. */
        public SubscriptionOpened(
                long subscriptionId,
                long destinationId,
                long startSequence,
                String name,
                Id128 owner,
                long token) {
            this(subscriptionId, destinationId, startSequence, name, owner, token, Filter.NONE);
        }

        @Override
        public int type() {
            return 3;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId).writeVarint(destinationId).writeVarint(startSequence);
            to.writeString(name).writeId(owner).writeVarint(token);
            if (!filter.isNone() || sharing != Sharing.NONE) {
                filter.writeTo(to);
            }
            if (sharing != Sharing.NONE) {
                to.writeByte(sharing.number());
            }
        }

        public static SubscriptionOpened read(WireInput from) {
            return new SubscriptionOpened(
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarint(),
                    from.readString(),
                    from.readId(),
                    from.readVarint(),
                    from.hasRemaining() ? Filter.read(from) : Filter.NONE,
                    from.hasRemaining() ? Sharing.of(from.readUnsignedByte()) : Sharing.NONE);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.subscriptionOpened(this);
        }
    }

    /** A subscription is gone. */
    record SubscriptionDeleted(long subscriptionId) implements PartitionEvent {

        @Override
        public int type() {
            return 4;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId);
        }

        public static SubscriptionDeleted read(WireInput from) {
            return new SubscriptionDeleted(from.readVarint());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.subscriptionDeleted(this);
        }
    }

    /** A producer's window is open; its first sequence is 1. */
    record ProducerOpened(Id128 producerId, Id128 connectionId) implements PartitionEvent {

        @Override
        public int type() {
            return 5;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeId(producerId).writeId(connectionId);
        }

        public static ProducerOpened read(WireInput from) {
            return new ProducerOpened(from.readId(), from.readId());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.producerOpened(this);
        }
    }

    /** A producer's window is forgotten: it was closed, or its connection stayed away too long. */
    record ProducerClosed(Id128 producerId) implements PartitionEvent {

        @Override
        public int type() {
            return 6;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeId(producerId);
        }

        public static ProducerClosed read(WireInput from) {
            return new ProducerClosed(from.readId());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.producerClosed(this);
        }
    }

    /**
     * Messages were stored. Connection and user are the authenticated ones, not what the batch
     * could claim.
     */
    record Enqueued(
            long destinationId,
            long firstSequence,
            Id128 connectionId,
            @Nullable String user,
            MessageBatch batch)
            implements PartitionEvent {

        /** Type number, for readers that look for messages alone. */
        public static final int TYPE = 7;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(destinationId)
                    .writeVarint(firstSequence)
                    .writeId(connectionId)
                    .writeNullableString(user);
        }

        @Override
        public Slice bulk() {
            return new Slice(batch.array(), batch.offset(), batch.length());
        }

        public static Enqueued read(WireInput from) {
            return new Enqueued(
                    from.readVarint(),
                    from.readVarint(),
                    from.readId(),
                    from.readNullableString(),
                    new MessageBatch(from.array(), from.position(), from.remaining()));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.enqueued(this);
        }
    }

    /** Deliveries leave for a consumer: from now on they are possibly delivered. */
    record HandedOut(long subscriptionId, Holder holder, SequenceRanges sequences)
            implements PartitionEvent {

        @Override
        public int type() {
            return 8;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId);
            holder.writeTo(to);
            sequences.writeTo(to);
        }

        public static HandedOut read(WireInput from) {
            return new HandedOut(from.readVarint(), Holder.read(from), SequenceRanges.read(from));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.handedOut(this);
        }
    }

    /** Deliveries are settled: never to be delivered again to this subscription. */
    record Settled(long subscriptionId, SequenceRanges sequences) implements PartitionEvent {

        @Override
        public int type() {
            return 9;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId);
            sequences.writeTo(to);
        }

        public static Settled read(WireInput from) {
            return new Settled(from.readVarint(), SequenceRanges.read(from));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.settled(this);
        }
    }

    /** Deliveries came back and wait in their place again. */
    record Returned(long subscriptionId, ReturnCause cause, SequenceRanges sequences)
            implements PartitionEvent {

        @Override
        public int type() {
            return 10;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId).writeByte(cause.number());
            sequences.writeTo(to);
        }

        public static Returned read(WireInput from) {
            return new Returned(
                    from.readVarint(),
                    ReturnCause.of(from.readUnsignedByte()),
                    SequenceRanges.read(from));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.returned(this);
        }
    }

    /**
     * A subscription's selector was evaluated for all messages from where it was the last time up
     * to one: the others than those listed are settled, never to be delivered.
     */
    record Selected(long subscriptionId, long upToSequence, SequenceRanges matching)
            implements PartitionEvent {

        @Override
        public int type() {
            return 11;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId).writeVarint(upToSequence);
            matching.writeTo(to);
        }

        public static Selected read(WireInput from) {
            return new Selected(from.readVarint(), from.readVarint(), SequenceRanges.read(from));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.selected(this);
        }
    }
}
