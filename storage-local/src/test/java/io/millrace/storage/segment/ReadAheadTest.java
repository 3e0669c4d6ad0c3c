package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Fault.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands on the disk, reading ahead gives what reading step by step gives. */
final class ReadAheadTest {

    private static final int FLIPS = 300;

    @TempDir Path directory = Path.of("");

    private final LogFixture fixture = new LogFixture();
    private final Random random = new Random(20_261_122);

    /** Some entries, and how it ended. */
    private record Outcome(List<LogEntry> entries, @Nullable LogFailure failure) {

        void requireSame(Outcome other, String where) {
            assertEquals(entries.size(), other.entries.size(), where);
            for (int index = 0; index < entries.size(); index++) {
                LogEntry mine = entries.get(index);
                LogEntry theirs = other.entries.get(index);
                assertEquals(mine.offset(), theirs.offset(), where);
                assertEquals(mine.nextOffset(), theirs.nextOffset(), where);
                assertEquals(mine.epoch(), theirs.epoch(), where);
                assertEquals(mine.appendMillis(), theirs.appendMillis(), where);
                assertArrayEquals(mine.body(), theirs.body(), where);
            }
            assertEquals(String.valueOf(failure), String.valueOf(other.failure), where);
        }
    }

    private static Outcome outcome(PartitionLog.Replay replay) {
        List<LogEntry> entries = new ArrayList<>();
        try (replay) {
            for (List<LogEntry> next = replay.next(); !next.isEmpty(); next = replay.next()) {
                entries.addAll(next);
            }
            return new Outcome(entries, null);
        } catch (LogFailure e) {
            return new Outcome(entries, e);
        }
    }

    /** Sealed segments, groups, odd lengths, and entries longer than several stretches. */
    private SegmentedLog fill(int segments) {
        SegmentedLog log = fixture.open();
        while (fixture.listener.sealed().size() < segments) {
            boolean isLong = random.nextInt(8) == 0;
            fixture.append(log, random.nextInt(isLong ? 20_000 : 700));
        }
        return log;
    }

