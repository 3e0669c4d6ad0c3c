package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.catalog.CatalogEvent;
import io.millrace.core.partition.LifeEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireOutput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Logs of a broker in a directory, and what can happen to them. */
final class BrokerLogs {

    static final Id128 PRODUCER = new Id128(7, 7);
    static final Id128 CONNECTION = new Id128(8, 8);
    static final int HEADER_BYTES = 4096;

    private static final long SEGMENT_BYTES = 1 << 20;
    private static final int BODY_BYTES = 60_000;
    private static final BrokerConfiguration CONFIGURATION =
            BrokerConfiguration.parse(Map.of("log.segment.bytes", "" + SEGMENT_BYTES));

    private final Path data;
    private final Path partition;

    /** Offsets of the entries with messages, in the order of their sequences. */
    private final List<Long> offsets = new ArrayList<>();

    BrokerLogs(Path data) {
        this.data = data;
        this.partition = data.resolve("partition-1");
    }

    /** Appends to a log that is open. */
    interface Filling {
        void fill(SegmentedLog log);
    }

    void inLog(int number, Filling filling) {
        inLog(number, SEGMENT_BYTES, filling);
    }

    void inLog(int number, long segmentBytes, Filling filling) {
        Flusher flusher = Flusher.start(new LocalDisk());
        SegmentedLog log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                data.resolve("partition-" + number),
                                number,
                                SegmentedLogConfig.NEXT_EPOCH,
                                new SegmentLimits(segmentBytes, 1 << 14, 1, 100),
                                flusher,
                                new DeafListener()));
        try (log) {
            filling.fill(log);
        } finally {
            flusher.close();
        }
    }

    static long append(SegmentedLog log, Event... events) {
        return log.append(EventCodec.encode(List.of(events)), 1_800_000_000_000L);
    }

    private static MessageBatch message(long sequence, int bodyBytes, int deliveryMode) {
        byte[] body = new byte[bodyBytes];
        new Random(sequence).nextBytes(body);
        WireOutput to = new WireOutput(bodyBytes + 200);
        MessageBatch.writeHeader(to, PRODUCER, sequence, 1_800_000_000_000L, new byte[0]);
        int start = to.size();
        to.writeInt(MessageHead.BYTES + 1 + bodyBytes).writeShort(deliveryMode);
        to.writeByte(4).writeByte(0).writeInt(0).writeInt(0).writeLong(0).writeLong(0);
        to.writeInt(MessageHead.BYTES).writeInt(MessageHead.BYTES + 1);
        assertEquals(MessageHead.BYTES, to.size() - start);
        to.writeByte(0).writeBytes(body, 0, body.length);
        MessageBatch.setCount(to, 0, 1);
        byte[] bytes = to.toByteArray();
        return new MessageBatch(bytes, 0, bytes.length);
    }

    static PartitionEvent.Enqueued enqueued(long queue, long sequence, int bodyBytes) {
        return new PartitionEvent.Enqueued(
                queue,
                sequence,
                CONNECTION,
                "alice",
                message(sequence, bodyBytes, MessageHead.PERSISTENT));
    }

    static PartitionEvent.Enqueued nonPersistent(long queue, long sequence) {
        return new PartitionEvent.Enqueued(
                queue, sequence, CONNECTION, "alice", message(sequence, 100, 0));
    }

    /** A catalog, and a queue with 40 messages of 60 kB in three segments; the first is settled. */
    void makeBroker() {
        inLog(
                0,
                log ->
                        append(
                                log,
                                new CatalogEvent.DestinationCreated(
                                        1, DestinationKind.QUEUE, "orders", 1, 1)));
        inLog(
                1,
                log -> {
                    append(
                            log,
                            new PartitionEvent.DestinationOpened(
                                    1, DestinationKind.QUEUE, "orders", Id128.NONE),
                            new PartitionEvent.ProducerOpened(PRODUCER, CONNECTION));
                    for (int sequence = 1; sequence <= 40; sequence++) {
                        offsets.add(append(log, enqueued(1, sequence, BODY_BYTES)));
                        if (sequence == 20) {
                            append(log, new PartitionEvent.Settled(1, SequenceRanges.of(1, 1)));
                        }
                    }
                    append(log, new LifeEvent.StoppedCleanly());
                });
    }

    /** Opens and closes a real broker, which leaves a checkpoint. */
    void runBroker() {
        Broker.start(LogOpeners.inDirectory(data, CONFIGURATION), PartitionLimits.NETWORK).close();
    }

    List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.sorted().toList();
        }
    }

    Path segmentOf(long offset) throws IOException {
        Path best = Path.of("");
        for (Path file : files(partition)) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".segment") && baseOf(file) <= offset) {
                best = file;
            }
        }
        return best;
    }

    private static long baseOf(Path segment) {
        return Long.parseLong(String.valueOf(segment.getFileName()).replace(".segment", ""));
    }

    static void flip(Path file, long position) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(position);
            int old = open.read();
            open.seek(position);
            open.write(old ^ 4);
        }
    }

    long offsetOf(int sequence) {
        return offsets.get(sequence - 1);
    }

    void damage(int sequence) throws IOException {
        long offset = offsetOf(sequence);
        Path segment = segmentOf(offset);
        flip(segment, HEADER_BYTES + offset - baseOf(segment) + 1_000);
    }

    Map<Path, String> states(Path directory) throws IOException {
        Map<Path, String> states = new HashMap<>();
        for (Path file : files(directory)) {
            FileTime time = Files.getLastModifiedTime(file);
            String bytes =
                    Files.isRegularFile(file)
                            ? String.valueOf(Arrays.hashCode(Files.readAllBytes(file)))
                            : "";
            states.put(file, time + " " + bytes);
        }
        return states;
    }
}
