package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.PartitionLog.SealedSegment;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.file.DiskFile;
import io.millrace.storage.segment.LogFault.Kind;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An inspection sees what a broker sees, names all that is damaged, and goes on behind it. */
final class LogInspectionTest {

    private static final int RECORD = 1_000 + LogFixture.OVERHEAD;

    private final LogFixture fixture = new LogFixture();

    private Findings findings() throws IOException {
        return Findings.of(fixture.disk, LogFixture.DIRECTORY);
    }

    private static long position(int record) {
        return SegmentHeader.PAGE_BYTES + (long) record * RECORD;
    }

    private static Path segment(long base) {
        return LogFixture.DIRECTORY.resolve("%020d.segment".formatted(base));
    }

    private void flip(Path file, long position) {
        fixture.disk.flipBit(file, (int) position, 3);
    }

    private void appendTen(SegmentedLog log) {
        for (int i = 0; i < 10; i++) {
            fixture.append(log, 1000);
        }
    }

    private LogFault only(Findings findings) {
        assertEquals(1, findings.faults.size(), findings.faults.toString());
        return findings.faults.get(0);
    }

    @Test
    void showsAllEntriesOfAnIntactLogAsTheLogItselfDoes() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        fixture.append(log, 5_000);
        fixture.append(log, 0);
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        List<LogEntry> expected = LogFixture.readAll(log);

        Findings whileOpen = findings();
        log.close();
        Findings found = findings();

