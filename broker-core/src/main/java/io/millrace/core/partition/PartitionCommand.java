package io.millrace.core.partition;

import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a partition's machine can be asked to do. */
public sealed interface PartitionCommand {

    /** Who sent it; null if nobody outside did. */
    default @Nullable Origin origin() {
        return null;
    }

    void dispatch(Handler handler);

    /** One method for each command. */
    interface Handler {
        void linkOpened(LinkOpened command);

        void linkClosed(LinkClosed command);

        void clientIdClaimed(ClientIdClaimed command);

        void connectionEnded(ConnectionEnded command);

        void openDestination(OpenDestination command);

        void openTemporary(OpenTemporary command);

        void findTemporary(FindTemporary command);

        void deleteTemporary(DeleteTemporary command);

        void openSubscription(OpenSubscription command);

        void dropSubscription(DropSubscription command);

        void openProducer(OpenProducer command);

        void closeProducer(CloseProducer command);

        void enqueue(Enqueue command);

        void attach(Attach command);

        void detach(Detach command);

        void credit(Credit command);

        void settle(Settle command);

        void browse(Browse command);

        void askOutcome(AskOutcome command);

        void readDone(ReadDone command);

        void selectDone(SelectDone command);

        void readFailed(ReadFailed command);

        void buryDeadLetter(BuryDeadLetter command);

        void deadLetter(DeadLetter command);

        void spaceChanged(SpaceChanged command);

        void rewind(Rewind command);

        void relocate(Relocate command);

        void branch(Branch command);

        void transaction(Transaction command);

        void tick(Tick command);

        void stopping(Stopping command);

        void query(Query command);
    }

