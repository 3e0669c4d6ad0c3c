package io.millrace.wire;

import java.util.ArrayList;
import java.util.List;

/** Client frames that decide transactions. */
public sealed interface TransactionFrame extends ClientFrame {

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
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
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
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.rollback(this);
        }
    }
}
