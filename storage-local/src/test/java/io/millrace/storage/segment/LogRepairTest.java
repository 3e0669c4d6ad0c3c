package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.SealedSegment;
import io.millrace.storage.file.DiskFile;
import io.millrace.storage.file.DiskLock;
import io.millrace.storage.segment.LogRepair.Outcome;
import io.millrace.storage.segment.RepairPlan.Loss;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A log that was refused opens again, has everything that was intact, and there is a copy. */
final class LogRepairTest {

    private static final int RECORD = 1_000 + LogFixture.OVERHEAD;
    private static final Path COPIES = Path.of("/log.before-repair");

    private final LogFixture fixture = new LogFixture();
    private LogRepair.Replay replay = (log, from) -> Outcome.complete();

    private LogRepair repair() {
        return new LogRepair(
                fixture.disk,
                LogFixture.DIRECTORY,
                byte[]::new,
                (log, from) -> replay.run(log, from));
    }

    private RepairPlan applied() throws IOException {
        Map<String, byte[]> before = Findings.contents(fixture.disk, LogFixture.DIRECTORY);
        RepairPlan plan = repair().plan();
        assertNull(plan.impossible());
        assertSameFiles(before, Findings.contents(fixture.disk, LogFixture.DIRECTORY));
        repair().apply(plan, COPIES);
        Map<String, byte[]> after = Findings.contents(fixture.disk, LogFixture.DIRECTORY);
        Map<String, byte[]> copies = Findings.contents(fixture.disk, COPIES);
        before.forEach(
                (name, bytes) -> {
                    if (!Arrays.equals(bytes, after.get(name))) {
                        assertArrayEquals(bytes, copies.get(name), name);
                    }
                });
        return plan;
    }

    private static void assertSameFiles(Map<String, byte[]> one, Map<String, byte[]> other) {
        assertEquals(one.keySet(), other.keySet());
        one.forEach((name, bytes) -> assertArrayEquals(bytes, other.get(name), name));
    }

    private static Path segment(long base) {
        return LogFixture.DIRECTORY.resolve("%020d.segment".formatted(base));
    }

    private List<Long> bases() throws IOException {
        return LogInspection.of(fixture.disk, LogFixture.DIRECTORY).segments().stream()
                .map(SegmentFile::base)
                .toList();
    }

    private void flip(Path file, long position) {
        fixture.disk.flipBit(file, (int) position, 3);
    }

    private static long position(int record) {
        return SegmentHeader.PAGE_BYTES + (long) record * RECORD;
    }

    private void refuses() {
        assertEquals(LogFailure.Kind.CORRUPT, assertThrows(LogFailure.class, fixture::open).kind());
    }

    /** Opens and asserts that all of the entries but the lost ones are there, byte by byte. */
    private SegmentedLog opensWithout(List<LogEntry> all, List<Loss> losses) throws IOException {
        Findings found = Findings.of(fixture.disk, LogFixture.DIRECTORY);
        assertEquals(List.of(), found.faults);
        SegmentedLog log = fixture.open();
        List<LogEntry> read = LogFixture.readAll(log);
        List<LogEntry> kept = new ArrayList<>();
        for (LogEntry each : all) {
            if (losses.stream()
                    .noneMatch(loss -> loss.from() <= each.offset() && each.offset() < loss.to())) {
                kept.add(each);
            }
        }
        for (LogEntry each : kept) {
            LogEntry again =
                    read.stream()
                            .filter(entry -> entry.offset() == each.offset())
                            .findFirst()
                            .orElseThrow();
            assertArrayEquals(each.body(), again.body());
            assertEquals(each.nextOffset(), again.nextOffset());
        }
        fixture.append(log, 1000);
        return log;
    }

    private List<LogEntry> filled(int segments) {
        SegmentedLog log = fixture.open();
        fixture.fill(log, segments);
        fixture.append(log, 1000);
        fixture.append(log, 1000);
        List<LogEntry> all = LogFixture.readAll(log);
        log.close();
        return all;
    }

    @Test
    void hasNothingToDoForAnIntactLog() throws IOException {
        filled(2);

        RepairPlan plan = repair().plan();

        assertEquals(List.of(), plan.steps());
        assertEquals(List.of(), plan.losses());
        assertNull(plan.impossible());
    }

    @Test
    void putsABlankEntryWhereOneIsDamaged() throws IOException {
        List<LogEntry> all = filled(1);
        long last = bases().get(1);
        flip(segment(last), SegmentHeader.PAGE_BYTES + 500);
        refuses();

        RepairPlan plan = applied();

        assertEquals(
                List.of(new Loss(last, last + RECORD, false, "the bytes are damaged")),
                plan.losses());
        opensWithout(all, plan.losses()).close();
    }

