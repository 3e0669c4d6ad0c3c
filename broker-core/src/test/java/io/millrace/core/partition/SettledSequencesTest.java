package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.millrace.wire.SequenceRanges;
import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SettledSequencesTest {

    private static final int SPACE = 300;

    @Test
    void knowsWhatIsNotSettled() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            SettledSequences settled = new SettledSequences(1);
            TreeSet<Long> done = new TreeSet<>();
            for (int step = 0; step < 40; step++) {
                long first = 1 + random.nextInt(SPACE);
                long last = first + random.nextInt(8);
                settled.add(first, last);
                for (long each = first; each <= last; each++) {
                    done.add(each);
                }
                SequenceRanges asked = some(random);
                assertEquals(without(asked, done), settled.without(asked), "seed " + seed);
            }
        }
    }

    private static SequenceRanges some(Random random) {
        SequenceRanges.Builder ranges = new SequenceRanges.Builder();
        for (long at = 1 + random.nextInt(20); at < SPACE; at += 2 + random.nextInt(60)) {
            long last = at + random.nextInt(40);
            ranges.add(at, last);
            at = last;
        }
        return ranges.build();
    }

    private static SequenceRanges without(SequenceRanges asked, TreeSet<Long> done) {
        SequenceRanges.Builder rest = new SequenceRanges.Builder();
        for (int range = 0; range < asked.rangeCount(); range++) {
            for (long each = asked.first(range); each <= asked.last(range); each++) {
                if (!done.contains(each)) {
                    rest.add(each, each);
                }
            }
        }
        return rest.build();
    }

    @Test
    void stepsOverLongRunsAtOnce() {
        SettledSequences settled = new SettledSequences(1);
        long leap = 1L << 31;
        settled.add(10, leap);
        SequenceRanges asked = SequenceRanges.of(1, Long.MAX_VALUE - 2);
        assertEquals(
                new SequenceRanges.Builder().add(1, 9).add(leap + 1, Long.MAX_VALUE - 2).build(),
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> settled.without(asked)));
    }
}
