package io.millrace.server.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.EventCodec;
import io.millrace.core.log.LogEntry;
import io.millrace.core.partition.Relocated;
import io.millrace.server.BrokerConfiguration;
import io.millrace.wire.DestinationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A few messages that wait for long do not keep all that was stored since. */
class RelocationTest {

    private static final long QUEUE = 1;
    private static final long OTHER = 2;

    /** Of a thousand bytes each: enough that one message is worth being moved. */
    private static final int MUCH = 25;

    private static SteppedPartition partition(Map<String, String> configuration) {
        SteppedPartition partition =
                new SteppedPartition(BrokerConfiguration.parse(configuration).retention());
        partition.open(DestinationKind.QUEUE, QUEUE, "orders");
        partition.open(DestinationKind.TOPIC, OTHER, "noise");
        return partition;
    }

    private static void send(SteppedPartition partition, int messages) {
        for (int sent = 0; sent < messages; sent++) {
            partition.send(OTHER);
        }
    }

    /** What was relocated, in the order of the log. */
    private static List<Long> relocated(SteppedPartition partition) {
        List<Long> sequences = new ArrayList<>();
        for (LogEntry entry :
                partition.log().read(partition.log().startOffset(), Integer.MAX_VALUE)) {
            EventCodec.decode(
                    entry.body(),
                    event -> {
                        if (event instanceof Relocated again) {
                            sequences.add(again.messages().firstSequence());
                        }
                    });
        }
        return sequences;
    }

    private static long logSize(SteppedPartition partition) {
        return partition.log().endOffset() - partition.log().startOffset();
    }

    @Test
    void aStubbornMessageMovesWithTheTailAndIsDelivered() {
        SteppedPartition partition = partition(Map.of());
        partition.send(QUEUE);
        for (int round = 0; round < 10; round++) {
            send(partition, MUCH);
            partition.checkpoint();
            assertTrue(logSize(partition) <= 4 * MUCH, "round " + round + ": the log is small");
        }
        assertTrue(!relocated(partition).isEmpty());
        partition.restart();
        partition.attach(QUEUE);
        assertEquals(List.of(1L), partition.delivered);
        partition.settle(QUEUE, 1);
        send(partition, MUCH);
        partition.checkpoint();
        send(partition, 1);
        partition.checkpoint();
        assertEquals(List.of(), relocated(partition), "nobody needs it any more");
    }

    @Test
    void aBacklogStaysWhereItIs() {
        SteppedPartition partition = partition(Map.of());
        long first = partition.send(QUEUE);
        for (int sent = 0; sent < MUCH; sent++) {
            partition.send(QUEUE);
            send(partition, 3);
        }
        partition.checkpoint();
        partition.checkpoint();
        assertEquals(List.of(), relocated(partition));
        assertEquals(first, partition.log().startOffset());
    }

    @Test
    void whatTheLogKeepsAnywayIsNotMoved() {
        SteppedPartition partition = partition(Map.of("destination.noise.retention.hours", "-1"));
        partition.send(OTHER);
        partition.send(QUEUE);
        send(partition, 2 * MUCH);
        partition.checkpoint();
        partition.checkpoint();
        assertEquals(List.of(), relocated(partition));
    }

    @Test
    void whatIsSettledWhileItIsReadIsNotMoved() {
        SteppedPartition partition = partition(Map.of());
        partition.attach(QUEUE);
        partition.send(QUEUE);
        send(partition, MUCH);
        partition.holdReads();
        partition.checkpoint();
        partition.settle(QUEUE, 1);
        partition.releaseReads();
        assertEquals(List.of(), relocated(partition));
    }

    /** Until the new place is durable, and a checkpoint stands for it, the old one counts. */
    @Test
    void theOldPlaceIsKeptUntilACheckpointKnowsTheNewOne() {
        SteppedPartition partition = partition(Map.of());
        long old = partition.send(QUEUE);
        send(partition, MUCH);
        partition.holdReads();
        partition.checkpoint();
        partition.holdBack();
        partition.releaseReads();
        assertEquals(List.of(1L), relocated(partition));
        long end = partition.log().endOffset();
        partition.checkpoint();
        partition.durableUpTo(end - 1);
        assertEquals(old, partition.log().startOffset());
        partition.durableUpTo(end);
        assertTrue(partition.log().startOffset() > old);
    }

    /** A bug was here, in a draft: a rewind found what nobody could deliver. */
    @Test
    void aRewindBringsNothingThatTheLogDoesNotHave() {
        SteppedPartition partition = partition(Map.of());
        partition.attach(QUEUE);
        for (int sent = 0; sent < 3; sent++) {
            partition.send(QUEUE);
        }
        partition.settle(QUEUE, 1);
        partition.settle(QUEUE, 3);
        for (int round = 0; round < 4; round++) {
            send(partition, MUCH);
            partition.checkpoint();
        }
        assertTrue(relocated(partition).contains(2L));
        long kept = partition.send(QUEUE);
        partition.settle(QUEUE, 4);
        partition.delivered.clear();
        // All of these messages are in memory still; of those that are settled the log has one.
        partition.rewind(QUEUE);
        assertEquals(List.of(4L), partition.delivered);
        assertTrue(partition.log().startOffset() < kept);
        partition.settle(QUEUE, 4);
        partition.restart();
        partition.delivered.clear();
        partition.attach(QUEUE);
        assertEquals(List.of(2L), partition.delivered);
    }
}
