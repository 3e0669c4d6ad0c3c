package io.millrace.core.partition;

import io.millrace.core.Origin;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionFrame;
import java.util.List;

/** What a partition's machine is asked about branches of distributed transactions. */
public sealed interface BranchStep {

    Origin origin();

    long requestId();

    void dispatch(Handler handler);

    /** One method for each step. */
    interface Handler {
        void join(Join step);

        void leave(Leave step);

        void prepare(Prepare step);

        void resolve(Resolve step);

        void forget(Forget step);

        void recover(Recover step);
    }

    /**
     * What a session sends in the branch belongs to it from now on.
     *
     * @param sessionId its producer id
     * @param fresh whether the branch must be new; else it must be there
     * @param timeoutMillis how long it may take until it is prepared; 0 for ever
     */
    record Join(
            Origin origin,
            long requestId,
            Id128 sessionId,
            BranchId id,
            boolean fresh,
            long timeoutMillis)
            implements BranchStep {
        @Override
        public void dispatch(Handler handler) {
            handler.join(this);
        }
    }

    /**
     * A session's part is complete.
     *
     * @param messages how many it sent since it joined
     * @param failed whether the branch can only be rolled back
     * @param settlements what it received since it joined
     * @param partitions the others that it has joined the branch at
     */
    record Leave(
            Origin origin,
            long requestId,
            Id128 sessionId,
            BranchId id,
            int messages,
            boolean failed,
            List<TransactionFrame.Settlement> settlements,
            PartitionSet partitions)
            implements BranchStep {
        @Override
        public void dispatch(Handler handler) {
            handler.leave(this);
        }
    }

    /**
     * Make a branch durable, so that it can be committed and rolled back whatever happens.
     *
     * @param coordinator the partition that decides; 0 if a transaction manager does
     */
    record Prepare(Origin origin, long requestId, BranchId id, int coordinator)
            implements BranchStep {
        @Override
        public void dispatch(Handler handler) {
            handler.prepare(this);
        }
    }

    /**
     * Commit a branch or roll it back.
     *
     * @param participants other partitions that have prepared it for this one to decide
     */
    record Resolve(
            Origin origin,
            long requestId,
            BranchId id,
            Resolution resolution,
            PartitionSet participants)
            implements BranchStep {
        @Override
        public void dispatch(Handler handler) {
            handler.resolve(this);
        }
    }

    /** What an administrator decided need not be remembered any more. */
    record Forget(Origin origin, long requestId, BranchId id) implements BranchStep {
        @Override
        public void dispatch(Handler handler) {
            handler.forget(this);
        }
    }

    /**
     * List branches that are prepared, or that an administrator decided.
     *
     * @param after those with higher numbers
     * @param most how many
     */
    record Recover(Origin origin, long requestId, long after, int most) implements BranchStep {
        @Override
        public void dispatch(Handler handler) {
            handler.recover(this);
        }
    }
}
