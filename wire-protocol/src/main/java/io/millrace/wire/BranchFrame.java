package io.millrace.wire;

import java.util.List;

/**
 * Client frames about branches of distributed transactions. Each names a partition: a branch that
 * has work in several is joined, prepared and resolved at each of them.
 */
public sealed interface BranchFrame extends ClientFrame {

    long requestId();

    int partition();

    <R> R dispatch(Handler<R> handler);

    @Override
    default <R> R dispatch(ClientFrame.Handler<R> handler) {
        return handler.branch(this);
    }

    /** One method for each frame: a new frame does not compile until every handler knows it. */
    interface Handler<R> {
        R join(Join frame);

        R leave(Leave frame);

        R prepare(Prepare frame);

        R resolve(Resolve frame);

        R forget(Forget frame);

        R recover(Recover frame);
    }

    /**
     * What a session sends with this transaction id belongs to the branch from now on. Answered
     * with {@link BrokerFrame.Done}.
     *
     * @param handle of the session's producer
     * @param fresh whether the branch must be new; else it must be there
     * @param timeoutMillis after this time a branch that is not prepared is rolled back; 0 for
     *     never. It counts from the first join
     */
    record Join(
            long requestId,
            int handle,
            int partition,
            byte[] transactionId,
            boolean fresh,
            long timeoutMillis)
            implements BranchFrame {

        @Override
        public int type() {
            return 0x42;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(handle).writeVarint(partition);
            to.writeBlob(transactionId).writeBoolean(fresh).writeVarint(timeoutMillis);
        }

        static Join read(WireInput from) {
            return new Join(
                    from.readVarint(),
                    from.readVarintInt("handle"),
                    from.readVarintInt("partition"),
                    from.readBlob(),
                    from.readBoolean(),
                    from.readVarint());
        }

        @Override
        public <R> R dispatch(BranchFrame.Handler<R> handler) {
            return handler.join(this);
        }
    }

    /**
     * A session has done its part, or so much of it: what it sent since it joined is complete, and
     * its deliveries are with the branch from now on, whatever becomes of the session. Answered
     * with {@link BrokerFrame.Done}. It may join again.
     *
     * @param messages how many it sent since it joined; all have to be there
     * @param failed whether the branch can only be rolled back
     * @param settlements what of its consumers' deliveries it got since it joined
     * @param partitions numbers of the other partitions that it has joined the branch at
     */
    record Leave(
            long requestId,
            int handle,
            int partition,
            byte[] transactionId,
            int messages,
            boolean failed,
            List<TransactionFrame.Settlement> settlements,
            PartitionSet partitions)
            implements BranchFrame {

        @Override
        public int type() {
            return 0x43;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(handle).writeVarint(partition);
            to.writeBlob(transactionId).writeVarint(messages).writeBoolean(failed);
            TransactionFrame.Settlement.writeAll(settlements, to);
            partitions.writeIfAny(to);
        }

        static Leave read(WireInput from) {
            return new Leave(
                    from.readVarint(),
                    from.readVarintInt("handle"),
                    from.readVarintInt("partition"),
                    from.readBlob(),
                    from.readCount(Integer.MAX_VALUE),
                    from.readBoolean(),
                    TransactionFrame.Settlement.readAll(from),
                    PartitionSet.readIfAny(from));
        }

        @Override
        public <R> R dispatch(BranchFrame.Handler<R> handler) {
            return handler.leave(this);
        }
    }

    /**
     * Makes a branch durable that all sessions have left, so that it can be committed and rolled
     * back whatever happens. Answered with {@link BranchPrepared}.
     *
     * @param coordinator number of the partition that decides, in a commit in one phase; 0: a
     *     transaction manager does
     */
    record Prepare(long requestId, int partition, byte[] transactionId, int coordinator)
            implements BranchFrame {

        @Override
        public int type() {
            return 0x44;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition);
            to.writeBlob(transactionId).writeVarint(coordinator);
        }

        static Prepare read(WireInput from) {
            return new Prepare(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readBlob(),
                    from.readVarintInt("coordinator"));
        }

        @Override
        public <R> R dispatch(BranchFrame.Handler<R> handler) {
            return handler.prepare(this);
        }
    }

    /**
     * Decides a branch. Answered with {@link BrokerFrame.Done} once that is durable.
     *
     * <p>With participants the partition decides for them as well: a commit in one phase, or a
     * rollback, which may be one of a session's transaction.
     *
     * @param participants numbers of the other partitions that have prepared it for this one to
     *     decide
     */
    record Resolve(
            long requestId,
            int partition,
            byte[] transactionId,
            Resolution resolution,
            PartitionSet participants)
            implements BranchFrame {

        @Override
        public int type() {
            return 0x45;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition);
            to.writeBlob(transactionId).writeByte(resolution.number());
            participants.writeIfAny(to);
        }

        static Resolve read(WireInput from) {
            return new Resolve(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readBlob(),
                    Resolution.of(from.readUnsignedByte()),
                    PartitionSet.readIfAny(from));
        }

        @Override
        public <R> R dispatch(BranchFrame.Handler<R> handler) {
            return handler.resolve(this);
        }
    }

    /**
     * The transaction manager knows what an administrator decided: the broker need not remember it
     * any more. Answered with {@link BrokerFrame.Done}.
     */
    record Forget(long requestId, int partition, byte[] transactionId) implements BranchFrame {

        @Override
        public int type() {
            return 0x46;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeBlob(transactionId);
        }

        static Forget read(WireInput from) {
            return new Forget(from.readVarint(), from.readVarintInt("partition"), from.readBlob());
        }

        @Override
        public <R> R dispatch(BranchFrame.Handler<R> handler) {
            return handler.forget(this);
        }
    }

    /**
     * Asks for the branches of a partition that are prepared, or that an administrator decided.
     * Answered with {@link BranchesRecovered}.
     *
     * @param after number of the last one that is known, 0 to begin
     * @param most how many to list
     */
    record Recover(long requestId, int partition, long after, int most) implements BranchFrame {

        @Override
        public int type() {
            return 0x47;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeVarint(after).writeVarint(most);
        }

        static Recover read(WireInput from) {
            return new Recover(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readVarint(),
                    from.readVarintInt("most"));
        }

        @Override
        public <R> R dispatch(BranchFrame.Handler<R> handler) {
            return handler.recover(this);
        }
    }
}
