package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.index.PageIndex;
import io.millrace.core.partition.PartitionHarness.Terms;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    private static final long DAY_MILLIS = 86_400_000;
    private static final TimedSequences.Needs ALL =
            new TimedSequences.Needs() {
                @Override
                public boolean isNeeded(long first, long last) {
                    return true;
                }

                @Override
                public SequenceRanges needed(SequenceRanges sequences) {
                    return sequences;
                }
            };

    private static Schedule delayed(int count, Random random, TimeMemory memory) {
        Schedule schedule = new Schedule(memory);
        List<Terms> terms = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            terms.add(new Terms(4, 0, 2_000 + (long) (random.nextDouble() * DAY_MILLIS)));
        }
        for (int at = 0; at < count; at += 1_000) {
            schedule.stored(
                    PartitionHarness.batch(new Id128(1, 1), at + 1, terms.subList(at, at + 1_000)),
                    at + 1);
            schedule.leave(ALL);
        }
        return schedule;
    }

    /** Pages in a file, one behind the other. */
    private static final class FileIndex implements PageIndex {

        private final RandomAccessFile file;
        private final Map<Long, Long> places = new HashMap<>();

        FileIndex(Path file) throws IOException {
            this.file = new RandomAccessFile(file.toFile(), "rw");
        }

        @Override
        public boolean put(long number, byte[] page) {
            try {
                places.put(number, file.length());
                file.seek(file.length());
                file.writeInt(page.length);
                file.write(page);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] get(long number) {
            try {
                file.seek(places.getOrDefault(number, -1L));
                byte[] page = new byte[file.readInt()];
                file.readFully(page);
                return page;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void remove(long number) {
            places.remove(number);
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** One million delayed messages cost 25 MB of heap at most, and a fifth of it with an index. */
    @ParameterizedTest
    @CsvSource({"2000000, 25", "131072, 5"})
    void aMillionDelayedMessagesAreSmall(int heldTimes, int megabytes, @TempDir Path directory)
            throws IOException {
        try (FileIndex index = new FileIndex(directory.resolve("pages"))) {
            long before = usedBytes();
            Schedule schedule = delayed(1_000_000, new Random(1), new TimeMemory(index, heldTimes));
            long bytes = usedBytes() - before;
            assertEquals(1_000_000, schedule.delayed().count());
            assertTrue(bytes < (long) megabytes << 20, "a million take " + bytes + " bytes");
        }
    }

    /**
     * Not one of them early, and none forgotten, wherever a snapshot is taken, and however few fit
     * into the heap; an index may take some pages and refuse others.
     */
    @ParameterizedTest
    @CsvSource({"1000000, 1", "300, 1", "100, 1", "16, 1", "100, 2", "300, 3", "16, 1000000"})
    void eachIsDueAtItsTime(int heldTimes, int takenPart) {
        Random random = new Random(2);
        ForgetfulIndex pages = new ForgetfulIndex(new Random(3), takenPart);
        TimeMemory memory = new TimeMemory(pages, heldTimes);
        TreeMap<Long, TreeSet<Long>> expected = new TreeMap<>();
        Schedule schedule = new Schedule(memory);
        long now = 1_000;
        for (long sequence = 1; sequence <= 20_000; ) {
            List<Terms> terms = new ArrayList<>();
            long time = now + 1 + random.nextInt(100_000);
            for (int index = 0; index < 1 + random.nextInt(400); index++) {
                time = random.nextInt(3) == 0 ? now + 1 + random.nextInt(100_000) : time;
                terms.add(new Terms(4, 0, time));
                expected.computeIfAbsent(time, key -> new TreeSet<>()).add(sequence + index);
            }
            schedule.stored(PartitionHarness.batch(new Id128(1, 1), sequence, terms), sequence);
            sequence += terms.size();
            schedule.leave(ALL);
            now += random.nextInt(1_000);
            assertDue(expected, schedule, now);
            if (random.nextInt(5) == 0) {
                WireOutput to = new WireOutput(64);
                schedule.writeTo(to, ALL);
                schedule.clear();
                assertEquals(0, pages.size(), "pages that nobody needs");
                schedule = Schedule.read(new WireInput(to.toByteArray()), memory);
            }
        }
        while (!expected.isEmpty()) {
            now = schedule.nextMillis();
            assertEquals(expected.firstKey(), now);
            assertDue(expected, schedule, now);
        }
        assertEquals(TimedSequences.NEVER, schedule.nextMillis());
        assertTrue(schedule.delayed().isEmpty());
        assertEquals(0, pages.size(), "pages that nobody needs");
        assertEquals(heldTimes < 10_000 && takenPart < 10, pages.taken() > 0);
    }

    /** What waits: the last so many messages, and one of fifty that came before. */
    private static final class Waiting implements TimedSequences.Needs {

        private static final int MESSAGES = 1_000;
        private static final int STRAGGLERS = 50;

        private long next = 1;
        private boolean stragglers = true;

        private boolean waits(long sequence) {
            return sequence >= next - MESSAGES || stragglers && sequence % STRAGGLERS == 0;
        }

        @Override
        public boolean isNeeded(long first, long last) {
            return !needed(SequenceRanges.of(first, last)).isEmpty();
        }

        @Override
        public SequenceRanges needed(SequenceRanges sequences) {
            SequenceRanges.Builder needed = new SequenceRanges.Builder();
            for (int range = 0; range < sequences.rangeCount(); range++) {
                for (long at = sequences.first(range); at <= sequences.last(range); at++) {
                    if (waits(at)) {
                        needed.add(at, at);
                    }
                }
            }
            return needed.build();
        }
    }

    private final ForgetfulIndex index = new ForgetfulIndex(new Random(3), 1);
    private final TimeMemory fewTimes = new TimeMemory(index, 300);
    private final Waiting waiting = new Waiting();

    /** A hundred messages that live for days, and nobody lets one of them expire. */
    private void storeMortal(Schedule schedule, Random random) {
        List<Terms> terms = new ArrayList<>();
        for (int each = 0; each < 100; each++) {
            long age = waiting.next + each;
            terms.add(new Terms(4, 7 * DAY_MILLIS + age * 10 + random.nextInt(1_000), 0));
        }
        schedule.stored(PartitionHarness.batch(new Id128(1, 1), waiting.next, terms), waiting.next);
        waiting.next += terms.size();
        schedule.leave(waiting);
    }

    /** A week's traffic goes through a backlog that stays as it is. */
    @Test
    void pagesFollowWhatWaitsAndNotWhatWentThrough() {
        Schedule schedule = new Schedule(fewTimes);
        Random random = new Random(4);
        int most = 0;
        while (waiting.next < 50_000) {
            storeMortal(schedule, random);
            most = Math.max(most, index.size());
        }

        long wait = Waiting.MESSAGES + waiting.next / Waiting.STRAGGLERS;
        assertTrue(index.taken() > 5_000, index.taken() + " pages were put");
        assertTrue(most < 5 * wait / fewTimes.pageTimes(), most + " pages at once");
        SequenceSet expired = schedule.reach(8 * DAY_MILLIS).expired();
        for (long sequence = 1; sequence < waiting.next; sequence++) {
            assertTrue(!waiting.waits(sequence) || expired.contains(sequence), "lost " + sequence);
        }
        assertEquals(0, index.size());
    }

    /** After a burst nothing more is put, so that nobody would look. */
    @Test
    void aSnapshotDropsPagesThatNobodyNeeds() {
        Schedule schedule = new Schedule(fewTimes);
        Random random = new Random(5);
        while (waiting.next < 5_000) {
            storeMortal(schedule, random);
        }
        waiting.stragglers = false;
        assertTrue(schedule.isNeeded(waiting));
        WireOutput written = new WireOutput(64);
        schedule.writeTo(written, waiting);
        assertTrue(
                index.size() <= 2 * Waiting.MESSAGES / fewTimes.pageTimes(),
                index.size() + " pages are left");
        WireOutput again = new WireOutput(64);
        schedule.writeTo(again, waiting);
        assertArrayEquals(written.toByteArray(), again.toByteArray());

        waiting.next += Waiting.MESSAGES;
        assertFalse(schedule.isNeeded(waiting));
        assertEquals(0, index.size());
        assertEquals(TimedSequences.NEVER, schedule.nextMillis());
    }

    /**
     * A backlog goes up and down about the limit while the index takes nothing: all is sorted anew
     * for each page that is refused, so that must be rare.
     */
    @Test
    void aRefusedPageIsNotTriedAgainAtOnce() {
        ForgetfulIndex full = new ForgetfulIndex(new Random(6), Integer.MAX_VALUE);
        Schedule schedule = new Schedule(new TimeMemory(full, 1_000));
        long sequence = 1;
        for (int round = 0; round < 500; round++) {
            List<Terms> terms = new ArrayList<>();
            for (int each = 0; each < (round == 0 ? 950 : 100); each++) {
                terms.add(new Terms(4, 0, 2_000 + 10 * (sequence + each)));
            }
            schedule.stored(PartitionHarness.batch(new Id128(1, 1), sequence, terms), sequence);
            sequence += terms.size();
            schedule.leave(ALL);
            // A hundred go as a hundred come: from 950 to 1,050 and back.
            schedule.reach(2_000 + 10 * (sequence - 951));
        }

        assertEquals(0, full.taken());
        assertTrue(full.refused() < 5, full.refused() + " pages were refused");
    }

    private static void assertDue(
            TreeMap<Long, TreeSet<Long>> expected, Schedule schedule, long now) {
        TreeSet<Long> due = new TreeSet<>();
        expected.headMap(now, true).values().forEach(due::addAll);
        expected.headMap(now, true).clear();
        SequenceSet found = schedule.reach(now).due();
        TreeSet<Long> members = new TreeSet<>();
        for (long at = found.ceiling(0); at != SequenceSet.NONE; at = found.ceiling(at + 1)) {
            members.add(at);
        }
        assertEquals(due, members);
    }
}
