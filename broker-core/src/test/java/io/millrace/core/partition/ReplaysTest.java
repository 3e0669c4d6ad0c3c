package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.EventCodec;
import io.millrace.wire.BodyReference;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of a way back in time, however much of it there is. */
class ReplaysTest {

    private static final long LAST = 4_000_000;
    private static final Id128 CONNECTION = new Id128(1, 2);

    private final Replays replays = new Replays();

    private static SequenceRanges everyThird(long first, long last) {
        SequenceRanges.Builder ranges = new SequenceRanges.Builder();
        for (long each = first; each <= last; each += 3) {
            ranges.add(each, each);
        }
        return ranges.build();
    }

    private void began(long first) {
        replays.apply(new RewindEvent.RewindBegan(1, CONNECTION, 7, first, LAST, null));
    }

    private byte[] written() {
        WireOutput to = new WireOutput(1_024);
        replays.writeTo(to);
        return to.toByteArray();
    }

    /** More ranges than a list of them may have: a snapshot that nobody can read is no snapshot. */
    @Test
    void snapshotsHoldMillionsThatAreScattered() {
        began(1);
        replays.apply(
                new RewindEvent.Rewound(
                        1, LAST / 2, 500, everyThird(1, LAST / 2), List.of(), null));
        SettledSequences settled = new SettledSequences(1);
        for (long each = LAST / 2 + 1; each <= LAST; each += 3) {
            replays.settled(each, each, settled);
        }
        byte[] written = written();
        Replays read = new Replays();
        WireInput from = new WireInput(written);
        read.readFrom(from);
        assertEquals(0, from.remaining());
        assertEquals(
                replays.intersect(SequenceRanges.of(1, LAST)),
                read.intersect(SequenceRanges.of(1, LAST)));
        WireOutput again = new WireOutput(1_024);
        read.writeTo(again);
        assertEquals(written.length, again.size());
        assertTrue(written.length < LAST / 4, "about a bit a sequence, but: " + written.length);
    }

    /** It was not waiting when the rewind began, whatever is said of it again. */
    @Test
    void whatWasSettledBeforeIsLookedAtThoughItIsLostInACrash() {
        SettledSequences settled = new SettledSequences(1);
        settled.add(1, 10);
        began(1);
        replays.settled(5, 15, settled);
        Rewinding rewinding = replays.rewinding();
        assertNotNull(rewinding);
        assertEquals(SequenceRanges.of(1, 10), rewinding.settledBefore(SequenceRanges.of(1, 15)));
    }

    /** Turns are closed by weight: an entry that is too heavy would close the partition. */
    @Test
    void weighsNoLessThanItTakes() {
        for (int count : new int[] {0, 1, 100, RewoundMessage.MAX_IN_STEP}) {
            List<RewoundMessage> exceptional = new ArrayList<>();
            SequenceRanges.Builder sequences = new SequenceRanges.Builder();
            for (int index = 0; index < count; index++) {
                long sequence = Long.MAX_VALUE / 2 + 3L * index;
                sequences.add(sequence, sequence);
                exceptional.add(
                        new RewoundMessage(
                                sequence,
                                9,
                                true,
                                -1,
                                Long.MAX_VALUE,
                                Long.MAX_VALUE - 1,
                                new BodyReference(
                                        0, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 0)));
            }
            RewindEvent.Rewound event =
                    new RewindEvent.Rewound(
                            1, Long.MAX_VALUE, 1, sequences.build(), exceptional, "\u20ac");
            int length = EventCodec.encode(List.of(event)).sizeBytes();
            assertTrue(length <= event.weight(), length + " of " + event.weight());
            assertTrue(event.weight() < 48 * 1_024, "a step fits the smallest entries");
        }
    }
}
