package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.partition.PartitionHarness.Terms;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

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

    private static Schedule delayed(int count, Random random) {
        Schedule schedule = new Schedule();
        List<Terms> terms = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            terms.add(new Terms(4, 0, 2_000 + (long) (random.nextDouble() * DAY_MILLIS)));
        }
        for (int at = 0; at < count; at += 1_000) {
            schedule.stored(
                    PartitionHarness.batch(new Id128(1, 1), at + 1, terms.subList(at, at + 1_000)),
                    at + 1);
        }
        return schedule;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** One million delayed messages cost less than 50 MB of heap. */
    @Test
    void aMillionDelayedMessagesAreSmall() {
        long before = usedBytes();
        Schedule schedule = delayed(1_000_000, new Random(1));
        long bytes = usedBytes() - before;
        assertEquals(1_000_000, schedule.delayed().count());
        assertTrue(bytes < 25 << 20, "a million take " + bytes + " bytes");
    }

    /** Not one of them early, and none forgotten, wherever a snapshot is taken. */
    @Test
    void eachIsDueAtItsTime() {
        Random random = new Random(2);
        TreeMap<Long, TreeSet<Long>> expected = new TreeMap<>();
        Schedule schedule = new Schedule();
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
            now += random.nextInt(1_000);
            assertDue(expected, schedule, now);
            if (random.nextInt(5) == 0) {
                WireOutput to = new WireOutput(64);
                schedule.writeTo(to, ALL);
                schedule = Schedule.read(new WireInput(to.toByteArray()));
            }
        }
        while (!expected.isEmpty()) {
            now = schedule.nextMillis();
            assertEquals(expected.firstKey(), now);
            assertDue(expected, schedule, now);
        }
        assertEquals(TimedSequences.NEVER, schedule.nextMillis());
        assertTrue(schedule.delayed().isEmpty());
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
