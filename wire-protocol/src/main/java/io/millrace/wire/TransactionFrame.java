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

        R askOutcome(AskOutcome frame);
    }

    /**
     * Makes all of a transaction happen at once, or nothing of it. Answered with {@link
     * BrokerFrame.Done} once that is durable, or with {@link BrokerFrame.Refused}: {@link
     * ErrorCode#ROLLED_BACK} says that nothing of it happened. Asked again after a lost link it
     * tells the outcome.
     *
     * @param messages how many were sent in it; all have to be there
     * @param settlements what of consumers' deliveries it is done with
     */
    record Commit(
            long requestId,
            int partition,
            byte[] transactionId,
            int messages,
            List<Settlement> settlements)
            implements TransactionFrame {

        @Override
        public int type() {
            return 0x40;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeBlob(transactionId);
            to.writeVarint(messages).writeVarint(settlements.size());
            settlements.forEach(settlement -> settlement.writeTo(to));
        }

        static Commit read(WireInput from) {
            long requestId = from.readVarint();
            int partition = from.readVarintInt("partition");
            byte[] transactionId = from.readBlob();
            int messages = from.readCount(Integer.MAX_VALUE);
            List<Settlement> settlements = new ArrayList<>();
            for (int left = from.readCount(from.remaining()); left > 0; left--) {
                settlements.add(Settlement.read(from));
            }
            return new Commit(requestId, partition, transactionId, messages, settlements);
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
