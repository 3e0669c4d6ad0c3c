package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Effect;
import io.millrace.core.Effect.Run;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.Browsed;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of the blocks of a step is shown, and where it goes on. */
class BrowsedStepTest {

    private static final long NOW = 5_000;
    private static final long NEVER = 0;
    private static final int BODY_BYTES = 100;
    private static final int MESSAGE_BYTES = MessageHead.BYTES + BODY_BYTES;
    private static final MessageSelection.Matcher ALL = (block, index) -> true;

    private record Times(long expiration, long deliveryTime) {}

    private static final Times PLAIN = new Times(NEVER, 0);

    private static Enqueued block(long firstSequence, Times... messages) {
        WireOutput to = new WireOutput(256);
        MessageBatch.writeHeader(to, new Id128(1, 2), firstSequence, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, messages.length);
        for (Times times : messages) {
            int start =
                    MessageHead.begin(
                            to,
                            new MessageHead.Fields(
                                    0, 4, 2, 0, 0, times.expiration(), times.deliveryTime()));
            int body = to.size();
            to.writeBytes(new byte[BODY_BYTES], 0, BODY_BYTES);
            MessageHead.finish(to, start, body, body);
        }
        MessageBatch batch = new MessageBatch(to.toByteArray(), 0, to.size());
        batch.validate();
        return new Enqueued(9, firstSequence, Id128.NONE, "ann", batch);
    }

    private static Effect.Browse browse(int messages, int bytes, Run... runs) {
        return new Effect.Browse(1, 2, 9, List.of(runs), 100, true, null, NOW, messages, bytes);
    }

    private static Browsed answer(
            Effect.Browse browse,
            long coveredTo,
            MessageSelection.Matcher matcher,
            Enqueued... blocks) {
        BrowsedStep step = new BrowsedStep(browse, coveredTo);
        for (Enqueued block : blocks) {
            step.add(block);
        }
        return step.answer(matcher);
    }

    /** Runs as "first sequence x count (delivery count)". */
    private static String print(Browsed browsed) {
        List<String> runs = new ArrayList<>();
        for (DeliveredRun run : browsed.runs()) {
            assertEquals(run.firstSequence(), run.firstProducerSequence());
            assertEquals(run.count() * MESSAGE_BYTES, run.length());
            runs.add(run.firstSequence() + "x" + run.count() + "(" + run.deliveryCount() + ")");
        }
        return runs + " then " + browsed.position() + (browsed.atEnd() ? " end" : "");
    }

    @Test
    void showsRunsOverSeveralBlocks() {
        Effect.Browse browse = browse(100, 100_000, new Run(2, 3, 1), new Run(5, 1, 3));
        assertEquals(
                "[2x2(1), 4x1(1), 5x1(3)] then 100 end",
                print(
                        answer(
                                browse,
                                6,
                                ALL,
                                block(1, PLAIN, PLAIN, PLAIN),
                                block(4, PLAIN, PLAIN, PLAIN))));
    }

    /** 4.1.6: "must not be returned by a QueueBrowser before its delivery time"; 3.4.9. */
    @Test
    void leavesOutWhatHasExpiredOrIsNotDue() {
        Enqueued block =
                block(
                        1,
                        new Times(NOW, 0),
                        new Times(NOW + 1, 0),
                        new Times(NEVER, NOW + 1),
                        new Times(NEVER, NOW),
                        new Times(NOW + 1, NOW + 1));
        assertEquals(
                "[2x1(1), 4x1(1)] then 100 end",
                print(answer(browse(100, 100_000, new Run(1, 5, 1)), 5, ALL, block)));
    }

    @Test
    void stopsBeforeWhatIsTooMuch() {
        Enqueued block = block(1, PLAIN, PLAIN, PLAIN, PLAIN);
        Run all = new Run(1, 4, 1);
        assertEquals("[1x2(1)] then 3", print(answer(browse(2, 100_000, all), 4, ALL, block)));
        assertEquals(
                "[1x3(1)] then 4",
                print(answer(browse(9, 4 * MESSAGE_BYTES - 1, all), 4, ALL, block)));
        // One always fits.
        assertEquals("[1x1(1)] then 2", print(answer(browse(9, 1, all), 4, ALL, block)));
        // What does not match is passed over before it is too much.
        assertEquals(
                "[2x1(1)] then 100 end",
                print(answer(browse(1, 1, all), 4, (each, index) -> index == 1, block)));
    }

    @Test
    void stopsWhereNothingWasReadAndPassesOverWhatIsGone() {
        Run all = new Run(1, 8, 1);
        assertEquals(
                "[1x1(1), 4x1(1)] then 6",
                print(answer(browse(9, 100_000, all), 5, ALL, block(1, PLAIN), block(4, PLAIN))));
        assertEquals("[] then 1", print(answer(browse(9, 100_000, all), 0, ALL)));
    }
}
