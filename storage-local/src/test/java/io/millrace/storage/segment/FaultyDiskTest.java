package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Fault.Operation;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A disk that refuses stops the log once, says why, and loses nothing that was confirmed. */
final class FaultyDiskTest {

    private final LogFixture fixture = new LogFixture();

    private LogFailure failureOf(SegmentedLog log) {
        fixture.settle();
        assertEquals(1, fixture.listener.failures().size());
        LogFailure reported = fixture.listener.failures().get(0);
        LogFailure later =
                assertThrows(
                        LogFailure.class,
                        () -> log.append(EntryBody.of(new byte[1]), LogFixture.NOW));
        assertEquals(reported.kind(), later.kind());
        fixture.settle();
        assertEquals(1, fixture.listener.failures().size());
        return reported;
    }

    @Test
    void failsOnceWhenAFlushFailsAndNeverRetriesIt() {
        SegmentedLog log = fixture.open();
        long confirmed = fixture.append(log, 100);
        int[] forces = new int[1];
        fixture.disk.faults(
                (operation, file) -> {
                    if (operation == Operation.FORCE) {
                        forces[0]++;
                        throw new IOException("Input/output error");
                    }
                });
        log.append(EntryBody.of(new byte[100]), LogFixture.NOW);

        assertEquals(LogFailure.Kind.DEVICE, failureOf(log).kind());

        log.close();
        assertEquals(1, forces[0]);
        assertTrue(log.durableOffset() > confirmed);
        assertEquals(log.durableOffset(), fixture.listener.durable());
    }

    @Test
    void storesAgainWhatAFailedFlushMayHaveLost() {
        SegmentedLog log = fixture.open();
        fixture.disk.faults(Fault.once(Operation.FORCE, "", new IOException("Input/output error")));
        for (int i = 0; i < 20; i++) {
            log.append(EntryBody.of(LogFixture.body(1000, log.endOffset())), LogFixture.NOW);
        }
        failureOf(log);
        log.close();

        // The system's cache still has everything, and believes that it is stored.
        SegmentedLog again = fixture.open();
        List<Long> recovered = LogFixture.offsets(again);
        fixture.disk.cutPower();
        again.close();
        fixture.disk.restart(Survival.NOTHING);

        assertEquals(20, recovered.size());
        assertEquals(recovered, LogFixture.offsets(fixture.open()));
    }

    @Test
    void survivesAShortWrite() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        fixture.disk.faults(Fault.once(Operation.WRITE, "", new IOException("Input/output error")));
        log.append(EntryBody.of(new byte[3000]), LogFixture.NOW);
        assertEquals(LogFailure.Kind.DEVICE, failureOf(log).kind());
        log.close();

        SegmentedLog again = fixture.open();