    @Test
    void closesGapsOfAnyLengthInAnySegment() throws IOException {
        SegmentedLog log = fixture.open();
        for (int size = 0; size < 100; size += 3) {
            fixture.append(log, size);
        }
        fixture.append(log, 9_000);
        fixture.fill(log, 1);
        List<LogEntry> all = LogFixture.readAll(log);
        log.close();
        for (int index = 1; index < 36; index += 2) {
            flip(LogFixture.FIRST_SEGMENT, SegmentHeader.PAGE_BYTES + all.get(index).offset() + 40);
        }

        RepairPlan plan = applied();

        assertEquals(18, plan.losses().size());
        SegmentedLog again = opensWithout(all, plan.losses());
        assertArrayEquals(new byte[0], again.footer(again.sealedSegments().get(0)));
        again.close();
    }

    @Test
    void makesBlankSegmentsForMissingOnes() throws IOException {
        List<LogEntry> all = filled(5);
        SegmentedLog log = fixture.open();
        List<SealedSegment> sealed = log.sealedSegments();
        log.close();
        fixture.disk.delete(segment(sealed.get(1).from()));
        fixture.disk.delete(segment(sealed.get(2).from()));
        refuses();

        RepairPlan plan = applied();

        assertEquals(1, plan.losses().size());
        assertEquals(sealed.get(1).from(), plan.losses().get(0).from());
        assertEquals(sealed.get(2).to(), plan.losses().get(0).to());
        opensWithout(all, plan.losses()).close();
    }

    @Test
    void makesABlankSegmentForOneThatIsDestroyed() throws IOException {
        List<LogEntry> all = filled(3);
        SegmentedLog log = fixture.open();
        SealedSegment second = log.sealedSegments().get(1);
        log.close();
        try (DiskFile file = fixture.disk.open(segment(second.from()))) {
            SegmentWriter.zero(file, 0, file.length());
        }
        refuses();

        RepairPlan plan = applied();

        assertEquals(second.from(), plan.losses().get(0).from());
        assertEquals(second.to(), plan.losses().get(0).to());
        opensWithout(all, plan.losses()).close();
    }

    @Test
    void writesADamagedHeaderAnewWithoutLoss() throws IOException {
        List<LogEntry> all = filled(2);
        for (long base : bases()) {
            flip(segment(base), 33);
        }
        refuses();

        RepairPlan plan = applied();

        assertEquals(List.of(), plan.losses());
        assertEquals(3, plan.steps().size());
        opensWithout(all, plan.losses()).close();
    }