    @AfterEach
    void noThreadIsLeft() {
        assertEquals(
                0,
                Thread.getAllStackTraces().keySet().stream()
                        .filter(each -> each.getName().equals("millrace-recovery"))
                        .count());
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "2, 8", "2, 512", "3, 4096", "4, 16384", "2, 4194304", "16, 1000"})
    void givesAllEntriesInOrder(int threads, int stretchBytes) {
        SegmentedLog log = fill(4);
        List<Long> offsets = LogFixture.offsets(log);
        for (int round = 0; round < 20; round++) {
            long from = round == 0 ? 0 : offsets.get(random.nextInt(offsets.size()));
            outcome(log.replay(from))
                    .requireSame(
                            outcome(log.readAhead(from, threads, stretchBytes)), "from " + from);
        }
        assertEquals(List.of(), outcome(log.readAhead(log.endOffset(), 2, 4096)).entries);
        LogFailure before = outcome(log.readAhead(-8, threads, 4096)).failure;
        assertNotNull(before);
        assertEquals(LogFailure.Kind.MISUSE, before.kind());
    }

    /** Somebody may send what stands in a log. */
    @Test
    void isNotMisledByAMessageThatLooksLikeAnEntry() {
        SegmentedLog log = fill(1);
        long offset = log.endOffset();
        long forged = offset + RecordLayout.HEADER_BYTES + 64;
        byte[] content = new byte[100];
        RecordEncoder encoder = new RecordEncoder(new LogIdentity(logId(), 1, 1));
        encoder.segment(2);
        encoder.stamp(offset, LogFixture.NOW);
        encoder.begin(0, forged, content.length, content.length);
        encoder.body(content, 0, content.length);
        byte[] body = new byte[800];
        System.arraycopy(encoder.finish(), 0, body, 64, RecordLayout.HEADER_BYTES);
        log.append(EntryBody.of(body), LogFixture.NOW);
        fixture.append(log, 1_000);
        Outcome inSteps = outcome(log.replay(0));
        assertNull(inSteps.failure);

        long before = offset + 8;
        EntryReader reader = new EntryReader(new LogDirectory(fixture.disk, LogFixture.DIRECTORY));
        Segment segment = lastSegment();
        assertEquals(forged, reader.guessEntry(segment, before, log.endOffset()));
        for (int stretchBytes = 8; stretchBytes < 2_000; stretchBytes += 8) {
            inSteps.requireSame(outcome(log.readAhead(0, 2, stretchBytes)), "by " + stretchBytes);
        }
    }

    /** Somebody who reads on while the log goes on in a new segment, a moment behind. */
    @Test
    void doesNotTakeTheEndOfASegmentForAnEntry() {
        SegmentedLog log = fill(1);
        List<Segment> known = segments().subList(0, 1);
        long end = segments().get(1).base();
        EntryReader reader = new EntryReader(new LogDirectory(fixture.disk, LogFixture.DIRECTORY));
        long at = 0;
        for (LogEntry entry : reader.read(known, 0, log.durableOffset(), Integer.MAX_VALUE)) {
            assertEquals(at, entry.offset());
            at = entry.nextOffset();
        }
        assertEquals(end, at);
        assertEquals(List.of(), reader.read(known, end, log.durableOffset(), 1));
    }

    private Segment lastSegment() {
        List<Segment> all = segments();
        return all.get(all.size() - 1);
    }

    private List<Segment> segments() {
        try {
            SegmentedLogConfig config =
                    new SegmentedLogConfig(
                            LogFixture.DIRECTORY,
                            1,
                            1,
                            LogFixture.SMALL,
                            fixture.flusher,
                            fixture.listener);
            LogDirectory log = new LogDirectory(fixture.disk, LogFixture.DIRECTORY);
            return SegmentChain.load(log, log.list(), config).segments();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private UUID logId() {
        return lastSegment().header().logId();
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 1 << 20})
    void meetsDamageWhereReadingInStepsDoes(int stretchBytes) throws IOException {
        SegmentedLog log = fill(3);
        List<SegmentFile> files = LogInspection.of(fixture.disk, LogFixture.DIRECTORY).segments();
        int failed = 0;
        for (int flip = 0; flip < FLIPS; flip++) {
            Path file = files.get(random.nextInt(3)).path();
            int position = SegmentHeader.PAGE_BYTES + random.nextInt(56 << 10);
            int bit = random.nextInt(8);
            String where = file + " position " + position + " bit " + bit;
            fixture.disk.flipBit(file, position, bit);

            Outcome inSteps = outcome(log.replay(0));
            inSteps.requireSame(outcome(log.readAhead(0, 3, stretchBytes)), where);

            failed += inSteps.failure == null ? 0 : 1;
            fixture.disk.flipBit(file, position, bit);
        }
        assertTrue(failed > FLIPS / 2, failed + " flips were met");
    }

    /** Whichever thread the device refuses: the replay ends, and before that nothing is missing. */
    @Test
    void failsWhenTheDeviceRefusesARead() {
        SegmentedLog log = fill(3);
        Outcome intact = outcome(log.replay(0));
        AtomicInteger reads = new AtomicInteger();
        fixture.disk.faults((operation, file) -> count(operation, reads, Integer.MAX_VALUE));
        outcome(log.readAhead(0, 3, 8 << 10));
        int all = reads.get();
        assertTrue(all > 20, all + " reads");
        for (int failing = 1; failing <= all; failing++) {
            int number = failing;
            reads.set(0);
            fixture.disk.faults((operation, file) -> count(operation, reads, number));

            Outcome failed = outcome(log.readAhead(0, 3, 8 << 10));

            LogFailure failure = failed.failure;
            assertNotNull(failure, "read " + number);
            assertEquals(LogFailure.Kind.DEVICE, failure.kind());
            new Outcome(intact.entries.subList(0, failed.entries.size()), failure)
                    .requireSame(failed, "read " + number);
        }
        fixture.disk.faults(Fault.NONE);
        intact.requireSame(outcome(log.readAhead(0, 3, 8 << 10)), "mended");
    }

    private static void count(Operation operation, AtomicInteger reads, int failing)
            throws IOException {
        if (operation == Operation.READ && reads.incrementAndGet() == failing) {
            throw new IOException("Input/output error");
        }
    }

    @Test
    void failsAtTheSegmentThatCannotBeRead() {
        SegmentedLog log = fill(4);
        String third = log.sealedSegments().get(2).from() + ".segment";
        fixture.disk.faults(
                (operation, file) -> {
                    if (operation == Operation.READ && file.toString().endsWith(third)) {
                        throw new IOException("Input/output error");
                    }
                });

        Outcome inSteps = outcome(log.replay(0));

        assertNotNull(inSteps.failure);
        inSteps.requireSame(outcome(log.readAhead(0, 4, 4096)), "ahead");
    }

    @Test
    void outlivesAnInterrupt() {
        RecordingListener listener = new RecordingListener();
        try (Flusher flusher = Flusher.start(new LocalDisk());
                SegmentedLog log =
                        SegmentedLog.open(
                                new SegmentedLogConfig(
                                        directory,
                                        1,
                                        SegmentedLogConfig.NEXT_EPOCH,
                                        LogFixture.SMALL,
                                        flusher,
                                        listener,
                                        3))) {
            for (int entry = 0; entry < 300; entry++) {
                log.append(EntryBody.of(LogFixture.body(1_000, entry)), LogFixture.NOW);
            }
            log.saveCheckpoint(log.endOffset(), new byte[0]);
            Outcome inSteps = outcome(log.replay(0));
            assertEquals(300, inSteps.entries.size());

            Thread.currentThread().interrupt();
            Outcome ahead = outcome(log.readAhead(0, 3, 4096));

            assertTrue(Thread.interrupted());
            inSteps.requireSame(ahead, "interrupted");
        }
    }

    @Test
    void aReplayThatIsGivenUpLeavesNothingBehind() {
        SegmentedLog log = fill(4);
        try (PartitionLog.Replay replay = log.readAhead(0, 4, 4096)) {
            assertEquals(0, replay.next().get(0).offset());
        }
    }

    @Test
    void aShortLogNeedsNoThread() {
        assertEquals(1, ReadAhead.threads(16, 0));
        assertEquals(1, ReadAhead.threads(16, 15 << 20));
        assertEquals(2, ReadAhead.threads(16, 16 << 20));
        assertEquals(1, ReadAhead.threads(1, 1L << 40));
        assertTrue(ReadAhead.threads(3, 1L << 40) > 1);
    }
}
