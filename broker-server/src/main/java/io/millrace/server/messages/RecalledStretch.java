package io.millrace.server.messages;

import io.millrace.core.Effect;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.core.partition.RewindStep;
import io.millrace.core.partition.RewoundMessage;
import io.millrace.wire.BodyReference;
import io.millrace.wire.MessageHead;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of stored messages that a rewind looks at: where in the log it begins, and what the
 * answer is once its blocks are at hand.
 *
 * <p>For one thread at a time.
 */
public final class RecalledStretch {

    private final Effect.Recall recall;

    /** The first wanted message that the log has; {@link MessageStore#NO_SEQUENCE} if none. */
    private final long first;

    private RecalledStretch(Effect.Recall recall, long first) {
        this.recall = recall;
        this.first = first;
    }

    /** Looks for the beginning; what the log gave back, or never had, is passed over. */
    public static RecalledStretch of(Effect.Recall recall, MessageStore store) {
        SequenceRanges wanted = recall.wanted();
        long stored = 0;
        for (int range = 0; range < wanted.rangeCount(); range++) {
            if (stored <= wanted.last(range)) {
                stored = store.index().nextStored(recall.destinationId(), wanted.first(range));
                if (stored <= wanted.last(range)) {
                    return new RecalledStretch(recall, stored);
                }
            }
        }
        return new RecalledStretch(recall, MessageStore.NO_SEQUENCE);
    }

    /** Whether the log has nothing of it. */
    public boolean isEmpty() {
        return first == MessageStore.NO_SEQUENCE;
    }

    /** What to read; only if there is something. */
    public Effect.Read read() {
        SequenceRanges wanted = recall.wanted();
        return new Effect.Read(
                0,
                recall.destinationId(),
                first,
                wanted.last(wanted.rangeCount() - 1),
                Effect.Part.PROPERTIES,
                recall.maxBytes());
    }

    /** The answer if the log has nothing of what is wanted. */
    public RewindStep.Recalled nothing(MessageStore store) {
        SequenceRanges wanted = recall.wanted();
        long last = wanted.last(wanted.rangeCount() - 1);
        long next = store.index().nextStored(recall.destinationId(), last + 1);
        return answer(
                Math.max(last, Math.min(recall.to(), next - 1)),
                SequenceRanges.EMPTY,
                0,
                List.of());
    }

    /** The answer if what is wanted cannot be read. */
    public static RewindStep.Recalled failed(Effect.Recall recall, String failure) {
        return new RewindStep.Recalled(
                recall.recallId(),
                recall.subscriptionId(),
                recall.wanted().first(0),
                SequenceRanges.EMPTY,
                0,
                List.of(),
                failure);
    }

    /**
     * The answer once the blocks are there.
     *
     * @param blocks that follow one another, of which the first holds the beginning
     * @param times null if nobody asks when the first was stored
     */
    public RewindStep.Recalled answer(
            List<Enqueued> blocks,
            MessageSelection selection,
            MessageStore store,
            @Nullable AppendTimes times) {
        MessageSelection.Matcher own = selection.matcher(recall.ownSelector());
        MessageSelection.Matcher asked = selection.matcher(recall.selector());
        RangeSet wanted = new RangeSet();
        wanted.add(recall.wanted());
        SequenceRanges.Builder matching = new SequenceRanges.Builder();
        List<RewoundMessage> exceptional = new ArrayList<>();
        long upTo = first;
        long found = MessageStore.NO_SEQUENCE;
        for (Enqueued block : blocks) {
            boolean plain = block.batch().isPlain();
            long end = block.firstSequence() + block.batch().count() - 1;
            for (long at = wanted.ceiling(Math.max(first, block.firstSequence()));
                    at <= end && exceptional.size() < RewoundMessage.MAX_IN_STEP;
                    at = wanted.ceiling(at + 1)) {
                int index = (int) (at - block.firstSequence());
                BodyReference body = bodyOf(block, index);
                if (own.matches(block, index)
                        && asked.matches(block, index)
                        && isWhole(body, store)) {
                    found = Math.min(found, at);
                    matching.add(at, at);
                    if (!plain || body != null) {
                        addIfExceptional(block, index, body, exceptional);
                    }
                }
                upTo = at;
            }
            if (exceptional.size() >= RewoundMessage.MAX_IN_STEP) {
                break;
            }
            upTo = Math.max(upTo, end);
        }
        SequenceRanges all = recall.wanted();
        return answer(
                Math.min(upTo, all.last(all.rangeCount() - 1)),
                matching.build(),
                times == null || found == MessageStore.NO_SEQUENCE
                        ? 0
                        : times.of(store.index().offsetOf(recall.destinationId(), found)),
                exceptional);
    }

    private static @Nullable BodyReference bodyOf(Enqueued block, int index) {
        for (BodyReference each : block.batch().bodies()) {
            if (each.index() == index) {
                return each;
            }
        }
        return null;
    }

    /** What the log has only the head of is not there. */
    private static boolean isWhole(@Nullable BodyReference body, MessageStore store) {
        return body == null
                || store.index()
                        .missing(body.destinationId(), 1, body.parts(), offset -> false)
                        .isEmpty();
    }

    private static void addIfExceptional(
            Enqueued block,
            int index,
            @Nullable BodyReference body,
            List<RewoundMessage> exceptional) {
        byte[] array = block.batch().array();
        int at = block.batch().messageAt(index);
        int priority = MessageHead.priority(array, at);
        boolean grouped = (MessageHead.flags(array, at) & MessageHead.HAS_GROUP) != 0;
        long expiration = MessageHead.expiration(array, at);
        long deliveryTime = MessageHead.deliveryTime(array, at);
        if (priority != MessageHead.DEFAULT_PRIORITY
                || grouped
                || body != null
                || expiration != 0
                || deliveryTime > block.batch().baseTimeMillis()) {
            exceptional.add(
                    new RewoundMessage(
                            block.firstSequence() + index,
                            priority,
                            grouped,
                            grouped ? MessageHead.groupHash(array, at) : 0,
                            expiration,
                            deliveryTime,
                            body));
        }
    }

    private RewindStep.Recalled answer(
            long upTo,
            SequenceRanges matching,
            long firstMillis,
            List<RewoundMessage> exceptional) {
        return new RewindStep.Recalled(
                recall.recallId(),
                recall.subscriptionId(),
                upTo,
                matching,
                firstMillis,
                List.copyOf(exceptional),
                null);
    }
}
