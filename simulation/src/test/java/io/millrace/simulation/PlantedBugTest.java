package io.millrace.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle finds each planted bug within a hundred seeds. */
class PlantedBugTest {

    private static final int SEEDS = 100;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void isFound(PlantedBug bug) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Violation violation = Simulation.run(Scenario.of(seed).with(bug)).violation();
            if (violation != null && bug.caughtBy().contains(violation.check())) {
                System.out.printf(
                        "%s is caught by %s with seed %d%n", bug, violation.check(), seed);
                return;
            }
        }
        fail(bug + " is caught by none of " + bug.caughtBy() + " with " + SEEDS + " seeds");
    }
}
