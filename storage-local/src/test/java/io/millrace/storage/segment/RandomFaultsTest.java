package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.storage.segment.FaultTrial.Coverage;
import io.millrace.storage.segment.FaultTrial.Violation;
import io.millrace.storage.simulated.Fault.Operation;
import org.junit.jupiter.api.Test;

/** Whatever a disk refuses, and whichever bit flips: never a silent loss, never wrong bytes. */
final class RandomFaultsTest {

    private static final int SEEDS = Integer.getInteger("millrace.faults.seeds", 200);

    @Test
    void losesNothingSilently() {
        Coverage coverage = new Coverage();
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new FaultTrial(seed, coverage).run();
            } catch (Violation e) {
                fail("Seed " + seed + ": the log " + e.getMessage(), e);
            }
        }
        System.out.println("random faults: " + coverage);
        for (Operation each : Operation.values()) {
            assertTrue(coverage.faults.getOrDefault(each, 0) > SEEDS / 20, each.toString());
        }
        assertTrue(coverage.full > SEEDS / 10);
        assertTrue(coverage.failedLogs > SEEDS / 4);
        assertTrue(coverage.failedOpenings > SEEDS / 4);
        assertTrue(coverage.failedCheckpoints > SEEDS / 10);
        assertTrue(coverage.failedReads > SEEDS / 10);
        assertTrue(coverage.flipsWhileOpen > SEEDS / 2);
        assertTrue(coverage.damagedReads > SEEDS / 4);
        assertTrue(coverage.flipsRefused > SEEDS / 20);
    }
}
