package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.storage.simulated.Survival;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The marker of an idle log is invisible, written once, and costs a busy log nothing. */
final class MarkerTest {

    private final LogFixture fixture = new LogFixture();

    @Test
    void isWrittenOnceWhenTheLogIsIdle() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 100);
        long flushes = log.flushCount();

        fixture.settle();
        assertEquals(flushes, log.flushCount());
        fixture.idle();
        assertEquals(flushes + 1, log.flushCount());
        fixture.idle();
        assertEquals(flushes + 1, log.flushCount());
    }

    @Test
    void isNeverWrittenUnderLoad() {
        SegmentedLog log = fixture.open();
        long flushes = log.flushCount();
        for (int i = 0; i < 50; i++) {
            fixture.flusher.advance(LogFixture.SMALL.idleMillis() - 1);
            fixture.append(log, 10);
        }
        assertEquals(flushes + 50, log.flushCount());
    }

    @Test
    void takesNoOffsetAndIsNotRead() {
        SegmentedLog log = fixture.open();
        long end = fixture.append(log, 100);
        end = log.endOffset();
        fixture.idle();

        assertEquals(end, log.endOffset());
        assertEquals(end, fixture.append(log, 50));
        fixture.idle();
        assertEquals(2, LogFixture.readAll(log).size());
    }

    @Test
    void makesReopeningAfterACrashACleanOne() {
        SegmentedLog log = fixture.open();
        fixture.append(log, 100);
        fixture.idle();
        fixture.disk.cutPower();
        log.close();
        fixture.disk.restart(Survival.NOTHING);
        int[] writes = new int[1];
        fixture.disk.faults(
                (operation, file) -> {
                    if (operation == io.millrace.storage.simulated.Fault.Operation.WRITE) {
                        writes[0]++;
                    }
                });

        SegmentedLog again = fixture.open();

        assertEquals(0, writes[0]);
        assertEquals(1, LogFixture.readAll(again).size());
    }

    @Test
    void gathersAppendsThatWaitIntoOneFlush() {
        SegmentedLog log = fixture.open();
        long flushes = log.flushCount();
        for (int i = 0; i < 20; i++) {
            log.append(EntryBody.of(new byte[100]), LogFixture.NOW);
        }
        fixture.settle();

        assertEquals(flushes + 1, log.flushCount());
        assertTrue(log.flushedBytes() >= 2_000);
        assertEquals(List.of(log.endOffset()), fixture.listener.reports());
    }
}
