package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomIdsTest {

    private static final int COUNT = 4_096;

    @Test
    void eachIdIsNewAndEachBitIsSetInHalfOfThem() {
        Set<Id128> seen = new HashSet<>();
        int[] setBits = new int[128];
        for (int made = 0; made < COUNT; made++) {
            Id128 id = RandomIds.next();
            seen.add(id);
            for (int bit = 0; bit < 64; bit++) {
                setBits[bit] += (int) (id.high() >>> bit & 1);
                setBits[64 + bit] += (int) (id.low() >>> bit & 1);
            }
        }
        assertEquals(COUNT, seen.size());
        for (int count : setBits) {
            // Ten standard deviations.
            assertEquals(COUNT / 2.0, count, 10 * Math.sqrt(COUNT) / 2);
        }
    }
}
