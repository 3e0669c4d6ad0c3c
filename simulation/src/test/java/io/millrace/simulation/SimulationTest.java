package io.millrace.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Seeds pass, one after the other, and together they exercise everything. {@code simulation.seeds}
 * says how many, {@code simulation.first} where to begin.
 */
class SimulationTest {

    private static final int FIXED_SEEDS = 80;
    private static final int ENOUGH_FOR_COVERAGE = 60;
    private static final int SHOWN = 10;

    @Test
    void everySeedPassesAndEverythingIsExercised() {
        long first = Long.getLong("simulation.first", 1);
        int seeds = Integer.getInteger("simulation.seeds", FIXED_SEEDS);
        long begin = System.nanoTime();
        Coverage coverage = new Coverage();
        List<Simulation.Outcome> failed = new ArrayList<>();
        long steps = 0;
        long messages = 0;
        long hash = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            Simulation.Outcome outcome = Simulation.run(Scenario.of(seed));
            steps += outcome.steps();
            messages += outcome.messages();
            hash = hash * 31 + outcome.traceHash();
            coverage.add(outcome.coverage());
            if (outcome.violation() != null) {
                failed.add(outcome);
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.println(coverage);
        System.out.printf(
                "%d seeds from %d, %d failed, trace %016x, %d steps, %d messages, %.1f s, %.0f steps/s%n",
                seeds, first, failed.size(), hash, steps, messages, seconds, steps / seconds);
        if (failed.size() > SHOWN) {
            System.out.println(
                    "failed: " + failed.stream().map(each -> each.scenario().seed()).toList());
        }
        failed.stream().limit(SHOWN).forEach(SimulationTest::report);
        assertTrue(failed.isEmpty(), () -> failed.size() + " seeds failed, see above");
        if (seeds >= ENOUGH_FOR_COVERAGE) {
            assertEquals(List.of(), coverage.missing(), "what no seed exercised");
        }
    }

    private static void report(Simulation.Outcome outcome) {
        System.out.println(outcome.violation() + "\n  replay: " + outcome.scenario().command());
        if (Boolean.getBoolean("simulation.shrink")) {
            System.out.println("  smaller: " + Shrinker.shrink(outcome.scenario()).command());
        }
    }

    @Test
    void aSeedGivesTheSameTraceTwice() {
        for (long seed = 1; seed <= 6; seed++) {
            assertEquals(
                    Simulation.run(Scenario.of(seed)).traceHash(),
                    Simulation.run(Scenario.of(seed)).traceHash(),
                    "seed " + seed);
        }
    }
}
