package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Runs each workload on each side in turn (A B A B …) and reports.
 *
 * <p>Each run has a fresh broker and a fresh driver, each in a JVM of its own with the same options
 * on every side, and an empty data directory; the device is measured before each round, and the
 * {@link Floor} after it where there is one.
 *
 * @param rounds of the workloads that the aims speak of, and of any that was asked for by name
 * @param moreRounds of the others
 * @param warmUpSeconds at least so long; 0 for what each workload needs
 */
record Comparison(
        List<Side> sides,
        List<Workload> workloads,
        int rounds,
        int moreRounds,
        int warmUpSeconds,
        int measureSeconds,
        boolean profile,
        String results) {

    private static final int WARM_UP_SECONDS = 4;

    /**
     * Where each message is waited for, few come in these seconds, and the JVMs' compilers take
     * half of the processors for long.
     */
    private static final int WAITING_WARM_UP_SECONDS = 20;

    static Comparison from(Arguments arguments) {
        boolean quick = arguments.flag("short");
        List<Side> sides = new ArrayList<>();
        sides.add(Side.named(arguments.text("side", "millrace")));
        String against = arguments.text("against", "artemis");
        if (!against.equals("none")) {
            sides.add(Side.named(against));
        }
        boolean all = arguments.flag("all");
        String named = arguments.text("workloads", "");
        int rounds = arguments.number("runs", quick ? 1 : 3);
        Comparison comparison =
                new Comparison(
                        sides,
                        named.isEmpty() ? standard(all, quick) : byName(named),
                        rounds,
                        named.isEmpty() ? 1 : rounds,
                        arguments.number("warm-up", quick ? 1 : 0),
                        arguments.number("measure", quick ? 2 : 5),
                        arguments.flag("profile"),
                        arguments.text("results", ""));
        arguments.refuseOthers();
        return comparison;
    }

    private static List<Workload> standard(boolean all, boolean quick) {
        List<Workload> workloads =
                new ArrayList<>(quick && !all ? Workloads.SMOKE : Workloads.CORE);
        if (all) {
            workloads.addAll(Workloads.MORE);
        }
        return workloads;
    }

    private static List<Workload> byName(String names) {
        return Arrays.stream(names.split(",")).map(Workloads::named).toList();
    }

    /** Returns whether every message of every run arrived exactly once and in order. */
    boolean run() throws IOException, InterruptedException {
        Path target = Trial.targetDirectory();
        DeviceProbe probe = new DeviceProbe(Trial.dataDirectory(target), 1);
        Floor floor = new Floor(measureSeconds);
        Report report = new Report(this, Machine.here());
        report.begin();
        for (Workload workload : workloads) {
            Trial trial = Trial.in(target, warmUpOf(workload), measureSeconds, profile);
            for (int round = 0; round < roundsOf(workload); round++) {
                DeviceProbe.Rate device = probe.measure();
                report.device(device);
                for (Side side : sidesOf(workload)) {
                    report.outcome(trial.run(side, workload), device);
                }
                if (workload.floor().isPresent()) {
                    report.floor(workload, floor.measure(workload.floor().get()));
                }
            }
        }
        report.end();
        if (!results.isEmpty()) {
            new ResultsPage(report, Path.of(results)).write();
        }
        return report.faultless();
    }

    private int warmUpOf(Workload workload) {
        if (warmUpSeconds > 0) {
            return warmUpSeconds;
        }
        return workload.waitsOften() ? WAITING_WARM_UP_SECONDS : WARM_UP_SECONDS;
    }

    /** How long it warms up, in words. */
    String warmUp() {
        return warmUpSeconds > 0
                ? "at least %d s".formatted(warmUpSeconds)
                : "at least %d s, %d s where each message is waited for,"
                        .formatted(WARM_UP_SECONDS, WAITING_WARM_UP_SECONDS);
    }

    int roundsOf(Workload workload) {
        return Workloads.MORE.contains(workload) ? moreRounds : rounds;
    }

    /** Where each message waits for the device, the broker without a socket runs too. */
    List<Side> sidesOf(Workload workload) {
        List<Side> all = new ArrayList<>(sides);
        if (workload.boundByDevice() && sides.contains(Side.MILLRACE)) {
            all.add(Side.EMBEDDED);
        }
        return all;
    }

    int runs(Predicate<Workload> which) {
        return workloads.stream()
                .filter(which)
                .mapToInt(workload -> roundsOf(workload) * sidesOf(workload).size())
                .sum();
    }
}
