package io.millrace.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.PartitionLoop;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.server.messages.BlockIndex;
import io.millrace.server.messages.MessageStore;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that has much of a log to read. */
class LongReplayTest {

    private static final long SEGMENT_BYTES = 1 << 20;
    private static final long QUEUE = 1;
    private static final long SUBSCRIPTION = 1;

    @TempDir Path data = Path.of("");

    /** What is known after a start. */
    private record Known(byte[] state, List<Long> offsets, long entries) {}

    /** Puts the machine and the index together as a partition's shell does. */
    private record Indexing(BlockIndex index) implements PartitionLoop.Shell {

        @Override
        public void perform(Effect effect) {
            throw new AssertionError("nothing is to be carried out");
        }

        @Override
        public void logged(Event event, long offset) {
            index.logged(event, offset);
        }

        @Override
        public void snapshot(WireOutput to) {
            index.snapshot(to);
        }

        @Override
        public void checkpointed(long upTo) {
            throw new AssertionError("no checkpoint is taken");
        }

        @Override
        public void restored(WireInput from) {
            throw new AssertionError("there is no checkpoint");
        }
    }

    /** So many messages, some of them settled; without directories at the ends of segments. */
    private void fill(int messages, int maxBodyBytes, long segmentBytes) {
        Random random = new Random(20_261_122);
        new BrokerLogs(data)
                .inLog(
                        1,
                        segmentBytes,
                        log -> {
                            BrokerLogs.append(
                                    log,
                                    new PartitionEvent.DestinationOpened(
                                            QUEUE, DestinationKind.QUEUE, "orders", Id128.NONE),
                                    new PartitionEvent.ProducerOpened(
                                            BrokerLogs.PRODUCER, BrokerLogs.CONNECTION));
                            for (int sequence = 1; sequence <= messages; sequence++) {
                                int bytes = random.nextInt(maxBodyBytes);
                                BrokerLogs.append(log, BrokerLogs.enqueued(QUEUE, sequence, bytes));
                                if (sequence % 3 == 0) {
                                    BrokerLogs.append(
                                            log,
                                            new PartitionEvent.Settled(
                                                    SUBSCRIPTION,
                                                    SequenceRanges.of(sequence, sequence)));
                                }
                            }
                        });
    }

    private Known start(int threads, int messages) {
        SegmentLimits limits = new SegmentLimits(SEGMENT_BYTES, 1 << 14, 1, 100);
        try (Flusher flusher = Flusher.start(new LocalDisk());
                SegmentedLog log =
                        SegmentedLog.open(
                                new SegmentedLogConfig(
                                        data.resolve("partition-1"),
                                        1,
                                        SegmentedLogConfig.NEXT_EPOCH,
                                        limits,
                                        flusher,
                                        new DeafListener(),
                                        threads))) {
            BlockIndex index = new MessageStore(log, 1 << 20, threads).index();
            PartitionMachine machine = new PartitionMachine(1, 7, PartitionLimits.EMBEDDED);
            PartitionLoop<?> loop = new PartitionLoop<>(machine, log, new Indexing(index));
            long[] last = new long[2];
            loop.recover(
                    (from, upTo, end, entries) -> {
                        assertEquals(0, from);
                        assertTrue(upTo > last[0] && upTo <= end);
                        last[0] = upTo;
                        last[1] = entries;
                    });
            assertEquals(log.endOffset(), last[0]);
            WireOutput state = new WireOutput(1_000);
            machine.snapshot(state);
            index.snapshot(state);
            List<Long> offsets = new ArrayList<>();
            for (long sequence = 1; sequence <= messages; sequence++) {
                offsets.add(index.offsetOf(QUEUE, sequence));
            }
            return new Known(state.toByteArray(), offsets, last[1]);
        }
    }

    @Test
    void threadsDoNotChangeWhatIsKnownAfterwards() {
        int messages = 1_000;
        fill(messages, 100_000, SEGMENT_BYTES);

        Known byOne = start(1, messages);

        assertEquals(1 + messages + messages / 3, byOne.entries());
        for (int threads : new int[] {2, 3, 8}) {
            Known bySeveral = start(threads, messages);
            assertArrayEquals(byOne.state(), bySeveral.state());
            assertEquals(byOne.offsets(), bySeveral.offsets());
            assertEquals(byOne.entries(), bySeveral.entries());
        }
    }

    /** What one start replayed, the next has not to replay again, even if nothing is sent. */
    @Test
    void aLongReplayEndsWithACheckpoint() {
        fill(1_400, 100_000, 64 << 20);
        Path first = data.resolve("partition-1").resolve("checkpoint-0000000001");
        assertTrue(Files.notExists(first));
        Broker broker =
                Broker.start(
                        LogOpeners.inDirectory(data, BrokerConfiguration.defaults()),
                        PartitionLimits.NETWORK);
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(first));
        } finally {
            broker.close();
        }
    }
}
