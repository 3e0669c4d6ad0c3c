package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceRangesTest {

    private static SequenceRanges read(String hex) {
        return SequenceRanges.read(new WireInput(GoldenFrame.parse(hex)));
    }

    private static void refuses(String hex) {
        assertThrows(WireFormatException.class, () -> read(hex));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void areReadAsTheyWereWritten(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            SequenceRanges.Builder builder = new SequenceRanges.Builder();
            long at = random.nextInt(3);
            long count = 0;
            for (int left = random.nextInt(20); left > 0; left--) {
                long first = at + (random.nextLong() >>> (20 + random.nextInt(44)));
                long last = first + (random.nextLong() >>> (20 + random.nextInt(44)));
                builder.add(first, last);
                count += last - first + 1;
                at = last + 1;
            }
            SequenceRanges ranges = builder.build();
            WireOutput to = new WireOutput(16);
            ranges.writeTo(to);
            SequenceRanges back = SequenceRanges.read(new WireInput(to.toByteArray()));
            assertEquals(ranges, back);
            assertEquals(ranges.hashCode(), back.hashCode());
            assertEquals(count, back.sequenceCount());
            WireOutput again = new WireOutput(16);
            back.writeTo(again);
            assertArrayEquals(to.toByteArray(), again.toByteArray());
        }
    }

    @Test
    void rangesThatTouchBecomeOne() {
        SequenceRanges joined = new SequenceRanges.Builder().add(1, 2).add(3, 5).build();
        assertEquals(SequenceRanges.of(1, 5), joined);
        assertEquals(joined, read("02 0101 0102 # 1-2, 3-5"));
    }

    @Test
    void noneIsOneByte() {
        assertSame(SequenceRanges.EMPTY, read("00"));
        assertEquals("[]", SequenceRanges.EMPTY.toString());
        assertEquals("[1 3-5]", read("02 0100 0202").toString());
    }

    @Test
    void whatDoesNotAscendIsRefused() {
        refuses("02 0100 0000 # begins where the one before ends");
        refuses("01 ffffffffffffffffff01 00 # begins at -1");
        refuses("01 01 ffffffffffffffffff01 # ends before it begins");
        refuses("02 ffffffffffffffff7f 00 01 00 # overflows");
        refuses("01 ffffffffffffffff7f 01 # its end overflows");
    }

    /** Else the number of sequences, or the sequence after the last, would overflow. */
    @Test
    void theLargestNumberIsNoSequence() {
        refuses("01 00 ffffffffffffffff7f # 0 to the largest");
        refuses("01 ffffffffffffffff7f 00");
        SequenceRanges most = read("01 00 feffffffffffffff7f");
        assertEquals(Long.MAX_VALUE, most.sequenceCount());
        assertThrows(IllegalArgumentException.class, () -> SequenceRanges.of(0, Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> SequenceRanges.of(-1, 1));
    }

    @Test
    void countsThatCannotBeAreRefused() {
        refuses("");
        refuses("01");
        refuses("01 01");
        refuses("ffffffff0f 0100");
        refuses("ffffffffffffffffff01 0100");
    }

    @Test
    void buildersRefuseWhatDoesNotAscend() {
        SequenceRanges.Builder builder = new SequenceRanges.Builder().add(5, 6);
        assertThrows(IllegalArgumentException.class, () -> builder.add(6, 7));
        assertThrows(IllegalArgumentException.class, () -> SequenceRanges.of(2, 1));
    }
}
