package io.millrace.core.partition;

import io.millrace.core.Origin;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WorkId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's machine is asked about sessions' transactions by clients, and about those in
 * which several partitions take part by the others of these: one of them decides, the coordinator.
 */
public sealed interface TransactionStep {

    /** The client's link; null if another partition asks. */
    default @Nullable Origin origin() {
        return null;
    }

    void dispatch(Handler handler);

    /** One method for each. */
    interface Handler {
        void commit(Commit command);

        void rollback(Rollback command);

        void preparePart(PreparePart command);

        void rollbackEverywhere(RollbackEverywhere command);

        void decided(Decided command);

        void inquire(Inquire command);

        void acknowledge(Acknowledge command);
    }

    /**
     * A client asks to make all of a session's transaction happen.
     *
     * @param messages how many were staged here
     * @param settlements what of its deliveries here it is done with
     * @param participants other partitions that have prepared their part, and do as this one
     */
    record Commit(
            Origin origin,
            long requestId,
            TransactionId id,
            int messages,
            List<TransactionFrame.Settlement> settlements,
            PartitionSet participants)
            implements TransactionStep {
        @Override
        public void dispatch(Handler handler) {
            handler.commit(this);
        }
    }

    /** A client asks to forget what was staged here in a session's transaction. */
    record Rollback(Origin origin, TransactionId id) implements TransactionStep {
        @Override
        public void dispatch(Handler handler) {
            handler.rollback(this);
        }
    }

    /**
     * A client asks a participant to make its part of a session's transaction durable.
     *
     * @param messages how many were staged here
     * @param settlements what of its deliveries here it is done with
     */
    record PreparePart(
            Origin origin,
            long requestId,
            TransactionId id,
            int coordinator,
            int messages,
            List<TransactionFrame.Settlement> settlements)
            implements TransactionStep {
        @Override
        public void dispatch(Handler handler) {
            handler.preparePart(this);
        }
    }

    /** A client asks the coordinator to let nothing of a session's transaction happen anywhere. */
    record RollbackEverywhere(
            Origin origin, long requestId, TransactionId id, PartitionSet participants)
            implements TransactionStep {
        @Override
        public void dispatch(Handler handler) {
            handler.rollbackEverywhere(this);
        }
    }

    /** A coordinator tells a participant what it has decided. */
    record Decided(WorkId id, int coordinator, boolean committed) implements TransactionStep {
        @Override
        public void dispatch(Handler handler) {
            handler.decided(this);
        }
    }

    /**
     * A participant asks the coordinator about what it has prepared.
     *
     * @param deserted whether the client is gone: if nothing is decided, nothing is to happen
     */
    record Inquire(WorkId id, int participant, boolean deserted) implements TransactionStep {
        @Override
        public void dispatch(Handler handler) {
            handler.inquire(this);
        }
    }

    /** A participant tells the coordinator that it has done what was decided, durably. */
    record Acknowledge(WorkId id, int participant) implements TransactionStep {
        @Override
        public void dispatch(Handler handler) {
            handler.acknowledge(this);
        }
    }
}