    /** A connection can be reached over a link: a new one, or one that comes back. */
    record LinkOpened(Origin origin) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.linkOpened(this);
        }
    }

    /** A link broke. Its connection may come back over another. */
    record LinkClosed(Origin origin) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.linkClosed(this);
        }
    }

    /** A connection has this client id. */
    record ClientIdClaimed(Id128 connectionId, String clientId) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.clientIdClaimed(this);
        }
    }

    /**
     * A connection will not come back.
     *
     * @param clean whether it said goodbye: then what it still held was given to its application,
     *     else that is unknown
     */
    record ConnectionEnded(Id128 connectionId, boolean clean) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.connectionEnded(this);
        }
    }

    /**
     * Make sure that a destination of the catalog exists here, then answer the request; 0 wants no
     * answer.
     */
    record OpenDestination(
            Origin origin,
            long requestId,
            long destinationId,
            DestinationKind kind,
            String name,
            int placementVersion)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.openDestination(this);
        }
    }

    /** Create a temporary destination of this connection, or find it. */
    record OpenTemporary(Origin origin, long requestId, DestinationKind kind, String name)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.openTemporary(this);
        }
    }

    /** Find a temporary destination by name, to send to it. */
    record FindTemporary(Origin origin, long requestId, String name) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.findTemporary(this);
        }
    }

    /** Delete a temporary destination of this connection. */
    record DeleteTemporary(Origin origin, long requestId, long destinationId)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.deleteTemporary(this);
        }
    }

    /**
     * Make sure that a subscription exists on a topic.
     *
     * @param subscriptionId its id from the catalog; 0 for a plain one, which belongs to the
     *     connection and is found again by {@code token}, and for a shared one on a temporary
     *     topic, which is found by its name
     * @param again what to ask the catalog if it is gone: it was dropped while this was under way;
     *     null for one that does not exist yet
     */
    record OpenSubscription(
            Origin origin,
            long requestId,
            long destinationId,
            @Nullable String temporaryName,
            long subscriptionId,
            String name,
            long token,
            int placementVersion,
            Filter filter,
            Sharing sharing,
            CatalogCommand.@Nullable Subscribe again)
            implements PartitionCommand {

        @Override
        public void dispatch(Handler handler) {
            handler.openSubscription(this);
        }
    }

    /**
     * Delete a durable subscription unless it is in use.
     *
     * @param successor what to do once it is gone; null for nothing but to answer
     */
    record DropSubscription(
            Origin origin,
            long requestId,
            long subscriptionId,
            CatalogCommand.@Nullable Subscribe successor)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.dropSubscription(this);
        }
    }

    /** Open a producer's window; request 0 wants no answer. */
    record OpenProducer(
            Origin origin, int handle, Id128 producerId, boolean resuming, long requestId)
            implements PartitionCommand {

        /** Without an answer. */
        public OpenProducer(Origin origin, int handle, Id128 producerId, boolean resuming) {
            this(origin, handle, producerId, resuming, 0);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.openProducer(this);
        }
    }

    /** Forget a producer's window. */
    record CloseProducer(Origin origin, Id128 producerId) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.closeProducer(this);
        }
    }

    /** Store a batch of messages. The batch is validated. */
    record Enqueue(Origin origin, int handle, long epoch, long destinationId, MessageBatch batch)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.enqueue(this);
        }
    }

    /**
     * Start a consumer, or take it up again.
     *
     * @param selector of a queue's consumer, found to be one; null for none
     * @param replays which of settled and held it got as such
     */
    record Attach(
            Origin origin,
            long requestId,
            long consumerId,
            long subscriptionId,
            int creditMessages,
            int creditBytes,
            SequenceRanges settled,
            SequenceRanges held,
            SequenceRanges released,
            @Nullable String selector,
            SequenceRanges replays)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.attach(this);
        }
    }

    /** End a consumer. */
    record Detach(Origin origin, long requestId, long consumerId, SequenceRanges held)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.detach(this);
        }
    }

    /** Add to a consumer's credit. */
    record Credit(
            Origin origin, long consumerId, int messages, int bytes, boolean drain, boolean paused)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.credit(this);
        }
    }

    /**
     * Settle deliveries.
     *
     * @param why they are given back, null if nobody said
     */
    record Settle(
            Origin origin,
            long consumerId,
            long settleId,
            long epoch,
            Outcome outcome,
            SequenceRanges sequences,
            boolean awaited,
            @Nullable String why)
            implements PartitionCommand {

        /** Settlements whose confirmation nobody waits for. */
        public Settle(
                Origin origin,
                long consumerId,
                long settleId,
                long epoch,
                Outcome outcome,
                SequenceRanges sequences) {
            this(origin, consumerId, settleId, epoch, outcome, sequences, false, null);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.settle(this);
        }
    }

    /**
     * Show messages of a queue, and leave them as they are.
     *
     * @param position where to begin; 0 for the first message
     * @param messages how many at most; 0 for none, to see whether it could be done
     * @param bytes how many bytes of them
     * @param selector found to be one; null for none
     */
    record Browse(
            Origin origin,
            long requestId,
            long subscriptionId,
            long position,
            int messages,
            int bytes,
            @Nullable String selector)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.browse(this);
        }
    }

    /** Tell what became of a session's transaction. */
    record AskOutcome(Origin origin, long requestId, TransactionId id) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.askOutcome(this);
        }
    }

    /** A read is done: these blocks are at hand now. */
    record ReadDone(long readId, long destinationId, List<Block> blocks)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.readDone(this);
        }
    }

    /** Messages up to one were looked at as {@code Select} asked, and which match. */
    record SelectDone(long selectId, long subscriptionId, long upTo, SequenceRanges matching)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.selectDone(this);
        }
    }

    /** The log cannot give messages back that somebody waits for. */
    record ReadFailed(FailedRead of) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.readFailed(this);
        }
    }

    /** A dead letter was copied as {@code CopyDeadLetter} asked; the user sent the message. */
    record BuryDeadLetter(
            long subscriptionId, long sequence, @Nullable String user, MessageBatch batch)
            implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.buryDeadLetter(this);
        }
    }

    /** A dead letter is on its way between partitions. */
    record DeadLetter(DeadLetterStep step) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.deadLetter(this);
        }
    }

    /** What is missing of the space for messages, and what to do; null: there is enough again. */
    record SpaceChanged(@Nullable String shortage) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.spaceChanged(this);
        }
    }

    /** A subscription goes back in time. */
    record Rewind(RewindStep step) implements PartitionCommand {
        @Override
        public @Nullable Origin origin() {
            return step instanceof RewindStep.Ask ask ? ask.origin() : null;
        }

        @Override
        public void dispatch(Handler handler) {
            handler.rewind(this);
        }
    }

    /** Messages that hold back a lot of log are stored again, unless nobody needs them any more. */
    record Relocate(PartitionEvent.Enqueued messages) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.relocate(this);
        }
    }

    /** Something about the branch of a distributed transaction. */
    record Branch(BranchStep step) implements PartitionCommand {
        @Override
        public Origin origin() {
            return step.origin();
        }

        @Override
        public void dispatch(Handler handler) {
            handler.branch(this);
        }
    }

    /** Something about a session's transaction, or one in which several partitions take part. */
    record Transaction(TransactionStep step) implements PartitionCommand {
        @Override
        public @Nullable Origin origin() {
            return step.origin();
        }

        @Override
        public void dispatch(Handler handler) {
            handler.transaction(this);
        }
    }

    /** Time has passed. */
    record Tick() implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.tick(this);
        }
    }

    /** The broker stops cleanly; the last command of a machine. */
    record Stopping() implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.stopping(this);
        }
    }

    /** Ask for numbers about every destination. The answer is for the asking thread alone. */
    record Query(DestinationReport.Receiver answer) implements PartitionCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.query(this);
        }
    }
}
