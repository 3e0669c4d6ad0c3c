package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogFailure;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What nobody waits for is flushed later, and not much later, and there is never much of it. */
final class UnhurriedTest {

    private static final SegmentLimits LARGE = new SegmentLimits(256L << 20, 1 << 20, 0, 1_000_000);

    private static final long WAIT_MILLIS = 50;

    private final LogFixture fixture = new LogFixture();

    private static void append(SegmentedLog log, int sizeBytes) {
        log.appendUnhurried(EntryBody.of(new byte[sizeBytes]), LogFixture.NOW);
    }

    @Test
    void waitsForAMomentAndIsThenFlushedOnce() {
        SegmentedLog log = fixture.open(LARGE);
        long flushes = log.flushCount();
        for (int i = 0; i < 20; i++) {
            append(log, 100);
            fixture.settle();
        }
        fixture.flusher.advance(WAIT_MILLIS - 1);
        fixture.settle();
        assertEquals(flushes, log.flushCount());
        assertEquals(0, log.durableOffset());

        fixture.flusher.advance(1);
        fixture.settle();
        assertEquals(flushes + 1, log.flushCount());
        assertEquals(log.endOffset(), log.durableOffset());

        append(log, 100);
        fixture.settle();
        assertTrue(log.durableOffset() < log.endOffset(), "the wait begins anew");
    }

    @Test
    void goesWithWhatSomebodyWaitsFor() {
        SegmentedLog log = fixture.open(LARGE);
        append(log, 100);
        fixture.settle();
        fixture.append(log, 100);
        assertEquals(log.endOffset(), log.durableOffset());
    }

    @Test
    void goesWhenItIsHurried() {
        SegmentedLog log = fixture.open(LARGE);
        append(log, 100);
        fixture.settle();
        log.hurry();
        fixture.settle();
        assertEquals(log.endOffset(), log.durableOffset());
    }

    @Test
    void goesWhenThereIsMuchOfIt() {
        SegmentedLog log = fixture.open(LARGE);
        for (int i = 0; i < 7; i++) {
            append(log, 1 << 20);
        }
        fixture.settle();
        assertEquals(0, log.durableOffset());
        append(log, 1 << 20);
        fixture.settle();
        assertEquals(log.endOffset(), log.durableOffset());
    }

    /** An owner that is faster than the disk: memory is bounded only if flushes end. */
    @Test
    void aFlushEndsThoughTheOwnerGoesOn() {
        SteppedFlusher flusher =
                new SteppedFlusher(fixture.disk, new ChunkPool(1L << 30, ChunkPool.CHUNK_BYTES));
        SegmentedLog log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                LogFixture.DIRECTORY, 1, 1, LARGE, flusher, fixture.listener));
        int[] appended = new int[1];
        append(log, 9 << 20);
        fixture.disk.faults(
                (operation, file) -> {
                    if (operation == Fault.Operation.WRITE && appended[0] < 400) {
                        appended[0]++;
                        append(log, ChunkPool.CHUNK_BYTES);
                    }
                });
        flusher.step();
        fixture.disk.faults(Fault.NONE);
        assertTrue(log.durableOffset() > 9 << 20, "flushed");
        assertTrue(appended[0] < 400, "one round wrote all that was appended meanwhile");
        log.close();
        assertEquals(log.endOffset(), log.durableOffset());
    }

    @Test
    void mayBeLostWithThePowerAndNothingElseIs() {
        SegmentedLog log = fixture.open(LARGE);
        long kept = fixture.append(log, 100);
        append(log, 100);
        fixture.settle();
        fixture.disk.cutPower();
        log.close();
        fixture.disk.restart(Survival.NOTHING);

        SegmentedLog again = fixture.open(LARGE);
        assertEquals(java.util.List.of(kept), LogFixture.offsets(again));
    }

    @Test
    void hurryingALogThatFailedSaysSo() {
        SegmentedLog log = fixture.open(LARGE);
        append(log, 100);
        fixture.disk.faults(Fault.once(Fault.Operation.FORCE, "", new IOException("planted")));
        log.hurry();
        fixture.settle();
        assertEquals(LogFailure.Kind.DEVICE, assertThrows(LogFailure.class, log::hurry).kind());
        log.close();
    }
}
