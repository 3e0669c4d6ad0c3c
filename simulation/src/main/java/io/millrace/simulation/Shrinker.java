package io.millrace.simulation;

/** Makes a failing scenario smaller, as long as the same check fails. */
final class Shrinker {

    private Shrinker() {}

    /** The smallest scenario found; the one given, if it does not fail. */
    static Scenario shrink(Scenario failing) {
        Violation violation = Simulation.run(failing).violation();
        if (violation == null) {
            return failing;
        }
        Check check = violation.check();
        Scenario smallest = failing;
        Scenario before;
        do {
            before = smallest;
            smallest = withFewerFaults(smallest, check);
            for (int clients = 1; clients < smallest.maxClients(); clients++) {
                smallest = smaller(smallest, smallest.withClients(clients), check);
            }
            smallest = shorter(smallest, check);
        } while (!smallest.equals(before));
        return smallest;
    }

    private static Scenario withFewerFaults(Scenario failing, Check check) {
        Scenario smallest = failing;
        for (FaultKind fault : FaultKind.values()) {
            if (smallest.faults().contains(fault)) {
                smallest = smaller(smallest, smallest.without(fault), check);
            }
        }
        return smallest;
    }

    private static Scenario shorter(Scenario failing, Check check) {
        Scenario smallest = failing;
        for (int step = smallest.seconds() / 2; step > 0; step /= 2) {
            while (smallest.seconds() > step) {
                Scenario shorter = smallest.withSeconds(smallest.seconds() - step);
                if (!fails(shorter, check)) {
                    break;
                }
                smallest = shorter;
            }
        }
        return smallest;
    }

    private static Scenario smaller(Scenario before, Scenario candidate, Check check) {
        return fails(candidate, check) ? candidate : before;
    }

    private static boolean fails(Scenario scenario, Check check) {
        Violation violation = Simulation.run(scenario).violation();
        return violation != null && violation.check() == check;
    }
}