        assertEquals(List.of(), whileOpen.faults);
        assertEquals(List.of(), found.faults);
        assertEquals(expected.size(), found.entries.size());
        for (int index = 0; index < expected.size(); index++) {
            LogEntry entry = expected.get(index);
            StoredEntry stored = found.entries.get(index);
            assertEquals(entry.offset(), stored.offset());
            assertEquals(entry.nextOffset(), stored.nextOffset());
            assertEquals(entry.epoch(), stored.epoch());
            assertEquals(entry.appendMillis(), stored.appendMillis());
            assertArrayEquals(entry.body(), stored.body());
        }
        assertEquals(5, found.entries.get(expected.size() - 2).records());
        assertEquals(log.sealedSegments().stream().map(SealedSegment::to).toList(), found.seals);
        assertEquals(List.of(log.endOffset()), found.markers);
        assertEquals(log.endOffset(), found.end);
    }

    @Test
    void showsOnlyWhatWasAskedFor() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 3);
        List<Long> all = LogFixture.offsets(log);
        long from = all.get(70) + 1;
        long until = all.get(100);
        Findings found = new Findings();

        LogInspection.of(fixture.disk, LogFixture.DIRECTORY).walk(from, until, found);

        assertEquals(all.subList(71, 100), found.offsets());
    }

    @Test
    void namesADamagedEntryAndShowsThoseBehindIt() throws IOException {
        SegmentedLog log = fixture.open();
        appendTen(log);
        List<Long> all = LogFixture.offsets(log);
        log.close();
        flip(LogFixture.FIRST_SEGMENT, position(4) + 500);

        Findings found = findings();

        LogFault fault = only(found);
        assertEquals(Kind.ENTRY, fault.kind());
        assertEquals(LogFixture.FIRST_SEGMENT, fault.file());
        assertEquals(position(4), fault.position());
        assertEquals(4L * RECORD, fault.from());
        assertEquals(5L * RECORD, fault.to());
        assertTrue(fault.found().contains("its checksum is wrong"), fault.found());
        assertEquals(
                all.stream().filter(offset -> offset != 4L * RECORD).toList(), found.offsets());
    }

    @Test
    void findsTheNextEntryBehindADamagedLength() throws IOException {
        SegmentedLog log = fixture.open();
        appendTen(log);
        log.close();
        flip(LogFixture.FIRST_SEGMENT, position(4) + RecordLayout.AT_LENGTH);
        flip(LogFixture.FIRST_SEGMENT, position(5) + RecordLayout.AT_MAGIC);

        Findings found = findings();

        assertEquals(4L * RECORD, only(found).from());
        assertEquals(6L * RECORD, only(found).to());
        assertEquals(8, found.entries.size());
    }

    @Test
    void losesAGroupAsAWhole() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        long group = fixture.append(log, 5_000);
        long after = fixture.append(log, 1000);
        log.close();
        flip(LogFixture.FIRST_SEGMENT, SegmentHeader.PAGE_BYTES + group + 3_000);

        Findings found = findings();

        assertEquals(Kind.ENTRY, only(found).kind());
        assertEquals(group, only(found).from());
        assertEquals(after, only(found).to());
        assertEquals(List.of(0L, after), found.offsets());
    }

    @Test
    void takesATornTailForWhatACrashLeaves() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        fixture.append(log, 1000);
        fixture.disk.cutPower();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(LogFixture.FIRST_SEGMENT, position(1) + 500);

        Findings found = findings();

        assertEquals(Kind.TORN_TAIL, only(found).kind());
        assertFalse(found.isFaulty());
        assertEquals(RECORD, found.end);
        assertEquals(1, LogFixture.readAll(fixture.open()).size());
    }

    @Test
    void takesADamagedEndForDamageOnceAMarkerProvesIt() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        fixture.append(log, 1000);
        fixture.idle();
        fixture.disk.cutPower();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(LogFixture.FIRST_SEGMENT, position(1) + 500);

        Findings found = findings();

        assertEquals(Kind.ENTRY, only(found).kind());
        assertEquals(2L * RECORD, only(found).to());
        assertEquals(List.of(2L * RECORD), found.markers);
        assertEquals(2L * RECORD, found.end);
    }

    @Test
    void namesTheEntriesOfAMissingSegment() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 4);
        SealedSegment second = log.sealedSegments().get(1);
        SealedSegment third = log.sealedSegments().get(2);
        log.close();
        fixture.disk.delete(segment(second.from()));
        fixture.disk.delete(segment(third.from()));

        Findings found = findings();

        assertEquals(Kind.MISSING, only(found).kind());
        assertEquals(second.from(), only(found).from());
        assertEquals(third.to(), only(found).to());
    }

    @Test
    void readsASegmentWhoseHeaderIsDamaged() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        List<Long> all = LogFixture.offsets(log);
        long second = log.sealedSegments().get(0).to();
        log.close();
        flip(segment(second), 20);

        Findings found = findings();

        assertEquals(Kind.HEADER, only(found).kind());
        assertTrue(only(found).lost().startsWith("nothing"), only(found).lost());
        assertEquals(all, found.offsets());
    }

    @Test
    void readsTheOnlySegmentThoughItsHeaderIsDamaged() throws IOException {
        SegmentedLog log = fixture.open();
        appendTen(log);
        log.close();
        flip(LogFixture.FIRST_SEGMENT, 3);

        Findings found = findings();

        assertEquals(Kind.HEADER, only(found).kind());
        assertEquals(10, found.entries.size());
    }

    @Test
    void noticesDamagedFootersAndPadding() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 1);
        long odd = fixture.append(log, 1001);
        long second = log.sealedSegments().get(0).to();
        log.close();
        flip(LogFixture.FIRST_SEGMENT, SegmentHeader.PAGE_BYTES + second + LogFixture.OVERHEAD + 5);
        flip(segment(second), SegmentHeader.PAGE_BYTES + odd - second + LogFixture.OVERHEAD + 1004);

        Findings found = findings();

        assertEquals(List.of(Kind.FOOTER, Kind.PADDING), found.kinds());
        assertFalse(found.isSerious());
    }

    @Test
    void noticesAFooterFileThatIsDamagedOrMissing() throws IOException {
        RecordingListener listener = new RecordingListener(60_000);
        SegmentedLog log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                LogFixture.DIRECTORY,
                                1,
                                1,
                                LogFixture.SMALL,
                                fixture.flusher,
                                listener));
        while (listener.sealed().isEmpty()) {
            fixture.append(log, 1000);
        }
        log.close();
        Path footer = LogFixture.DIRECTORY.resolve("00000000000000000000.footer");
        assertEquals(List.of(), findings().faults);
        flip(footer, 60);
        assertEquals(Kind.FOOTER, only(findings()).kind());
        fixture.disk.delete(footer);
        assertEquals(Kind.FOOTER, only(findings()).kind());
    }

    @Test
    void judgesCheckpointsByWhetherTheyAreNeeded() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 3);
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        Path older = LogFixture.DIRECTORY.resolve("checkpoint-0000000001");
        Path newer = LogFixture.DIRECTORY.resolve("checkpoint-0000000002");
        log.forgetBefore(log.endOffset());
        fixture.settle();
        log.close();

        assertEquals(List.of(), findings().faults);
        flip(newer, 70);
        assertEquals(Kind.CHECKPOINT, only(findings()).kind());
        flip(older, 70);
        assertEquals(List.of(Kind.CHECKPOINT_NEEDED, Kind.CHECKPOINT_NEEDED), findings().kinds());
        fixture.disk.delete(older);
        fixture.disk.delete(newer);
        assertEquals(Kind.CHECKPOINT_NEEDED, only(findings()).kind());
    }

    @Test
    void noticesThatTheLogEndsBeforeItsCheckpoint() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        fixture.append(log, 1000);
        long lastBase = log.sealedSegments().get(1).to();
        long end = log.endOffset();
        log.saveCheckpoint(end, new byte[10]);
        log.close();
        fixture.disk.delete(segment(lastBase));

        LogFault fault = only(findings());

        assertEquals(Kind.MISSING, fault.kind());
        assertEquals(lastBase, fault.from());
        assertEquals(end, fault.to());
    }

    @Test
    void noticesADamagedEpochAndUnfinishedFiles() throws IOException {
        fixture.open().close();
        try (DiskFile epoch = fixture.disk.open(LogFixture.DIRECTORY.resolve("epoch"))) {
            epoch.write(0, ByteBuffer.wrap(new byte[] {'x'}));
        }
        fixture.disk.open(LogFixture.DIRECTORY.resolve("checkpoint.tmp")).close();
        fixture.disk.open(LogFixture.DIRECTORY.resolve("spare-000009.new")).close();

        assertEquals(List.of(Kind.LEFT_OVER, Kind.EPOCH, Kind.LEFT_OVER), findings().kinds());
    }

    @Test
    void noticesASegmentOfAnotherLog() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        long second = log.sealedSegments().get(0).to();
        log.close();
        SegmentHeader stranger = new SegmentHeader(new UUID(1, 2), 1, second, 9, 1, 64 << 10, 0, 0);
        try (DiskFile file = fixture.disk.open(segment(second))) {
            file.write(0, stranger.encode());
        }

        assertTrue(findings().kinds().contains(Kind.STRANGER));
    }

    @Test
    void saysWhichFileTheDeviceRefusesAndReadsTheOthers() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        log.close();
        LogInspection inspection = LogInspection.of(fixture.disk, LogFixture.DIRECTORY);
        Findings found = new Findings();
        fixture.disk.faults(
                Fault.once(
                        Fault.Operation.READ,
                        LogFixture.FIRST_SEGMENT.getFileName().toString(),
                        new IOException("Input/output error")));

        inspection.verify(found);

        assertEquals(Kind.UNREADABLE, only(found).kind());
        assertTrue(found.entries.size() > 50);
    }

    @Test
    void takesASegmentThatABrokerGaveBackMeanwhileForNoDamage() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 3);
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        LogInspection inspection = LogInspection.of(fixture.disk, LogFixture.DIRECTORY);
        log.forgetBefore(log.endOffset());
        fixture.settle();
        fixture.fill(log, 5); // the files are used again
        Findings found = new Findings();

        inspection.verify(found);

        assertFalse(found.isFaulty(), found.faults.toString());
        assertTrue(found.kinds().contains(Kind.FORGOTTEN));
    }

    @Test
    void takesWhatARunningBrokerIsWritingForNoDamage() throws IOException {
        SegmentedLog log = fixture.open(new SegmentLimits(4 << 20, 1 << 10, 0, 50));
        fixture.append(log, 1000);
        LogInspection inspection = LogInspection.of(fixture.disk, LogFixture.DIRECTORY);
        Findings found = new Findings();
        // The end of the log is looked at in a first read; before the second, which looks for a
        // proof behind it, much more is written.
        int[] reads = new int[1];
        fixture.disk.faults(
                (operation, file) -> {
                    if (operation == Fault.Operation.READ && ++reads[0] == 2) {
                        for (int i = 0; i < 2_000; i++) {
                            fixture.append(log, 1000);
                        }
                    }
                });

        inspection.verify(found);

        assertEquals(List.of(), found.faults);
        assertEquals(2_001, found.entries.size());
    }
}
