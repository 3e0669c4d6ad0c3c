package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs each workload on each side in turn (A B A B …) and reports.
 *
 * <p>Each run has a fresh broker and a fresh driver, each in a JVM of its own with the same options
 * on every side, and an empty data directory; the device is measured before each round.
 */
record Comparison(
        List<Side> sides,
        List<Workload> workloads,
        int rounds,
        int warmUpSeconds,
        int measureSeconds,
        boolean profile,
        String results) {

    static Comparison from(Arguments arguments) {
        boolean quick = arguments.flag("short");
        List<Side> sides = new ArrayList<>();
        sides.add(Side.named(arguments.text("side", "millrace")));
        String against = arguments.text("against", "artemis");
        if (!against.equals("none")) {
            sides.add(Side.named(against));
        }
        String all = String.join(",", Workload.ALL.stream().map(Workload::name).toList());
        Comparison comparison =
                new Comparison(
                        sides,
                        Arrays.stream(arguments.text("workloads", all).split(","))
                                .map(Workload::named)
                                .toList(),
                        arguments.number("runs", quick ? 1 : 3),
                        arguments.number("warm-up", quick ? 1 : 8),
                        arguments.number("measure", quick ? 2 : 10),
                        arguments.flag("profile"),
                        arguments.text("results", ""));
        arguments.refuseOthers();
        return comparison;
    }

    /** Returns whether every message of every run arrived exactly once and in order. */
    boolean run() throws IOException, InterruptedException {
        Path target = Path.of(System.getProperty("millrace.bench.target", "benchmarks/target"));
        Trial trial = new Trial(target, warmUpSeconds, measureSeconds, profile);
        Path data = Files.createDirectories(trial.dataDirectory());
        Report report = new Report(this, Machine.here());
        report.begin();
        for (Workload workload : workloads) {
            for (int round = 0; round < rounds; round++) {
                report.device(new DeviceProbe(data, Math.min(3, measureSeconds)).measure());
                for (Side side : sides) {
                    report.run(trial.run(side, workload));
                }
            }
        }
        report.end();
        if (!results.isEmpty()) {
            Files.writeString(Path.of(results), report.markdown());
        }
        return report.faultless();
    }
}
