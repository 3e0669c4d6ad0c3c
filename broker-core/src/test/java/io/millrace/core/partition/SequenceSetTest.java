package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.millrace.wire.SequenceRanges;
import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SequenceSetTest {

    /** Around a page's end, beyond what an int holds. */
    private static final long EDGE = 7L << 30;

    @Test
    void doesWhatASetOfNumbersDoes() {
        Random random = new Random(3);
        SequenceSet set = new SequenceSet();
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < 5_000; step++) {
            long first = EDGE - 200 + random.nextInt(400);
            long last = first + random.nextInt(random.nextInt(20) == 0 ? 150 : 4);
            boolean adding = random.nextBoolean();
            for (long each = first; each <= last; each++) {
                if (adding) {
                    model.add(each);
                } else {
                    model.remove(each);
                }
            }
            if (adding) {
                set.add(first, last);
            } else {
                set.remove(first, last);
            }
            assertSame(model, set, EDGE - 210 + random.nextInt(420));
        }
    }

    /** As a snapshot asks of each delayed message whether it is still so. */
    @Test
    void looksNoFurtherThanItIsAsked() {
        SequenceSet set = new SequenceSet();
        int members = 8_000_000;
        for (long each = 1; each <= members; each++) {
            set.add(each, each);
        }
        Random random = new Random(4);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    for (int asked = 0; asked < 4_000_000; asked++) {
                        long some = 1 + random.nextInt(members - 1);
                        SequenceRanges two = SequenceRanges.of(some, some + 1);
                        assertEquals(two, set.intersect(two));
                    }
                });
    }

    private static void assertSame(TreeSet<Long> model, SequenceSet set, long probe) {
        assertEquals(model.size(), set.count());
        assertEquals(model.isEmpty(), set.isEmpty());
        assertEquals(model.contains(probe), set.contains(probe));
        assertEquals(model.tailSet(probe).size(), set.countFrom(probe));
        Long ceiling = model.ceiling(probe);
        assertEquals(ceiling == null ? SequenceSet.NONE : ceiling, set.ceiling(probe));
        long absent = probe;
        while (model.contains(absent)) {
            absent++;
        }
        assertEquals(absent, set.nextAbsent(probe));
        long last = probe + (probe % 2 == 0 ? 40 : 400);
        SequenceRanges some = SequenceRanges.of(probe, last);
        SequenceRanges.Builder common = new SequenceRanges.Builder();
        model.subSet(probe, true, last, true).forEach(each -> common.add(each, each));
        assertEquals(common.build(), set.intersect(some));
        if (!model.isEmpty()) {
            assertEquals(model.first(), set.first());
        }
    }
}
