package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One flipped bit anywhere: an inspection finds it or it is in bytes that nobody reads, it agrees
 * with the broker about whether the log can be opened, and it changes nothing.
 */
final class BitFlipPropertyTest {

    private static final int FLIPS = 400;

    private final LogFixture fixture = new LogFixture();
    private final Random random = new Random(20_261_121);

    /** A log with sealed segments, groups, odd lengths, checkpoints, and a marker at its end. */
    private void makeLog(int entriesInLastSegment) {
        SegmentedLog log = fixture.open();
        while (fixture.listener.sealed().size() < 2) {
            fixture.append(log, random.nextInt(3_000));
        }
        log.saveCheckpoint(0, new byte[100]);
        log.saveCheckpoint(log.endOffset(), new byte[100]);
        for (int i = 0; i < entriesInLastSegment; i++) {
            fixture.append(log, random.nextInt(3_000));
        }
        log.close();
    }

    /** The bytes of segments that stand for something: headers, records with their padding. */
    private Map<Path, Integer> meaningfulBytes() throws IOException {
        Map<Path, Integer> bytes = new TreeMap<>();
        Findings intact = Findings.of(fixture.disk, LogFixture.DIRECTORY);
        List<SegmentFile> segments =
                LogInspection.of(fixture.disk, LogFixture.DIRECTORY).segments();
        for (int index = 0; index < segments.size(); index++) {
            SegmentFile segment = segments.get(index);
            bytes.put(segment.path(), (int) segment.positionOf(intact.ends.get(index)));
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20})
    void everyFlippedBitOfARecordIsFound(int entriesInLastSegment) throws IOException {
        makeLog(entriesInLastSegment);
        List<Map.Entry<Path, Integer>> files = List.copyOf(meaningfulBytes().entrySet());
        Map<String, byte[]> before = Findings.contents(fixture.disk, LogFixture.DIRECTORY);
        for (int flip = 0; flip < FLIPS; flip++) {
            Map.Entry<Path, Integer> file = files.get(random.nextInt(files.size()));
            int records = file.getValue() - SegmentHeader.PAGE_BYTES;
            int position = records == 0 ? 20 : SegmentHeader.PAGE_BYTES + random.nextInt(records);
            int bit = random.nextInt(8);
            String where = file.getKey() + " position " + position + " bit " + bit;
            fixture.disk.flipBit(file.getKey(), position, bit);

            Findings found = Findings.of(fixture.disk, LogFixture.DIRECTORY);

            assertTrue(found.isFaulty(), where);
            assertNamesPosition(found, file.getKey(), position, where);
            fixture.disk.flipBit(file.getKey(), position, bit);
        }
        assertSame(before, Findings.contents(fixture.disk, LogFixture.DIRECTORY));
        assertEquals(List.of(), Findings.of(fixture.disk, LogFixture.DIRECTORY).faults);
    }

    private static void assertNamesPosition(Findings found, Path file, int position, String where) {
        assertTrue(
                found.faults.stream()
                        .anyMatch(
                                fault -> fault.file().equals(file) && fault.position() <= position),
                where + found.faults);
    }

    @Test
    void agreesWithTheBrokerAboutWhatCanBeOpened() throws IOException {
        makeLog(12);
        List<LogEntry> all = readAll();
        Map<String, byte[]> before = Findings.contents(fixture.disk, LogFixture.DIRECTORY);
        List<String> names = List.copyOf(before.keySet());
        for (int flip = 0; flip < FLIPS; flip++) {
            String name = names.get(random.nextInt(names.size()));
            byte[] bytes = before.get(name);
            if (bytes == null || bytes.length == 0 || name.equals("lock")) {
                continue;
            }
            int position = random.nextInt(bytes.length);
            int bit = random.nextInt(8);
            String where = name + " position " + position + " bit " + bit;
            fixture.disk.flipBit(LogFixture.DIRECTORY.resolve(name), position, bit);

            Findings found = Findings.of(fixture.disk, LogFixture.DIRECTORY);

            if (opensComplete(all)) {
                assertFalse(found.isSerious(), where + found.faults);
            } else {
                assertTrue(found.isSerious(), where);
            }
            restore(before);
        }
    }

    private List<LogEntry> readAll() {
        SegmentedLog log = fixture.open();
        try (log) {
            return LogFixture.readAll(log);
        }
    }

    /** Whether a broker finds every entry as it was. */
    private boolean opensComplete(List<LogEntry> all) {
        SegmentedLog log;
        try {
            log = fixture.open();
        } catch (LogFailure e) {
            return false;
        }
        try (log) {
            List<LogEntry> read = LogFixture.readAll(log);
            assertEquals(all.size(), read.size());
            for (int index = 0; index < read.size(); index++) {
                assertArrayEquals(all.get(index).body(), read.get(index).body());
            }
            return true;
        } catch (LogFailure e) {
            return false;
        }
    }

    private void restore(Map<String, byte[]> before) throws IOException {
        for (String name : fixture.disk.list(LogFixture.DIRECTORY)) {
            fixture.disk.delete(LogFixture.DIRECTORY.resolve(name));
        }
        for (Map.Entry<String, byte[]> file : before.entrySet()) {
            try (DiskFile open = fixture.disk.open(LogFixture.DIRECTORY.resolve(file.getKey()))) {
                open.write(0, ByteBuffer.wrap(file.getValue()));
            }
        }
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, bytes) -> assertTrue(Arrays.equals(bytes, actual.get(name)), name));
    }
}
