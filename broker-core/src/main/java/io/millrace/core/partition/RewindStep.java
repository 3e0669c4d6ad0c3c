package io.millrace.core.partition;

import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.SequenceRanges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a partition's machine is told on the way of a subscription back in time. */
public sealed interface RewindStep {

    void dispatch(Handler handler);

    /** One method for each step. */
    interface Handler {
        void asked(Ask step);

        void found(Found step);

        void recalled(Recalled step);
    }

    /**
     * Take a subscription back, or count only.
     *
     * @param from what {@code value} is: a sequence, or milliseconds since 1970
     * @param selector found to be one; null for everything
     * @param open the subscription that is to begin there, if it does not exist; then it is
     *     answered as this is. Null to take back one that exists
     */
    record Ask(
            Origin origin,
            long requestId,
            long subscriptionId,
            RewindFrom from,
            long value,
            @Nullable String selector,
            boolean dryRun,
            PartitionCommand.@Nullable OpenSubscription open)
            implements RewindStep {

        /** Of a subscription that exists. */
        public Ask(
                Origin origin,
                long requestId,
                long subscriptionId,
                RewindFrom from,
                long value,
                @Nullable String selector,
                boolean dryRun) {
            this(origin, requestId, subscriptionId, from, value, selector, dryRun, null);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.asked(this);
        }
    }

    /**
     * What the log has was looked up as {@link Effect.FindRewind} asked.
     *
     * @param firstSequence where to begin; {@link Long#MAX_VALUE} if nothing was stored so late
     * @param oldestSequence the oldest message of the destination that the log has; {@link
     *     Long#MAX_VALUE} if it has none
     * @param oldestMillis when that was stored, milliseconds since 1970; 0 if there is none
     * @param oldestTime the same in words
     * @param failure why it could not be looked up; null if it could
     */
    record Found(
            Ask ask,
            long firstSequence,
            long oldestSequence,
            long oldestMillis,
            String oldestTime,
            @Nullable String failure)
            implements RewindStep {
        @Override
        public void dispatch(Handler handler) {
            handler.found(this);
        }
    }

    /**
     * Messages were looked at as {@link Effect.Recall} asked.
     *
     * @param upTo the last of them; not before the first that was asked for
     * @param matching those of what was asked for that the log has and the selectors match
     * @param firstMillis when the first of these was stored, milliseconds since 1970; 0 if nobody
     *     asked or there are none
     * @param exceptional those that are not like all others, in order
     * @param failure why the messages behind could not be read; null if they could
     */
    record Recalled(
            long recallId,
            long subscriptionId,
            long upTo,
            SequenceRanges matching,
            long firstMillis,
            List<RewoundMessage> exceptional,
            @Nullable String failure)
            implements RewindStep {
        @Override
        public void dispatch(Handler handler) {
            handler.recalled(this);
        }
    }
}
