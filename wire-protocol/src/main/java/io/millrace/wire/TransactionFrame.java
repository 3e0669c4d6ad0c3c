package io.millrace.wire;

import java.util.ArrayList;
import java.util.List;

/** Client frames that decide transactions, or ask what became of one. */
public sealed interface TransactionFrame extends ClientFrame {

    int partition();

    <R> R dispatch(Handler<R> handler);

    @Override
    default <R> R dispatch(ClientFrame.Handler<R> handler) {
        return handler.transaction(this);
    }

    /** One method for each frame: a new frame does not compile until every handler knows it. */
    interface Handler<R> {
        R commit(Commit frame);

        R rollback(Rollback frame);

        R preparePart(PreparePart frame);

        R askOutcome(AskOutcome frame);
    }

    /**
     * Makes all of a transaction happen at once, or nothing of it. Answered with {@link
     * BrokerFrame.Done} once that is durable, or with {@link BrokerFrame.Refused}: {@link
     * ErrorCode#ROLLED_BACK} says that nothing of it happened. Asked again after a lost link it
     * tells the outcome.
     *
     * <p>With participants the partition decides for them as well: each has prepared its part, and
     * the answer comes once all have heard the decision.
     *
     * @param messages how many were sent in it here; all have to be there
     * @param settlements what of consumers' deliveries here it is done with
     * @param participants numbers of the other partitions that take part
     */
    record Commit(
            long requestId,
            int partition,
            byte[] transactionId,
            int messages,
            List<Settlement> settlements,
            PartitionSet participants)
            implements TransactionFrame {

        @Override
        public int type() {
            return 0x40;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeBlob(transactionId);
            to.writeVarint(messages);
            Settlement.writeAll(settlements, to);
            participants.writeIfAny(to);
        }

        static Commit read(WireInput from) {
            return new Commit(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readBlob(),
                    from.readCount(Integer.MAX_VALUE),
                    Settlement.readAll(from),
                    PartitionSet.readIfAny(from));
        }

        @Override
        public <R> R dispatch(TransactionFrame.Handler<R> handler) {
            return handler.commit(this);
        }
    }

    /**
     * What of a consumer's deliveries a transaction is done with.
     *
     * @param subscriptionId what the consumer is, or was, attached to
     */
    record Settlement(long consumerId, long subscriptionId, SequenceRanges sequences) {

        void writeTo(WireOutput to) {
            to.writeVarint(consumerId).writeVarint(subscriptionId);
            sequences.writeTo(to);
        }

        static Settlement read(WireInput from) {
            return new Settlement(from.readVarint(), from.readVarint(), SequenceRanges.read(from));
        }

        static void writeAll(List<Settlement> settlements, WireOutput to) {
            to.writeVarint(settlements.size());
            settlements.forEach(settlement -> settlement.writeTo(to));
        }

        static List<Settlement> readAll(WireInput from) {
            List<Settlement> settlements = new ArrayList<>();
            for (int left = from.readCount(from.remaining()); left > 0; left--) {
                settlements.add(read(from));
            }
            return settlements;
        }
    }

    /**
     * Makes a partition's part of a session's transaction durable, so that it can be committed and
     * rolled back whatever happens, as another partition decides. Answered with {@link
     * BranchPrepared}, or with {@link BrokerFrame.Refused}: nothing of it will happen here then.
     *
     * @param coordinator number of the partition that decides
     * @param messages how many were sent in it here; all have to be there
     * @param settlements what of consumers' deliveries here it is done with
     */
    record PreparePart(
            long requestId,
            int partition,
            byte[] transactionId,
            int coordinator,
            int messages,
            List<Settlement> settlements)
            implements TransactionFrame {

        @Override
        public int type() {
            return 0x48;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeBlob(transactionId);
            to.writeVarint(coordinator).writeVarint(messages);
            Settlement.writeAll(settlements, to);
        }

        static PreparePart read(WireInput from) {
            return new PreparePart(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readBlob(),
                    from.readVarintInt("coordinator"),
                    from.readCount(Integer.MAX_VALUE),
                    Settlement.readAll(from));
        }

        @Override
        public <R> R dispatch(TransactionFrame.Handler<R> handler) {
            return handler.preparePart(this);
        }
    }

    /**
     * Forgets what was sent in a transaction. Not answered. What was delivered is given back by
     * {@link TrafficFrame.Settle}.
     */
    record Rollback(int partition, byte[] transactionId) implements TransactionFrame {

        @Override
        public int type() {
            return 0x41;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(partition).writeBlob(transactionId);
        }

        static Rollback read(WireInput from) {
            return new Rollback(from.readVarintInt("partition"), from.readBlob());
        }

        @Override
        public <R> R dispatch(TransactionFrame.Handler<R> handler) {
            return handler.rollback(this);
        }
    }

    /**
     * Asks what became of a session's transaction, maybe long after, over whatever connection.
     * Answered with {@link OutcomeTold}.
     */
    record AskOutcome(long requestId, int partition, byte[] transactionId)
            implements TransactionFrame {

        @Override
        public int type() {
            return 0x49;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeBlob(transactionId);
        }

        static AskOutcome read(WireInput from) {
            return new AskOutcome(
                    from.readVarint(), from.readVarintInt("partition"), from.readBlob());
        }

        @Override
        public <R> R dispatch(TransactionFrame.Handler<R> handler) {
            return handler.askOutcome(this);
        }
    }
}
