package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.core.Effect;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.core.partition.RewindStep;
import io.millrace.core.partition.RewoundMessage;
import io.millrace.server.DeafListener;
import io.millrace.storage.heap.HeapLog;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a stretch of the past. */
class RecalledStretchTest {

    private static final long QUEUE = 9;
    private static final int COUNT = 3_000;

    private final MessageStore store =
            new MessageStore(HeapLog.open(1, new DeafListener()), 64 << 20);

    /** Messages of the highest priority. */
    private static Enqueued urgent() {
        WireOutput to = new WireOutput(256);
        MessageBatch.writeHeader(to, new Id128(1, 2), 1, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, COUNT);
        for (int index = 0; index < COUNT; index++) {
            int start = MessageHead.begin(to, new MessageHead.Fields(0, 9, 1, 0, 0, 0, 0));
            int at = to.size();
            to.writeByte('m');
            MessageHead.finish(to, start, at, at);
        }
        MessageBatch batch = new MessageBatch(to.toByteArray(), 0, to.size());
        batch.validate();
        return new Enqueued(QUEUE, 1, Id128.NONE, null, batch);
    }

    /** One entry of the log takes so many, whatever the limit of the log. */
    @Test
    void aStepEndsBehindSoManyThatAreNotLikeAllOthers() {
        Enqueued block = urgent();
        store.keep(block, 0, new MessageCacheTest.NeededFrom(0));
        store.index().logged(block, 0);
        long next = 1;
        int steps = 0;
        while (next <= COUNT) {
            Effect.Recall recall =
                    new Effect.Recall(
                            1,
                            QUEUE,
                            QUEUE,
                            SequenceRanges.of(next, COUNT),
                            COUNT,
                            null,
                            null,
                            false,
                            1 << 20);
            RecalledStretch stretch = RecalledStretch.of(recall, store);
            assertFalse(stretch.isEmpty());
            RewindStep.Recalled answer =
                    stretch.answer(List.of(block), new MessageSelection(), store, null);
            long end = Math.min(COUNT, next + RewoundMessage.MAX_IN_STEP - 1);
            assertEquals(end, answer.upTo());
            assertEquals(SequenceRanges.of(next, end), answer.matching());
            assertEquals(end - next + 1, answer.exceptional().size());
            next = end + 1;
            steps++;
        }
        assertEquals((COUNT + RewoundMessage.MAX_IN_STEP - 1) / RewoundMessage.MAX_IN_STEP, steps);
    }
}
