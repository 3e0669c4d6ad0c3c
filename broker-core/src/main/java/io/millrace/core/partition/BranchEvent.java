package io.millrace.core.partition;

import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import io.millrace.wire.WorkId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to branches of distributed transactions, and to parts of transactions in which
 * several partitions take part.
 */
public sealed interface BranchEvent extends PartitionEvent {

    /**
     * A branch, or a part of a transaction that another partition decides, can be committed and
     * rolled back from now on, whatever happens.
     *
     * @param number of the branch in this partition, which the holder of its deliveries has
     * @param preparedMillis when that was, in milliseconds since 1970
     * @param coordinator the partition that decides; 0: a transaction manager does
     * @param settlements deliveries that it is done with; its lock has them
     * @param sends what it stores once it is committed, in order
     */
    record TransactionPrepared(
            WorkId id,
            long number,
            long preparedMillis,
            int coordinator,
            List<Settlement> settlements,
            List<Send> sends)
            implements BranchEvent {

        @Override
        public int type() {
            return 17;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeBlob(id.toBytes()).writeVarint(number).writeVarint(preparedMillis);
            to.writeVarint(coordinator).writeVarint(settlements.size());
            settlements.forEach(settlement -> settlement.writeTo(to));
            to.writeVarint(sends.size());
            sends.forEach(send -> send.writeTo(to));
        }

        public static TransactionPrepared read(WireInput from) {
            WorkId id = WorkId.of(from.readBlob());
            long number = from.readVarint();
            long preparedMillis = from.readVarint();
            int coordinator = from.readVarintInt("coordinator");
            List<Settlement> settlements = new ArrayList<>();
            for (int left = from.readCount(from.remaining()); left > 0; left--) {
                settlements.add(Settlement.read(from));
            }
            List<Send> sends = new ArrayList<>();
            for (int left = from.readCount(from.remaining()); left > 0; left--) {
                sends.add(Send.read(from));
            }
            return new TransactionPrepared(
                    id, number, preparedMillis, coordinator, settlements, sends);
        }

        /** How many messages were sent in it. */
        public long messages() {
            return sends.stream().mapToLong(send -> send.batch().count()).sum();
        }

        /** How many messages were received in it. */
        public long deliveries() {
            return settlements.stream().mapToLong(each -> each.sequences().sequenceCount()).sum();
        }

        @Override
        public int weight() {
            int weight = USUAL_WEIGHT + 2 * BranchId.MAX_PART_BYTES;
            for (Settlement settlement : settlements) {
                weight += TransactedSends.RANGE_BYTES * (1 + settlement.sequences().rangeCount());
            }
            for (Send send : sends) {
                weight += TransactedSends.BATCH_OVERHEAD_BYTES + send.batch().length();
                weight += TransactedSends.bytesOf(send.user());
                weight += TransactedSends.bytesOf(send.clientId());
            }
            return weight;
        }

        @Override
        public void dispatch(PartitionEvent.Handler handler) {
            handler.transactionPrepared(this);
        }
    }

    /** What a branch received from a subscription. */
    record Settlement(long subscriptionId, SequenceRanges sequences) {

        void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId);
            sequences.writeTo(to);
        }

        static Settlement read(WireInput from) {
            return new Settlement(from.readVarint(), SequenceRanges.read(from));
        }
    }

    /**
     * A batch that a branch will store. Connection and user are the authenticated ones, as in
     * {@code Enqueued}.
     *
     * @param clientId of the connection, which may be gone by then: some subscriptions leave out
     *     what is sent with it (Jakarta Messaging 3.1, 8.3.3)
     */
    record Send(
            long destinationId,
            Id128 connectionId,
            @Nullable String user,
            @Nullable String clientId,
            MessageBatch batch) {

        static Send of(PartitionCommand.Enqueue send, @Nullable String clientId) {
            return new Send(
                    send.destinationId(),
                    send.origin().connectionId(),
                    send.origin().user(),
                    clientId,
                    send.batch());
        }

        void writeTo(WireOutput to) {
            to.writeVarint(destinationId).writeId(connectionId);
            to.writeNullableString(user).writeNullableString(clientId);
            to.writeVarint(batch.length());
            to.writeBytes(batch.array(), batch.offset(), batch.length());
        }

        static Send read(WireInput from) {
            long destinationId = from.readVarint();
            Id128 connectionId = from.readId();
            String user = from.readNullableString();
            String clientId = from.readNullableString();
            // A copy: a branch may outlive what it was read from by far.
            byte[] batch = from.readBlob();
            return new Send(
                    destinationId,
                    connectionId,
                    user,
                    clientId,
                    new MessageBatch(batch, 0, batch.length));
        }
    }

    /**
     * It is decided. For a commit stands in the entry that holds all of it: {@code Enqueued} and
     * {@code Settled} come before.
     *
     * @param participants of a commit in one phase: the other partitions that have prepared their
     *     part, for which this is the decision, too
     */
    record TransactionResolved(WorkId id, Resolution resolution, PartitionSet participants)
            implements BranchEvent {

        @Override
        public int type() {
            return 18;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeBlob(id.toBytes()).writeByte(resolution.number());
            participants.writeIfAny(to);
        }

        public static TransactionResolved read(WireInput from) {
            return new TransactionResolved(
                    WorkId.of(from.readBlob()),
                    Resolution.of(from.readUnsignedByte()),
                    PartitionSet.readIfAny(from));
        }

        @Override
        public void dispatch(PartitionEvent.Handler handler) {
            handler.transactionResolved(this);
        }
    }

    /**
     * A decision is remembered no more: an administrator's, or one that was for other partitions as
     * well.
     */
    record TransactionForgotten(WorkId id) implements BranchEvent {

        @Override
        public int type() {
            return 19;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeBlob(id.toBytes());
        }

        public static TransactionForgotten read(WireInput from) {
            return new TransactionForgotten(WorkId.of(from.readBlob()));
        }

        @Override
        public void dispatch(PartitionEvent.Handler handler) {
            handler.transactionForgotten(this);
        }
    }
}
