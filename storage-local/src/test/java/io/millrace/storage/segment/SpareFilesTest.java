package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files are prepared ahead and used again, and nothing of their earlier life shows. */
final class SpareFilesTest {

    private final LogFixture fixture = new LogFixture();

    private List<String> files(String part) throws IOException {
        return fixture.disk.list(LogFixture.DIRECTORY).stream()
                .filter(name -> name.contains(part))
                .sorted()
                .toList();
    }

    @Test
    void preparesAFileBeforeItIsNeeded() throws IOException {
        SegmentedLog log = fixture.open();
        assertEquals(List.of(), files("spare"));
        for (int i = 0; i < 20; i++) {
            fixture.append(log, 1000);
        }

        assertEquals(1, files(".free").size());
        assertTrue(fixture.listener.sealed().isEmpty());
    }

    @Test
    void usesForgottenFilesAgainAndDeletesTheRest() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 6);
        log.forgetBefore(log.endOffset());
        fixture.settle();

        assertEquals(1, files(".segment").size());
        assertEquals(LogFixture.SMALL.spareFiles(), files(".free").size());
        fixture.fill(log, 9);
        fixture.settle();
        assertEquals(4, files(".segment").size());
        assertEquals(4, log.sealedSegments().size() + 1);
    }

    @Test
    void neverShowsEntriesOfAFilesEarlierLife() {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        log.forgetBefore(log.endOffset());
        fixture.settle();
        fixture.fill(log, 4);
        fixture.append(log, 1000);
        List<Long> expected = LogFixture.offsets(log);
        long end = log.endOffset();
        fixture.disk.cutPower();
        log.close();
        fixture.disk.restart(Survival.PAGES);

        SegmentedLog again = fixture.open();

        assertEquals(end, again.endOffset());
        assertEquals(expected, LogFixture.offsets(again));
    }

    @Test
    void keepsAFileThatIsBeingReadFromBeingWrittenTo() throws IOException {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        Segment first =
                new Segment(
                        new SegmentHeader(new java.util.UUID(0, 0), 1, 0, 1, 1, 64 << 10, -1, 0),
                        LogFixture.FIRST_SEGMENT);
        assertTrue(first.retain());
        assertFalse(first.forget());
        first.release();
        assertTrue(first.forget());
        assertFalse(first.retain());
        log.close();
    }

    @Test
    void tidiesUpWhatACrashLeft() throws IOException {
        fixture.open().close();
        for (String name :
                List.of("spare-000007.new", "checkpoint.tmp", "00000000000000000777.footer")) {
            fixture.disk.open(LogFixture.DIRECTORY.resolve(name)).close();
        }

        SegmentedLog log = fixture.open();

        assertEquals(List.of(), files(".new"));
        assertEquals(List.of(), files(".tmp"));
        assertEquals(List.of(), files(".footer"));
        fixture.append(log, 1);
    }

    @Test
    void acceptsAnotherSegmentSize() {
        SegmentedLog log = fixture.open();
        fixture.fill(log, 2);
        List<Long> expected = LogFixture.offsets(log);
        log.close();

        SegmentedLog larger = fixture.open(new SegmentLimits(128 << 10, 1 << 10, 2, 50));

        assertEquals(expected, LogFixture.offsets(larger));
        long offset = larger.append(EntryBody.of(new byte[64 << 10]), LogFixture.NOW);
        fixture.settle();
        assertEquals(64 << 10, larger.read(offset, 1).get(0).body().length);
    }
}
