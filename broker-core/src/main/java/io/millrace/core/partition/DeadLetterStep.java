package io.millrace.core.partition;

import io.millrace.wire.MessageBatch;
import org.jspecify.annotations.Nullable;

/** What catalog and partitions say to each other so that a dead letter gets to its queue. */
public sealed interface DeadLetterStep {

    void dispatch(Handler handler);

    /** One method for each step. */
    interface Handler {
        void found(Found step);

        void take(Take step);

        void taken(Taken step);
    }

    /** The catalog says where a queue lives: in another partition, which knows it. */
    record Found(String queue, int partition) implements DeadLetterStep {
        @Override
        public void dispatch(Handler handler) {
            handler.found(this);
        }
    }

    /**
     * A dead letter of another partition is to be stored, once, however often this is asked.
     *
     * @param source the other partition
     * @param number of the move there
     * @param lowest those below are over
     * @param user who sent the message
     */
    record Take(
            int source,
            long number,
            long lowest,
            String queue,
            @Nullable String user,
            MessageBatch batch)
            implements DeadLetterStep {
        @Override
        public void dispatch(Handler handler) {
            handler.take(this);
        }
    }

    /** The other partition has the letter, durably. */
    record Taken(long number) implements DeadLetterStep {
        @Override
        public void dispatch(Handler handler) {
            handler.taken(this);
        }
    }
}
