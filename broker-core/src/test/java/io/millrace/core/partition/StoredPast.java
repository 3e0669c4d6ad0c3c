package io.millrace.core.partition;

import io.millrace.core.Effect;
import io.millrace.core.EventCodec;
import io.millrace.core.Origin;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What a shell would find in the log for those who go back in time; odd sequences match. */
final class StoredPast {

    private final Map<Long, TreeMap<Long, RewoundMessage>> messagesByDestination = new HashMap<>();
    private final List<Effect.FindRewind> finds = new ArrayList<>();
    private final List<Effect.Recall> recalls = new ArrayList<>();
    private int read;
    private long lastRequestId;

    void noticed(Effect effect) {
        if (effect instanceof Effect.FindRewind find) {
            finds.add(find);
        } else if (effect instanceof Effect.Recall recall) {
            recalls.add(recall);
        }
    }

    /** Takes note of messages in the log. */
    void read(List<byte[]> events) {
        for (; read < events.size(); read++) {
            EventCodec.decode(
                    events.get(read),
                    event -> {
                        if (event instanceof PartitionEvent.Enqueued enqueued) {
                            note(enqueued);
                        }
                    });
        }
    }

    private void note(PartitionEvent.Enqueued enqueued) {
        MessageBatch batch = enqueued.batch();
        for (int index = 0; index < batch.count(); index++) {
            int at = batch.messageAt(index);
            byte[] array = batch.array();
            long sequence = enqueued.firstSequence() + index;
            long deliveryTime = MessageHead.deliveryTime(array, at);
            messagesByDestination
                    .computeIfAbsent(enqueued.destinationId(), key -> new TreeMap<>())
                    .put(
                            sequence,
                            new RewoundMessage(
                                    sequence,
                                    MessageHead.priority(array, at),
                                    (MessageHead.flags(array, at) & MessageHead.HAS_GROUP) != 0,
                                    MessageHead.groupHash(array, at),
                                    MessageHead.expiration(array, at),
                                    deliveryTime > batch.baseTimeMillis() ? deliveryTime : 0));
        }
    }

    /** Answers a question if there is one, maybe in part, or asks. */
    RewindStep step(Random random, Origin origin) {
        if (!recalls.isEmpty() && random.nextInt(8) > 0) {
            return recalled(random, recalls.remove(random.nextInt(recalls.size())));
        }
        if (!finds.isEmpty()) {
            Effect.FindRewind find = finds.remove(random.nextInt(finds.size()));
            long value = find.ask().from() == RewindFrom.BEGINNING ? 1 : find.ask().value();
            return new RewindStep.Found(find.ask(), value, 1, 500, "", null);
        }
        return new RewindStep.Ask(
                origin,
                random.nextInt(4) == 0 ? lastRequestId : ++lastRequestId,
                1 + random.nextInt(6),
                random.nextBoolean() ? RewindFrom.BEGINNING : RewindFrom.SEQUENCE,
                random.nextInt(200),
                random.nextBoolean() ? null : "odd",
                random.nextInt(6) == 0);
    }

    private RewindStep recalled(Random random, Effect.Recall recall) {
        TreeMap<Long, RewoundMessage> messages =
                messagesByDestination.getOrDefault(recall.destinationId(), new TreeMap<>());
        SequenceRanges wanted = recall.wanted();
        long stop = random.nextInt(4) > 0 ? Long.MAX_VALUE : random.nextInt(60) + wanted.first(0);
        long upTo = Math.min(stop, wanted.last(wanted.rangeCount() - 1));
        SequenceRanges.Builder matching = new SequenceRanges.Builder();
        List<RewoundMessage> exceptional = new ArrayList<>();
        boolean odd = recall.selector() != null || recall.ownSelector() != null;
        for (int range = 0; range < wanted.rangeCount(); range++) {
            long last = Math.min(upTo, wanted.last(range));
            for (long at = wanted.first(range); at <= last; at++) {
                RewoundMessage message = messages.get(at);
                if (message != null && (!odd || at % 2 == 1)) {
                    matching.add(at, at);
                    exceptional.add(message);
                }
                at = message == null ? nextOf(messages, at) - 1 : at;
            }
        }
        return new RewindStep.Recalled(
                recall.recallId(),
                recall.subscriptionId(),
                upTo,
                matching.build(),
                500,
                exceptional,
                null);
    }

    /** A crash leaps over many sequences. */
    private static long nextOf(TreeMap<Long, RewoundMessage> messages, long sequence) {
        Long next = messages.higherKey(sequence);
        return next == null ? Long.MAX_VALUE : next;
    }
}
