package io.millrace.storage;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.log.PartitionLog.Checkpoint;
import io.millrace.core.log.PartitionLog.SealedSegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link PartitionLog} promises, for every implementation. A subclass opens logs with segments
 * of about 64 KiB, so that a few hundred entries roll.
 */
public abstract class PartitionLogContract {

    private static final long NOW = 1_800_000_000_000L;
    private static final int ALL = Integer.MAX_VALUE;

    protected RecordingListener listener = new RecordingListener();
    private @Nullable PartitionLog open;

    /** Opens the log of this test, with what earlier ones left in it. */
    protected abstract PartitionLog open(long epoch, PartitionLog.Listener listener);

    private PartitionLog open() {
        return open(1);
    }

    private PartitionLog open(long epoch) {
        PartitionLog log = open(epoch, listener);
        open = log;
        return log;
    }

    @AfterEach
    protected void closeLog() {
        if (open != null) {
            open.close();
        }
    }

    private PartitionLog reopen(PartitionLog log) {
        log.close();
        listener = new RecordingListener();
        return open();
    }

    protected static EntryBody text(String text) {
        return EntryBody.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void awaitDurable(PartitionLog log) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> log.durableOffset() == log.endOffset());
    }

    private static List<LogEntry> readAll(PartitionLog log) {
        List<LogEntry> entries = new ArrayList<>();
        long at = log.startOffset();
        while (at < log.durableOffset()) {
            List<LogEntry> some = log.read(at, 8 << 10);
            entries.addAll(some);
            at = some.get(some.size() - 1).nextOffset();
        }
        return entries;
    }

    private static List<String> texts(List<LogEntry> entries) {
        return entries.stream()
                .map(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .toList();
    }

    /** Appends entries of 1 KB until so many segments were sealed; returns the offsets of all. */
    private List<Long> fill(PartitionLog log, int segments) {
        List<Long> offsets = new ArrayList<>();
        while (listener.sealed().size() < segments) {
            offsets.add(log.append(EntryBody.of(random(1000, offsets.size())), NOW));
        }
        awaitDurable(log);
        return offsets;
    }

    @Test
    void readsBackWhatWasAppendedInOrder() {
        PartitionLog log = open();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            expected.add("entry " + i);
            log.append(text("entry " + i), NOW + i);
        }
        awaitDurable(log);

        List<LogEntry> entries = readAll(log);

        assertEquals(expected, texts(entries));
        assertEquals(NOW + 7, entries.get(7).appendMillis());
        assertEquals(1, entries.get(7).epoch());
    }

    @Test
    void keepsTheOrderHoweverEntriesAreFlushed() {
        PartitionLog log = open();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            expected.add("entry " + i);
            EntryBody body = text("entry " + i);
            long offset = log.endOffset();
            assertEquals(
                    offset,
                    i % 3 == 0 ? log.appendAndFlush(body, NOW + i) : log.append(body, NOW + i));
        }
        awaitDurable(log);

        assertEquals(expected, texts(readAll(log)));
    }

    @Test
    void predictsTheOffsetOfTheNextEntryAlsoAcrossARoll() {
        PartitionLog log = open();
        while (listener.sealed().size() < 3) {
            long expected = log.endOffset();
            assertEquals(expected, log.append(EntryBody.of(random(3000, expected)), NOW));
            awaitDurable(log);
        }
        for (LogEntry entry : readAll(log)) {
            assertArrayEquals(random(3000, entry.offset()), entry.body());
        }
    }

    @Test
    void chainsEntriesByTheirNextOffsets() {
        PartitionLog log = open();
        List<Long> offsets = fill(log, 2);

        List<LogEntry> entries = readAll(log);

        assertEquals(offsets, entries.stream().map(LogEntry::offset).toList());
        for (int i = 1; i < entries.size(); i++) {
            assertEquals(entries.get(i - 1).nextOffset(), entries.get(i).offset());
        }
        assertEquals(log.endOffset(), entries.get(entries.size() - 1).nextOffset());
    }

    @Test
    void joinsTheSlicesOfABody() {
        PartitionLog log = open();
        byte[] bytes = random(5000, 1);
        EntryBody body =
                new EntryBody()
                        .add(bytes, 0, 1)
                        .add(bytes, 1, 0)
                        .add(bytes, 1, 2998)
                        .add(bytes, 2999, 2001);
        long offset = log.append(body, NOW);
        awaitDurable(log);

        assertArrayEquals(bytes, log.read(offset, ALL).get(0).body());
    }

    @Test
    void acceptsAnEmptyBody() {
        PartitionLog log = open();
        long offset = log.append(new EntryBody(), NOW);
        long second = log.append(text("second"), NOW);
        awaitDurable(log);

        assertTrue(second > offset);
        assertEquals(List.of("", "second"), texts(readAll(log)));
    }

    @Test
    void keepsAnEntryWholeHoweverLarge() {
        PartitionLog log = open();
        int[] sizes = {1, 1023, 1024, 1025, 2048, 20_000, Math.min(log.maxEntryBytes(), 200_000)};
        for (int size : sizes) {
            log.append(EntryBody.of(random(size, size)), NOW);
        }
        awaitDurable(log);

        List<LogEntry> entries = readAll(reopen(log));

        for (int i = 0; i < sizes.length; i++) {
            assertArrayEquals(random(sizes[i], sizes[i]), entries.get(i).body());
        }
    }

    @Test
    void refusesAnEntryThatIsTooLarge() {
        PartitionLog log = open();
        byte[] bytes = new byte[log.maxEntryBytes() + 1];

        LogFailure failure =
                assertThrows(LogFailure.class, () -> log.append(EntryBody.of(bytes), NOW));

        assertEquals(LogFailure.Kind.MISUSE, failure.kind());
        log.append(text("still works"), NOW);
        awaitDurable(log);
        assertEquals(List.of("still works"), texts(readAll(log)));
    }

    @Test
    void reportsGrowingOffsetsUpToTheEnd() {
        PartitionLog log = open();
        for (int i = 0; i < 300; i++) {
            log.append(text("entry " + i), NOW);
        }
        long end = log.endOffset();
        await().until(() -> listener.durable() == end);

        List<Long> reports = listener.reports();
        assertEquals(new HashSet<>(reports).size(), reports.size());
        assertEquals(reports.stream().sorted().toList(), reports);
        assertTrue(listener.failures().isEmpty());
    }

    @Test
    void neverLetsTimeGoBack() {
        PartitionLog log = open();
        log.append(text("late"), NOW + 1000);
        log.append(text("early"), NOW);
        awaitDurable(log);
        PartitionLog again = reopen(log);
        again.append(text("earlier still"), NOW - 1000);
        awaitDurable(again);

        assertEquals(
                List.of(NOW + 1000, NOW + 1000, NOW + 1000),
                readAll(again).stream().map(LogEntry::appendMillis).toList());
    }

    @Test
    void readsAtMostWhatWasAskedForButAtLeastOneEntry() {
        PartitionLog log = open();
        for (int i = 0; i < 10; i++) {
            log.append(EntryBody.of(random(1000, i)), NOW);
        }
        awaitDurable(log);

        assertEquals(3, log.read(log.startOffset(), 3500).size());
        assertEquals(1, log.read(log.startOffset(), 1).size());
        assertEquals(0, log.read(log.endOffset(), ALL).size());
    }

    @Test
    void findsEverythingAfterReopening() {
        PartitionLog log = open();
        List<Long> offsets = fill(log, 3);
        long end = log.endOffset();

        PartitionLog again = reopen(log);

        assertEquals(end, again.endOffset());
        assertEquals(end, again.durableOffset());
        assertEquals(offsets, readAll(again).stream().map(LogEntry::offset).toList());
        assertEquals(end, again.append(text("after"), NOW));
        awaitDurable(again);
        assertEquals(List.of("after"), texts(again.read(end, ALL)));
    }

    @Test
    void closesWithEverythingFlushed() {
        PartitionLog log = open();
        log.append(text("last words"), NOW);

        assertEquals(List.of("last words"), texts(readAll(reopen(log))));
    }

    @Test
    void listsSealedSegmentsWithTheirFooters() {
        listener = new RecordingListener(300);
        PartitionLog log = open();
        fill(log, 3);

        List<SealedSegment> sealed = log.sealedSegments();

        assertEquals(listener.sealed(), sealed);
        assertEquals(log.startOffset(), sealed.get(0).from());
        assertEquals(sealed.get(0).to(), sealed.get(1).from());
        for (SealedSegment segment : sealed) {
            assertArrayEquals(listener.footerOf(segment), log.footer(segment));
        }
    }

    @Test
    void keepsFootersOfAnySizeWhenReopened() {
        listener = new RecordingListener(100_000);
        RecordingListener first = listener;
        PartitionLog log = open();
        fill(log, 3);
        List<SealedSegment> sealed = log.sealedSegments();

        PartitionLog again = reopen(log);

        assertEquals(sealed, again.sealedSegments().subList(0, sealed.size()));
        for (SealedSegment segment : sealed) {
            assertArrayEquals(first.footerOf(segment), again.footer(segment));
        }
    }

    @Test
    void forgetsOnlyWholeSegmentsBeforeTheOffset() {
        PartitionLog log = open();
        fill(log, 4);
        List<SealedSegment> sealed = log.sealedSegments();
        long inSecond = log.read(sealed.get(1).from(), 1).get(0).nextOffset();

        log.forgetBefore(inSecond);

        assertEquals(sealed.get(1).from(), log.startOffset());
        assertEquals(sealed.subList(1, 4), log.sealedSegments());
        assertEquals(sealed.get(1).from(), readAll(log).get(0).offset());
        LogFailure failure =
                assertThrows(LogFailure.class, () -> log.read(sealed.get(0).from(), ALL));
        assertEquals(LogFailure.Kind.MISUSE, failure.kind());
    }

    @Test
    void remembersAfterReopeningWhatItForgot() {
        PartitionLog log = open();
        fill(log, 4);
        long keep = log.sealedSegments().get(2).from();
        log.forgetBefore(keep);

        PartitionLog again = reopen(log);

        assertEquals(keep, again.startOffset());
        assertEquals(keep, readAll(again).get(0).offset());
    }

    @Test
    void neverForgetsWhatACheckpointNeeds() {
        PartitionLog log = open();
        fill(log, 4);
        List<SealedSegment> sealed = log.sealedSegments();
        log.saveCheckpoint(sealed.get(1).from(), new byte[] {1});
        log.saveCheckpoint(sealed.get(2).from(), new byte[] {2});

        log.forgetBefore(log.endOffset());

        assertEquals(sealed.get(1).from(), log.startOffset());
    }

    @Test
    void returnsTheLatestCheckpoint() {
        PartitionLog log = open();
        assertNull(log.latestCheckpoint());
        long first = log.append(text("one"), NOW);
        long second = log.append(text("two"), NOW);
        log.saveCheckpoint(first, random(10, 1));
        log.saveCheckpoint(second, random(100_000, 2));
        log.saveCheckpoint(log.endOffset(), new byte[0]);
        assertTrue(log.durableOffset() >= second);

        Checkpoint latest = reopen(log).latestCheckpoint();

        assertNotNull(latest);
        assertEquals(0, latest.content().length);
    }

    @Test
    void refusesACheckpointBeyondTheEnd() {
        PartitionLog log = open();
        log.append(text("one"), NOW);

        LogFailure failure =
                assertThrows(
                        LogFailure.class,
                        () -> log.saveCheckpoint(log.endOffset() + 8, new byte[0]));

        assertEquals(LogFailure.Kind.MISUSE, failure.kind());
    }

    @Test
    void refusesToBeOpenedTwice() {
        PartitionLog log = open();

        LogFailure failure =
                assertThrows(LogFailure.class, () -> open(2, new RecordingListener()).close());

        assertEquals(LogFailure.Kind.LOCKED, failure.kind());
        log.append(text("undisturbed"), NOW);
        awaitDurable(log);
    }

    @Test
    void refusesAnOwnerOfALowerEpoch() {
        PartitionLog log = open(7);
        log.append(text("of epoch 7"), NOW);
        log.close();

        LogFailure failure =
                assertThrows(LogFailure.class, () -> open(6, new RecordingListener()).close());

        assertEquals(LogFailure.Kind.FENCED, failure.kind());
        assertEquals(List.of("of epoch 7"), texts(readAll(open(7))));
    }

    @Test
    void refusesEverythingAfterClosing() {
        PartitionLog log = open();
        log.append(text("one"), NOW);
        log.close();
        log.close();

        for (Runnable call :
                Arrays.<Runnable>asList(
                        () -> log.append(text("two"), NOW),
                        () -> log.read(0, ALL),
                        () -> log.forgetBefore(0),
                        () -> log.saveCheckpoint(0, new byte[0]),
                        log::latestCheckpoint)) {
            assertEquals(LogFailure.Kind.MISUSE, assertThrows(LogFailure.class, call::run).kind());
        }
        assertTrue(listener.failures().isEmpty());
    }

    /**
     * Nobody hurries it, nothing follows it: by itself it takes some tenths of a second at most.
     */
    @Test
    void makesDurableSoonWhatNobodyWaitsFor() {
        PartitionLog log = open();
        for (int round = 0; round < 3; round++) {
            log.appendUnhurried(text("round " + round), NOW);
            long begin = System.nanoTime();
            awaitDurable(log);
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(millis < 2_000, millis + " ms");
        }
        assertEquals(List.of("round 0", "round 1", "round 2"), texts(readAll(log)));
    }

    @Test
    void keepsWhatNobodyWaitedForWhenItIsClosed() {
        PartitionLog log = open();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            expected.add("entry " + i);
            log.appendUnhurried(text("entry " + i), NOW);
        }

        log = reopen(log);

        assertEquals(expected, texts(readAll(log)));
    }

    @Test
    void keepsTheOrderOfWhatIsHurriedAndWhatIsNot() {
        PartitionLog log = open();
        List<String> expected = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            expected.add("entry " + i);
            EntryBody body = text("entry " + i);
            long offset = log.endOffset();
            switch (random.nextInt(8)) {
                case 0 -> assertEquals(offset, log.append(body, NOW));
                case 1 -> assertEquals(offset, log.appendAndFlush(body, NOW));
                default -> assertEquals(offset, log.appendUnhurried(body, NOW));
            }
            if (random.nextInt(20) == 0) {
                log.hurry();
            }
        }
        awaitDurable(log);

        assertEquals(expected, texts(readAll(log)));
        assertEquals(listener.reports().stream().sorted().toList(), listener.reports());
    }
}
