package io.millrace.simulation;

import io.millrace.server.messages.RetentionPolicies;
import io.millrace.server.messages.RetentionPolicy;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run depends on: two runs of one scenario are alike.
 *
 * @param seed decides everything that chance decides
 * @param seconds how long applications work and faults happen, in simulated seconds
 * @param maxClients how many applications there are at most
 * @param faults which faults may happen
 * @param bug what is planted
 */
record Scenario(long seed, int seconds, int maxClients, Set<FaultKind> faults, PlantedBug bug) {

    static final int SECONDS = 30;
    static final int CLIENTS = 5;
    private static final int MOST_PARTITIONS = 3;

    /** A seed with everything that can go wrong. */
    static Scenario of(long seed) {
        return new Scenario(
                seed,
                SECONDS,
                CLIENTS,
                Collections.unmodifiableSet(EnumSet.allOf(FaultKind.class)),
                PlantedBug.NONE);
    }

    /** How many partitions each broker has. */
    int partitions() {
        return 1 + (int) Math.floorMod(Node.mix("partitions " + seed), (long) MOST_PARTITIONS);
    }

    /** Whether brokers keep in their logs what was acknowledged; the others give it back. */
    boolean keepsThePast() {
        return seed % 2 == 0;
    }

    /** What the brokers' logs keep. */
    RetentionPolicies retention() {
        long limit = keepsThePast() ? RetentionPolicy.NO_LIMIT : 0;
        return new RetentionPolicies(new RetentionPolicy(limit, 0), Map.of());
    }

    Scenario with(PlantedBug planted) {
        return new Scenario(seed, seconds, maxClients, faults, planted);
    }

    Scenario withSeconds(int fewer) {
        return new Scenario(seed, fewer, maxClients, faults, bug);
    }

    Scenario withClients(int fewer) {
        return new Scenario(seed, seconds, fewer, faults, bug);
    }

    Scenario without(FaultKind fault) {
        EnumSet<FaultKind> left = EnumSet.noneOf(FaultKind.class);
        left.addAll(faults);
        left.remove(fault);
        return new Scenario(seed, seconds, maxClients, Collections.unmodifiableSet(left), bug);
    }

    Scenario withFaults(Set<FaultKind> others) {
        EnumSet<FaultKind> all = EnumSet.noneOf(FaultKind.class);
        all.addAll(others);
        return new Scenario(seed, seconds, maxClients, Collections.unmodifiableSet(all), bug);
    }

    /** The command that runs it again and prints what happened. */
    String command() {
        String names =
                faults.stream()
                        .map(fault -> fault.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .collect(Collectors.joining(","));
        return "mvn -q -Dquickly -pl simulation -am test -Dtest=ReplayTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed="
                + seed
                + (seconds == SECONDS ? "" : " -Dsimulation.seconds=" + seconds)
                + (maxClients == CLIENTS ? "" : " -Dsimulation.clients=" + maxClients)
                + (faults.size() == FaultKind.values().length
                        ? ""
                        : " -Dsimulation.faults=" + names)
                + (bug == PlantedBug.NONE ? "" : " -Dsimulation.bug=" + bug);
    }
}