    @Test
    void deletesAnEmptySegmentWhoseHeaderIsDamaged() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 1);
        long base = log.sealedSegments().get(0).to();
        List<LogEntry> all = LogFixture.readAll(log);
        log.close();
        try (DiskFile file = fixture.disk.open(segment(base))) {
            SegmentWriter.zero(file, SegmentHeader.PAGE_BYTES, file.length());
        }
        all.remove(all.size() - 1);
        flip(segment(base), 33);
        refuses();

        RepairPlan plan = applied();

        assertEquals(List.of(), plan.losses());
        opensWithout(all, plan.losses()).close();
    }

    @Test
    void cutsWhereTheOwnerCannotGoOn() throws IOException {
        List<LogEntry> all = filled(3);
        long end = all.get(all.size() - 1).nextOffset();
        flip(LogFixture.FIRST_SEGMENT, position(4) + 500);
        flip(LogFixture.FIRST_SEGMENT, position(9) + 500);
        replay = (log, from) -> new Outcome(7L * RECORD, "it needs what was before");

        RepairPlan plan = applied();

        assertEquals(
                List.of(
                        new Loss(4L * RECORD, 5L * RECORD, false, "the bytes are damaged"),
                        new Loss(7L * RECORD, end, true, "it needs what was before"),
                        new Loss(9L * RECORD, 10L * RECORD, false, "the bytes are damaged")),
                plan.losses());
        SegmentedLog log = opensWithout(all, plan.losses());
        assertEquals(8L * RECORD, log.endOffset());
        log.close();
    }

    @Test
    void leavesNoBlankEntryAtTheEnd() throws IOException {
        List<LogEntry> all = filled(1);
        long base = bases().get(1);
        long end = all.get(all.size() - 1).nextOffset();
        for (long offset = base; offset < end; offset += RECORD) {
            flip(segment(base), SegmentHeader.PAGE_BYTES + offset - base + 500);
        }
        refuses();

        RepairPlan plan = applied();

        assertEquals(List.of(new Loss(base, end, false, "the bytes are damaged")), plan.losses());
        SegmentedLog log = opensWithout(all, plan.losses());
        assertEquals(base + RECORD, log.endOffset());
        log.close();
    }

    @Test
    void cutsBeforeTheDamageThatMakesWhatFollowsUseless() throws IOException {
        List<LogEntry> all = filled(1);
        long end = all.get(all.size() - 1).nextOffset();
        flip(LogFixture.FIRST_SEGMENT, position(4) + 500);
        replay = (log, from) -> new Outcome(5L * RECORD, "it needs what was before");

        RepairPlan plan = applied();

        assertEquals(
                List.of(
                        new Loss(4L * RECORD, 5L * RECORD, false, "the bytes are damaged"),
                        new Loss(5L * RECORD, end, true, "it needs what was before")),
                plan.losses());
        SegmentedLog log = opensWithout(all, plan.losses());
        assertEquals(5L * RECORD, log.endOffset());
        log.close();
    }

    @Test
    void keepsTheOffsetsThatACheckpointStandsFor() throws IOException {
        SegmentedLog log = fixture.open();
        for (int i = 0; i < 3; i++) {
            fixture.append(log, 1000);
        }
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        List<LogEntry> all = LogFixture.readAll(log);
        log.close();
        flip(LogFixture.FIRST_SEGMENT, position(2) + 500);
        refuses();

        RepairPlan plan = applied();

        SegmentedLog again = opensWithout(all, plan.losses());
        assertEquals(4L * RECORD, again.endOffset());
        again.close();
    }

    @Test
    void doesNotBlameDamageForWhatItDoesNotExplain() throws IOException {
        filled(1);
        replay = (log, from) -> new Outcome(7L * RECORD, "unknown event");

        String impossible = repair().plan().impossible();

        assertTrue(String.valueOf(impossible).contains("unknown event"), impossible);
    }

    @Test
    void deletesADamagedCheckpointThatIsNotNeeded() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 1);
        log.saveCheckpoint(0, new byte[10]);
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        List<LogEntry> all = LogFixture.readAll(log);
        log.close();
        flip(LogFixture.DIRECTORY.resolve("checkpoint-0000000002"), 70);

        RepairPlan plan = applied();

        assertEquals(List.of(), plan.losses());
        SegmentedLog again = opensWithout(all, plan.losses());
        assertEquals(0, Objects.requireNonNull(again.latestCheckpoint()).upTo());
        again.close();
    }

    @Test
    void saysThatItCannotDoWithoutACheckpointThatIsNeeded() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 3);
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        log.forgetBefore(log.endOffset());
        fixture.settle();
        log.close();
        flip(LogFixture.DIRECTORY.resolve("checkpoint-0000000001"), 70);
        refuses();

        RepairPlan plan = repair().plan();

        assertNotNull(plan.impossible());
        assertThrows(IllegalArgumentException.class, () -> repair().apply(plan, COPIES));
    }

    @Test
    void goesBackToAnOlderCheckpointWhenTheEndIsMissing() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        log.saveCheckpoint(log.endOffset(), new byte[] {1});
        fixture.fill(log, 1);
        List<LogEntry> all = LogFixture.readAll(log);
        long base = log.sealedSegments().get(0).to();
        long end = log.endOffset();
        log.saveCheckpoint(end, new byte[] {2});
        log.close();
        fixture.disk.delete(segment(base));
        refuses();

        RepairPlan plan = applied();

        assertEquals(base, plan.losses().get(0).from());
        assertEquals(end, plan.losses().get(0).to());
        SegmentedLog again = opensWithout(all, plan.losses());
        assertArrayEquals(
                new byte[] {1}, Objects.requireNonNull(again.latestCheckpoint()).content());
        again.close();
    }

    @Test
    void keepsBrokersOutWhileItHasTheLock() {
        SegmentedLog log = fixture.open();
        assertEquals(
                LogFailure.Kind.LOCKED,
                assertThrows(LogFailure.class, () -> repair().lock()).kind());
        log.close();
        try (DiskLock lock = repair().lock()) {
            assertNotNull(lock);
            assertEquals(
                    LogFailure.Kind.LOCKED, assertThrows(LogFailure.class, fixture::open).kind());
        }
        fixture.open().close();
    }

    @Test
    void changesNothingWhenThereIsNoRoomForTheCopies() throws IOException {
        filled(1);
        flip(LogFixture.FIRST_SEGMENT, position(4) + 500);
        Map<String, byte[]> before = Findings.contents(fixture.disk, LogFixture.DIRECTORY);
        RepairPlan plan = repair().plan();
        fixture.disk.faults(
                Fault.once(Fault.Operation.WRITE, ".segment", new IOException("No space")));

        assertThrows(IOException.class, () -> repair().apply(plan, COPIES));

        assertSameFiles(before, Findings.contents(fixture.disk, LogFixture.DIRECTORY));
    }

    @Test
    void leavesATornTailToTheOpening() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        fixture.append(log, 1000);
        fixture.disk.cutPower();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(LogFixture.FIRST_SEGMENT, position(1) + 500);

        assertEquals(List.of(), repair().plan().steps());
    }
}
