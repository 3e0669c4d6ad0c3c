package io.millrace.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A failing scenario gets smaller and fails the same way. */
class ShrinkerTest {

    @Test
    void makesAFailureSmaller() {
        Scenario failing = Scenario.of(1).with(PlantedBug.HAND_OUT_MARK_SKIPPED);
        while (Simulation.run(failing).violation() == null) {
            failing = Scenario.of(failing.seed() + 1).with(failing.bug());
        }
        Violation before = Simulation.run(failing).violation();
        Scenario smallest = Shrinker.shrink(failing);
        Violation after = Simulation.run(smallest).violation();
        assertNotNull(before);
        assertNotNull(after);
        assertEquals(before.check(), after.check());
        assertTrue(
                smallest.faults().size() <= FaultKind.values().length / 2,
                () -> "left: " + smallest.faults());
        assertTrue(smallest.seconds() < Scenario.SECONDS, smallest::command);
        assertTrue(smallest.command().contains("-Dsimulation.faults="), smallest::command);
    }
}