        assertEquals(0L, LogFixture.offsets(again).get(0));
        long next = fixture.append(again, 10);
        assertArrayEquals(LogFixture.body(10, next), again.read(next, 1000).get(0).body());
    }

    @Test
    void saysThatTheDiskIsFullAndGoesOnWhenThereIsRoom() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        long before = log.endOffset();
        fixture.disk.capacity(0);
        while (fixture.listener.failures().isEmpty()) {
            log.append(EntryBody.of(new byte[1000]), LogFixture.NOW);
            fixture.flusher.step();
        }

        LogFailure failure = failureOf(log);

        assertEquals(LogFailure.Kind.FULL, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("free space"));
        log.close();
        fixture.disk.capacity(Long.MAX_VALUE);
        SegmentedLog again = fixture.open();
        assertTrue(again.endOffset() >= before);
        fixture.append(again, 1000);
        assertTrue(fixture.listener.failures().isEmpty());
    }

    @Test
    void failsAReadThatTheDeviceRefusesAndTheLogGoesOn() {
        SegmentedLog log = fixture.open();
        long offset = fixture.append(log, 1000);
        fixture.disk.faults(
                Fault.once(Operation.READ, ".segment", new IOException("Input/output error")));

        LogFailure failure = assertThrows(LogFailure.class, () -> log.read(offset, 1000));

        assertEquals(LogFailure.Kind.DEVICE, failure.kind());
        assertEquals(1, log.read(offset, 1000).size());
        fixture.append(log, 1000);
    }

    @Test
    void failsWhenANewSegmentCannotBeNamed() {
        SegmentedLog log = fixture.open();
        fixture.disk.faults(
                Fault.once(
                        Operation.FORCE_DIRECTORY, "log", new IOException("Input/output error")));
        while (fixture.listener.sealed().isEmpty()) {
            log.append(EntryBody.of(LogFixture.body(1000, log.endOffset())), LogFixture.NOW);
        }
        assertEquals(LogFailure.Kind.DEVICE, failureOf(log).kind());
        log.close();

        SegmentedLog again = fixture.open();
        assertEquals(fixture.listener.durable(), 0);
        assertEquals(again.endOffset(), again.durableOffset());
        fixture.append(again, 1000);
    }

    @Test
    void keepsTheOldCheckpointWhenTheNewOneCannotBeStored() {
        SegmentedLog log = fixture.open();
        log.saveCheckpoint(0, new byte[] {1});
        for (Operation operation : List.of(Operation.WRITE, Operation.FORCE, Operation.RENAME)) {
            fixture.disk.faults(
                    Fault.once(operation, "checkpoint", new IOException("Input/output error")));
            LogFailure failure =
                    assertThrows(LogFailure.class, () -> log.saveCheckpoint(0, new byte[] {2}));
            assertEquals(LogFailure.Kind.DEVICE, failure.kind());
        }
        log.close();

        assertArrayEquals(new byte[] {1}, content(fixture.open()));
    }

    @Test
    void goesOnWithoutAFileThatCannotBePrepared() {
        SegmentedLog log = fixture.open();
        int[] failed = new int[1];
        fixture.disk.faults(
                (operation, file) -> {
                    // The first is of a file that was prepared, those of segments come later.
                    if (operation == Operation.RENAME && failed[0]++ == 0) {
                        throw new IOException("Input/output error");
                    }
                });
        fixture.fill(log, 2);

        assertTrue(failed[0] > 1);
        assertTrue(fixture.listener.failures().isEmpty());
        assertEquals(log.endOffset(), fixture.listener.durable());
    }

    @Test
    void givesNothingYoungerBackAfterThatFailed() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 4);
        log.saveCheckpoint(log.endOffset(), new byte[1]);
        fixture.disk.faults(
                Fault.once(Operation.DELETE, ".footer", new IOException("Input/output error")));
        log.forgetBefore(log.endOffset());
        fixture.settle();
        fixture.append(log, 1000);
        assertTrue(fixture.listener.failures().isEmpty());
        log.close();

        // All of the chain is there: what was not given back begins the log again.
        SegmentedLog again = fixture.open();
        assertEquals(0, again.startOffset());
        assertEquals(again.endOffset(), again.durableOffset());
        assertEquals(0L, LogFixture.offsets(again).get(0));
    }

    @Test
    void doesNotOpenOnADiskThatCannotBeWrittenAndChangesNothing() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 1000);
        log.close();
        fixture.disk.faults(
                (operation, file) -> {
                    if (operation != Operation.READ) {
                        throw new IOException("Read-only file system");
                    }
                });
        LogFailure failure = assertThrows(LogFailure.class, fixture::openNext);
        assertEquals(LogFailure.Kind.DEVICE, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("Read-only file system"));
        fixture.disk.faults(Fault.NONE);

        assertEquals(1, LogFixture.offsets(fixture.openNext()).size());
    }

    @Test
    void wakesAnAppendThatWaitsForRoomWhenTheLogFails() {
        SteppedFlusher narrow = new SteppedFlusher(fixture.disk, new ChunkPool(8 << 10, 4 << 10));
        SegmentedLog log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                LogFixture.DIRECTORY,
                                1,
                                1,
                                LogFixture.SMALL,
                                narrow,
                                fixture.listener));
        fixture.disk.faults(Fault.once(Operation.WRITE, "", new IOException("Input/output error")));

        LogFailure failure =
                assertThrows(
                        LogFailure.class,
                        () -> log.append(EntryBody.of(new byte[30_000]), LogFixture.NOW));

        assertEquals(LogFailure.Kind.DEVICE, failure.kind());
        log.close();
    }

    @Test
    void leavesOtherLogsOfTheDiskAlone() {
        SegmentedLog log = fixture.open();
        RecordingListener others = new RecordingListener();
        SegmentedLog other =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                Path.of("/other"),
                                2,
                                1,
                                LogFixture.SMALL,
                                fixture.flusher,
                                others));
        fixture.disk.faults(
                (operation, file) -> {
                    if (file.startsWith(LogFixture.DIRECTORY)) {
                        throw new IOException("Input/output error");
                    }
                });
        log.append(EntryBody.of(new byte[10]), LogFixture.NOW);
        other.append(EntryBody.of(new byte[10]), LogFixture.NOW);

        assertEquals(LogFailure.Kind.DEVICE, failureOf(log).kind());
        assertEquals(other.endOffset(), others.durable());
        assertTrue(others.failures().isEmpty());
        log.close();
        other.close();
        fixture.flusher.close();
    }

    @Test
    void failsTheLogWhoseListenerThrows() {
        PartitionLog.Listener throwing =
                new PartitionLog.Listener() {
                    @Override
                    public byte[] sealing(PartitionLog.SealedSegment segment) {
                        return new byte[0];
                    }

                    @Override
                    public void durableUpTo(long offset) {
                        throw new IllegalStateException("planted bug");
                    }

                    @Override
                    public void failed(LogFailure failure) {
                        fixture.listener.failed(failure);
                    }
                };
        SegmentedLog log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                LogFixture.DIRECTORY,
                                1,
                                1,
                                LogFixture.SMALL,
                                fixture.flusher,
                                throwing));
        log.append(EntryBody.of(new byte[10]), LogFixture.NOW);

        assertTrue(String.valueOf(failureOf(log).getMessage()).contains("planted bug"));
        log.close();
    }

    private static byte[] content(SegmentedLog log) {
        return java.util.Objects.requireNonNull(log.latestCheckpoint()).content();
    }
}
