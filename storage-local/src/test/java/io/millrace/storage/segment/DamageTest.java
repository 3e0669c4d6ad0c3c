package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.SealedSegment;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was damaged is refused and named; what was only cut off is cut. */
final class DamageTest {

    private static final int RECORD = 1_000 + LogFixture.OVERHEAD;

    private final LogFixture fixture = new LogFixture();

    private void crash() {
        fixture.disk.cutPower();
    }

    private LogFailure refusal() {
        return assertThrows(LogFailure.class, fixture::open);
    }

    private void flip(long position) {
        fixture.disk.flipBit(LogFixture.FIRST_SEGMENT, (int) position, 3);
    }

    private static long position(int record) {
        return SegmentHeader.PAGE_BYTES + (long) record * RECORD;
    }

    @Test
    void refusesADamagedEntryInTheMiddleAndSaysWhereAndWhatToDo() {
        SegmentedLog log = fixture.open();
        for (int i = 0; i < 10; i++) {
            fixture.append(log, 1000);
        }
        log.close();
        flip(position(4) + 500);

        LogFailure failure = refusal();

        assertEquals(LogFailure.Kind.CORRUPT, failure.kind());
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains("position " + position(4)), message);
        assertTrue(message.contains("offset " + 4 * RECORD), message);
        assertTrue(message.contains(LogFixture.FIRST_SEGMENT.toString()), message);
        assertTrue(message.contains("Restore the file from a copy"), message);
    }

    @Test
    void changesNothingWhenItRefuses() {
        SegmentedLog log = fixture.open();
        for (int i = 0; i < 10; i++) {
            fixture.append(log, 1000);
        }
        log.close();
        flip(position(4) + 500);
        refusal();
        flip(position(4) + 500);

        assertEquals(10, LogFixture.readAll(fixture.open()).size());
    }

    @Test
    void refusesADamagedLength() {
        SegmentedLog log = fixture.open();
        for (int i = 0; i < 10; i++) {
            fixture.append(log, 1000);
        }
        log.close();
        flip(position(4) + RecordLayout.AT_LENGTH);

        assertEquals(LogFailure.Kind.CORRUPT, refusal().kind());
    }

    @Test
    void refusesTheLastEntryDamagedOnceTheLogWasIdle() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        fixture.append(log, 1000);
        fixture.idle();
        crash();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(position(1) + 500);

        assertEquals(LogFailure.Kind.CORRUPT, refusal().kind());
    }

    @Test
    void cutsTheLastEntryWhenNothingProvesThatItWasConfirmed() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        fixture.append(log, 1000);
        crash();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(position(1) + 500);

        SegmentedLog again = fixture.open();

        assertEquals(List.of(0L), LogFixture.offsets(again));
        assertEquals(RECORD, again.endOffset());
    }

    @Test
    void cutsAGroupAsAWhole() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        fixture.append(log, 5_000);
        crash();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(position(1) + 4_000);

        SegmentedLog again = fixture.open();

        assertEquals(List.of(0L), LogFixture.offsets(again));
    }

    @Test
    void neverBringsBackWhatItCut() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        for (int i = 0; i < 5; i++) {
            log.append(EntryBody.of(new byte[1000]), LogFixture.NOW);
        }
        fixture.settle();
        crash();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(position(1) + 500);
        SegmentedLog again = fixture.open();
        assertEquals(1, LogFixture.readAll(again).size());
        fixture.append(again, 1000);
        crash();
        again.close();
        fixture.disk.restart(Survival.NOTHING);

        assertEquals(List.of(0L, (long) RECORD), LogFixture.offsets(fixture.open()));
    }

    @Test
    void noticesDamageInASealedSegmentWhenItIsRead() {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        flip(position(4) + 500);

        assertEquals(4, log.read(0, 4 * 1000).size());
        LogFailure failure = assertThrows(LogFailure.class, () -> log.read(4L * RECORD, 1000));

        assertEquals(LogFailure.Kind.CORRUPT, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("position " + position(4)));
    }

    @Test
    void refusesADamagedSegmentHeader() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        log.close();
        flip(20);

        assertEquals(LogFailure.Kind.CORRUPT, refusal().kind());
    }

    @Test
    void refusesAChainWithAMissingFile() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 3);
        SealedSegment second = log.sealedSegments().get(1);
        log.close();
        fixture.disk.delete(segment(second.from()));

        LogFailure failure = refusal();

        assertEquals(LogFailure.Kind.CORRUPT, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("a file is missing"));
    }

    @Test
    void refusesALogThatEndsBeforeItsCheckpoint() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        fixture.append(log, 1000);
        long lastBase = log.sealedSegments().get(1).to();
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        log.close();
        fixture.disk.delete(segment(lastBase));

        assertEquals(LogFailure.Kind.CORRUPT, refusal().kind());
    }

    @Test
    void refusesTheDirectoryOfAnotherPartition() {
        fixture.open().close();
        SegmentedLogConfig other =
                new SegmentedLogConfig(
                        LogFixture.DIRECTORY,
                        2,
                        1,
                        LogFixture.SMALL,
                        fixture.flusher,
                        fixture.listener);

        LogFailure failure = assertThrows(LogFailure.class, () -> SegmentedLog.open(other));

        assertEquals(LogFailure.Kind.MISUSE, failure.kind());
    }

    @Test
    void fallsBackToTheOlderCheckpoint() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        log.saveCheckpoint(0, new byte[] {1});
        log.saveCheckpoint(RECORD, new byte[] {2});
        log.close();
        fixture.disk.flipBit(LogFixture.DIRECTORY.resolve("checkpoint-0000000002"), 64, 0);

        SegmentedLog again = fixture.open();

        assertArrayEquals(new byte[] {1}, assertNotNullAnd(again.latestCheckpoint()).content());
        again.saveCheckpoint(RECORD, new byte[] {3});
        assertArrayEquals(new byte[] {3}, assertNotNullAnd(again.latestCheckpoint()).content());
    }

    @Test
    void refusesToGoOnWithoutACheckpointThatTheLogNeeds() {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 3);
        log.saveCheckpoint(log.endOffset(), new byte[10]);
        log.forgetBefore(log.endOffset());
        fixture.settle();
        log.close();
        fixture.disk.flipBit(LogFixture.DIRECTORY.resolve("checkpoint-0000000001"), 70, 0);

        assertEquals(LogFailure.Kind.CORRUPT, refusal().kind());
    }

    @Test
    void hasNoFooterWhenItIsDamaged() {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 1);
        SealedSegment sealed = log.sealedSegments().get(0);
        assertNotNull(log.footer(sealed));
        flip(SegmentHeader.PAGE_BYTES + sealed.to() + LogFixture.OVERHEAD + 5);

        assertNull(log.footer(sealed));
    }

    @Test
    void takesNoBytesOfAMessageForAnEntry() {
        // The content of a message is the file of this very log, at the very position that its
        // records name.
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        byte[] forged = new byte[5 * RECORD];
        LogIdentity stranger = new LogIdentity(new java.util.UUID(1, 2), 1, 1);
        RecordEncoder encoder = new RecordEncoder(stranger);
        encoder.segment(1);
        encoder.stamp(10L * RECORD, LogFixture.NOW);
        // Parts of 1,024 bytes: this offset is that of the forged bytes in the second part.
        long at = RECORD + LogFixture.OVERHEAD;
        encoder.begin(0, at, 0, 0);
        System.arraycopy(encoder.finish(), 0, forged, 0, LogFixture.OVERHEAD);
        log.append(EntryBody.of(forged), LogFixture.NOW);
        fixture.settle();
        crash();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        flip(position(1) + RecordLayout.AT_CRC);

        assertEquals(List.of(0L), LogFixture.offsets(fixture.open()));
    }

    private static Path segment(long base) {
        return LogFixture.DIRECTORY.resolve("%020d.segment".formatted(base));
    }

    private static <T> T assertNotNullAnd(@org.jspecify.annotations.Nullable T value) {
        assertNotNull(value);
        return value;
    }
}
