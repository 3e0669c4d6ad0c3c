package io.millrace.server.net;

import io.millrace.core.Origin;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.TransactionStep;
import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchId;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireFormatException;
import java.util.Collection;
import java.util.List;

/** What a link's frames say about transactions, as commands. Belongs to its link. */
final class TransactionCommands {

    /** The commit of more than this is left to the partition's own thread, in bytes. */
    private static final int LARGE_BYTES = 8 << 10;

    private long bytes;

    /**
     * A batch that is sent in a transaction must be in one of its own producer's, or in a branch;
     * the partition knows who has joined that.
     *
     * @throws WireFormatException if it is not
     */
    void require(MessageBatch batch) {
        if (batch.transactionId().length == 0) {
            return;
        }
        bytes += batch.length();
        if (BranchId.isOne(batch.transactionId())) {
            BranchId.of(batch.transactionId());
            return;
        }
        TransactionId id = TransactionId.of(batch.transactionId());
        if (!id.sessionId().equals(batch.producerId())) {
            throw new WireFormatException(
                    "Expected a transaction of producer "
                            + batch.producerId()
                            + ", but it belongs to "
                            + id.sessionId());
        }
    }

    /**
     * Partitions that are to be told, or asked, by another.
     *
     * @throws WireFormatException if one of them does not exist, or is that other
     */
    static void requireOthers(Collection<Integer> named, int partition, Router router) {
        for (int each : named) {
            if (each < 1 || each > router.partitions() || each == partition) {
                throw new WireFormatException(
                        "Expected another partition than "
                                + partition
                                + ", of 1 to "
                                + router.partitions()
                                + ", to take part in a transaction, but it is "
                                + each);
            }
        }
    }

    /** Passes on what a frame asks of its partition; whether that is to be helped. */
    boolean pass(TransactionFrame frame, Origin from, Router router) {
        return frame.dispatch(new Passing(from, router));
    }

    private final class Passing implements TransactionFrame.Handler<Boolean> {

        private final Origin from;
        private final Router router;

        Passing(Origin from, Router router) {
            this.from = from;
            this.router = router;
        }

        @Override
        public Boolean commit(TransactionFrame.Commit frame) {
            requireOthers(frame.participants().numbers(), frame.partition(), router);
            TransactionStep.Commit step =
                    new TransactionStep.Commit(
                            from,
                            frame.requestId(),
                            TransactionId.of(frame.transactionId()),
                            frame.messages(),
                            frame.settlements(),
                            frame.participants());
            PartitionCommand commit = new PartitionCommand.Transaction(step);
            boolean large = isLarge();
            if (large) {
                router.toPartition(frame.partition(), commit);
            } else {
                router.leaveToHelp(frame.partition(), commit);
            }
            return !large;
        }

        @Override
        public Boolean rollback(TransactionFrame.Rollback frame) {
            router.toPartition(
                    frame.partition(),
                    new PartitionCommand.Transaction(
                            new TransactionStep.Rollback(
                                    from, TransactionId.of(frame.transactionId()))));
            return false;
        }

        /** A participant's part is to be durable. */
        @Override
        public Boolean preparePart(TransactionFrame.PreparePart frame) {
            requireOthers(List.of(frame.coordinator()), frame.partition(), router);
            router.toPartition(
                    frame.partition(),
                    new PartitionCommand.Transaction(
                            new TransactionStep.PreparePart(
                                    from,
                                    frame.requestId(),
                                    TransactionId.of(frame.transactionId()),
                                    frame.coordinator(),
                                    frame.messages(),
                                    frame.settlements())));
            return false;
        }

        @Override
        public Boolean askOutcome(TransactionFrame.AskOutcome frame) {
            router.toPartition(
                    frame.partition(),
                    new PartitionCommand.AskOutcome(
                            from, frame.requestId(), TransactionId.of(frame.transactionId())));
            return false;
        }
    }

    /** Whether much was sent in transactions since the last commit. */
    private boolean isLarge() {
        boolean large = bytes > LARGE_BYTES;
        bytes = 0;
        return large;
    }

    /** Whether a frame is about a session's transaction, which is not a branch. */
    static boolean isRollback(BranchFrame frame) {
        return frame instanceof BranchFrame.Resolve resolve
                && resolve.resolution() == Resolution.ROLLBACK
                && !BranchId.isOne(resolve.transactionId());
    }

    /** Nothing of a session's transaction is to happen in any partition. */
    static PartitionCommand rollBackAll(Origin from, BranchFrame.Resolve frame) {
        return new PartitionCommand.Transaction(
                new TransactionStep.RollbackEverywhere(
                        from,
                        frame.requestId(),
                        TransactionId.of(frame.transactionId()),
                        frame.participants()));
    }
}
