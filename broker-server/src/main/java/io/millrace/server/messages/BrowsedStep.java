package io.millrace.server.messages;

import io.millrace.core.Effect;
import io.millrace.core.Effect.Run;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.Browsed;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.MessageHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One step of a browser: collects the blocks that it looks at, then shows what of them may be seen
 * (Jakarta Messaging 3.1, 4.1.6).
 *
 * <p>For one thread at a time.
 */
public final class BrowsedStep {

    /** A step looks at so many bytes of blocks, and shows so many at most. */
    public static final int STEP_BYTES = 1 << 20;

    private final Effect.Browse browse;
    private final TreeMap<Long, Enqueued> blocks = new TreeMap<>();

    /** Everything up to here that is not among the blocks is gone. */
    private long coveredTo;

    // Of the answer.
    private final List<DeliveredRun> shown = new ArrayList<>();
    private int messages;
    private long bytes;

    BrowsedStep(Effect.Browse browse, long coveredTo) {
        this.browse = browse;
        this.coveredTo = coveredTo;
    }

    /** A step with what is in memory, and a plan for what has to be read. */
    public record Planned(BrowsedStep step, @Nullable ReadPlan plan) {}

    /**
     * Collects what is in memory up to the first block that is not, and plans to read from there.
     */
    public static Planned plan(Effect.Browse browse, MessageStore store) {
        BrowsedStep step = new BrowsedStep(browse, 0);
        long last = browse.runs().get(browse.runs().size() - 1).lastSequence();
        long size = 0;
        for (Run run : browse.runs()) {
            long next = Math.max(run.firstSequence(), step.coveredTo + 1);
            while (next <= run.lastSequence()) {
                if (size >= STEP_BYTES) {
                    return new Planned(step, null);
                }
                Enqueued kept = store.findKept(browse.destinationId(), next);
                if (kept == null) {
                    ReadPlan plan = step.planRead(next, last, store);
                    if (plan.lastSequence() >= next) {
                        step.coveredTo = plan.lastSequence();
                        return new Planned(step, plan);
                    }
                    // Settled since, and its segment was given back.
                    next++;
                } else {
                    step.add(kept);
                    size += kept.batch().length();
                    next = kept.firstSequence() + kept.batch().count();
                }
                step.coveredTo = next - 1;
            }
        }
        return new Planned(step, null);
    }

    private ReadPlan planRead(long from, long to, MessageStore store) {
        return store.plan(
                new Effect.Read(0, browse.destinationId(), from, to, Effect.Part.ALL, STEP_BYTES));
    }

    /** A block was read. */
    public void add(Enqueued block) {
        blocks.put(block.firstSequence(), block);
    }

    /** Shows what was collected. */
    public Browsed answer(MessageSelection.Matcher matcher) {
        for (Run run : browse.runs()) {
            for (long next = run.firstSequence(); next <= run.lastSequence(); next++) {
                if (next > coveredTo) {
                    return stopBefore(next);
                }
                Map.Entry<Long, Enqueued> floor = blocks.floorEntry(next);
                Enqueued block = floor == null ? null : floor.getValue();
                int index = block == null ? 0 : (int) (next - block.firstSequence());
                if (block == null
                        || index >= block.batch().count()
                        || !isVisible(block, index)
                        || !matcher.matches(block, index)) {
                    continue;
                }
                long size = block.batch().messageBytes(index, 1);
                if (isFull(size)) {
                    return stopBefore(next);
                }
                messages++;
                bytes += size;
                show(block, index, next, run.deliveryCount());
            }
        }
        return new Browsed(browse.requestId(), browse.position(), browse.atEnd(), shown);
    }

    private Browsed stopBefore(long sequence) {
        return new Browsed(browse.requestId(), sequence, false, shown);
    }

    private boolean isFull(long size) {
        return messages >= browse.messages()
                || messages > 0 && bytes + size > Math.min(browse.bytes(), STEP_BYTES);
    }

    /** Jakarta Messaging 3.1, 3.4.9 and 4.1.6: neither expired nor before its delivery time. */
    private boolean isVisible(Enqueued block, int index) {
        byte[] array = block.batch().array();
        int at = block.batch().messageAt(index);
        long expiration = MessageHead.expiration(array, at);
        return (expiration == 0 || expiration > browse.nowMillis())
                && MessageHead.deliveryTime(array, at) <= browse.nowMillis();
    }

    /** Adds a message to the run before, if it follows it. */
    private void show(Enqueued block, int index, long sequence, int deliveryCount) {
        int first = index;
        long firstSequence = sequence;
        DeliveredRun before = shown.isEmpty() ? null : shown.get(shown.size() - 1);
        if (before != null
                && before.firstSequence() >= block.firstSequence()
                && before.firstSequence() + before.count() == sequence
                && before.deliveryCount() == deliveryCount) {
            shown.remove(shown.size() - 1);
            firstSequence = before.firstSequence();
            first = (int) (firstSequence - block.firstSequence());
        }
        shown.add(
                DeliveredRun.of(
                        block.batch(),
                        first,
                        index - first + 1,
                        firstSequence,
                        deliveryCount,
                        block.user()));
    }
}
