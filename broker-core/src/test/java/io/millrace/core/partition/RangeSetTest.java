package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeSetTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void behavesLikeASetOfNumbers(long seed) {
        Random random = new Random(seed);
        RangeSet ranges = new RangeSet();
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < 4_000; step++) {
            long first = random.nextInt(300);
            long last = first + random.nextInt(1 + random.nextInt(30));
            if (random.nextInt(5) < 2) {
                ranges.add(first, last);
                for (long each = first; each <= last; each++) {
                    model.add(each);
                }
            } else {
                ranges.remove(first, last);
                model.subSet(first, true, last, true).clear();
            }
            assertEquals(asRanges(model), ranges.toRanges());
            assertEquals(model.size(), ranges.count());
            assertEquals(model.contains(first), ranges.contains(first));
            Long ceiling = model.ceiling(first);
            assertEquals(ceiling == null ? RangeSet.NONE : ceiling, ranges.ceiling(first));
            if (ceiling != null) {
                assertEquals(endOfRun(model, ceiling), ranges.endOfRange(ceiling));
            }
            SequenceRanges window = SequenceRanges.of(first, last + 20);
            assertEquals(
                    asRanges(new TreeSet<>(model.subSet(first, true, last + 20, true))),
                    ranges.intersect(window));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void settledSequencesKnowTheLowestOpenOne(long seed) {
        Random random = new Random(seed);
        SettledSequences settled = new SettledSequences(1);
        TreeSet<Long> open = new TreeSet<>();
        for (long each = 1; each <= 3_000; each++) {
            open.add(each);
        }
        while (!open.isEmpty()) {
            long first = open.first() + random.nextInt(40);
            long last = first + random.nextInt(10);
            settled.add(SequenceRanges.of(first, last));
            open.subSet(first, true, last, true).clear();
            if (!open.isEmpty()) {
                assertEquals(open.first(), settled.lowMark());
            }
        }
    }

    private static long endOfRun(TreeSet<Long> numbers, long first) {
        long last = first;
        while (numbers.contains(last + 1)) {
            last++;
        }
        return last;
    }

    private static SequenceRanges asRanges(TreeSet<Long> numbers) {
        SequenceRanges.Builder ranges = new SequenceRanges.Builder();
        numbers.forEach(each -> ranges.add(each, each));
        return ranges.build();
    }
}
