package io.millrace.simulation;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs one scenario again and prints what happened last. */
@EnabledIfSystemProperty(named = "simulation.seed", matches = ".+")
class ReplayTest {

    @Test
    void replay() {
        Simulation.Outcome outcome = Simulation.replay(scenario());
        System.out.println(outcome.trace());
        System.out.println(outcome.scenario() + " hash " + Long.toHexString(outcome.traceHash()));
        assertNull(outcome.violation(), () -> String.valueOf(outcome.violation()));
    }

    private static Scenario scenario() {
        String names = System.getProperty("simulation.faults");
        Set<FaultKind> faults =
                names == null
                        ? EnumSet.allOf(FaultKind.class)
                        : names.isEmpty()
                                ? Collections.emptySet()
                                : Arrays.stream(names.split(","))
                                        .map(name -> name.toUpperCase(Locale.ROOT))
                                        .map(FaultKind::valueOf)
                                        .collect(Collectors.toSet());
        return Scenario.of(Long.getLong("simulation.seed"))
                .withFaults(faults)
                .withSeconds(Integer.getInteger("simulation.seconds", Scenario.SECONDS))
                .withClients(Integer.getInteger("simulation.clients", Scenario.CLIENTS))
                .with(PlantedBug.valueOf(System.getProperty("simulation.bug", "NONE")));
    }
}
