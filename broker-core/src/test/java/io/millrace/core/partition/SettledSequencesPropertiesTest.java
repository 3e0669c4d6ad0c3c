package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Settled sequences do what a plain set of numbers does, whatever is settled and taken back. */
class SettledSequencesPropertiesTest {

    private static final long SPACE = 200;

    /** Far apart from each other, so that the bitmap is moved. */
    private static final long FAR = 3L << 29;

    /** Settles a range, or takes back what of it is settled. */
    private record Step(boolean add, long first, long length) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> places =
                Combinators.combine(
                                Arbitraries.longs().between(1, SPACE),
                                Arbitraries.of(0L, 0L, 0L, FAR))
                        .as(Long::sum);
        return Combinators.combine(
                        Arbitraries.of(true, true, false),
                        places,
                        Arbitraries.longs().between(1, 60))
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }

    @Property(tries = 2_000)
    void doesWhatASetDoes(@ForAll("steps") List<Step> steps, @ForAll("starts") long start) {
        SettledSequences settled = new SettledSequences(start);
        TreeSet<Long> model = new TreeSet<>();
        for (long each = 1; each < start; each++) {
            model.add(each);
        }
        for (Step step : steps) {
            SequenceRanges range =
                    SequenceRanges.of(step.first(), step.first() + step.length() - 1);
            if (step.add()) {
                settled.add(range);
            } else {
                settled.remove(settled.within(range));
            }
            for (long each = range.first(0); each <= range.last(0); each++) {
                if (step.add()) {
                    model.add(each);
                } else {
                    model.remove(each);
                }
            }
            assertSame(model, settled);
            assertSame(model, stored(settled));
        }
    }

    @Provide
    Arbitrary<Long> starts() {
        return Arbitraries.of(1L, 1L, 70L);
    }

    private static SettledSequences stored(SettledSequences settled) {
        WireOutput to = new WireOutput(64);
        settled.writeTo(to);
        SettledSequences read = SettledSequences.read(new WireInput(to.toByteArray()));
        WireOutput again = new WireOutput(64);
        read.writeTo(again);
        assertArrayEquals(to.toByteArray(), again.toByteArray());
        return read;
    }

    private static void assertSame(TreeSet<Long> model, SettledSequences settled) {
        long lowest = 1;
        while (model.contains(lowest)) {
            lowest++;
        }
        assertEquals(lowest, settled.lowMark());
        for (long base : new long[] {0, FAR}) {
            SequenceRanges asked = SequenceRanges.of(base + 1, base + SPACE + 70);
            SequenceRanges.Builder present = new SequenceRanges.Builder();
            SequenceRanges.Builder absent = new SequenceRanges.Builder();
            for (long each = asked.first(0); each <= asked.last(0); each++) {
                (model.contains(each) ? present : absent).add(each, each);
            }
            assertEquals(present.build(), settled.within(asked));
            assertEquals(absent.build(), settled.without(asked));
            Long next = model.ceiling(base + 5);
            assertEquals(next == null ? Long.MAX_VALUE : next, settled.nextSettled(base + 5));
        }
    }
}
