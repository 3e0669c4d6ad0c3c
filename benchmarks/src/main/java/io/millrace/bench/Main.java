package io.millrace.bench;

import java.io.IOException;

/** The commands of {@code benchmarks/run}. */
public final class Main {

    private static final String USAGE =
            """
            usage: benchmarks/run compare [--against artemis|none] [--side millrace|embedded|memory] [--all]
                                          [--workloads async-100b,sync-1k,…] [--runs 3] [--short]
                                          [--warm-up SECONDS] [--measure SECONDS] [--results FILE] [--profile]
                   benchmarks/run growth  [--of queues,subscriptions,connections,backlog] [--warm-up SECONDS] [--measure SECONDS]
                                          [--short] [--results FILE]
                   benchmarks/run startup [--runs 10] [--jvm OPTIONS] [--short] [--results FILE]
                   benchmarks/run tails   [--side millrace|artemis] [--workload latency-1000] [--runs 3] [--warm-up SECONDS] [--measure SECONDS]
                   benchmarks/run catch-up [--gigabytes 5] [--live 100] [--rate 100] [--runs 3] [--warm-up SECONDS] [--measure SECONDS]
                                          [--short]
                   benchmarks/run floor   [--producers 16] [--measure SECONDS]
                   benchmarks/run drive   --factory CLASS --uri URI --workload NAME [--warm-up SECONDS] [--measure SECONDS]
                   benchmarks/run hotspots --file RECORDING
                   benchmarks/run device  [--data DIR]
            """;

    private Main() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            refuse("Expected a command, but none was given");
        }
        try {
            System.exit(run(args[0], Arguments.parse(args, 1)) ? 0 : 1);
        } catch (IllegalArgumentException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private static boolean run(String command, Arguments arguments)
            throws IOException, InterruptedException {
        return switch (command) {
            case "compare" -> Comparison.from(arguments).run();
            case "growth" -> Growth.from(arguments).run();
            case "startup" -> Startup.from(arguments).run();
            case "tails" -> Tails.from(arguments).run();
            case "catch-up" -> CatchUp.from(arguments).run();
            case "catch-up-fill" -> CatchUpClients.fill(arguments);
            case "catch-up-live" -> CatchUpClients.live(arguments);
            case "catch-up-read" -> CatchUpClients.read(arguments);
            case "floor" -> Floor.print(arguments);
            case "floor-server" -> FloorServer.serve(arguments);
            case "drive" -> Driver.from(arguments).run();
            case "hotspots" -> HotSpots.from(arguments).print();
            case "device" -> DeviceProbe.from(arguments).print() && new WakeUps().print();
            default ->
                    throw new IllegalArgumentException(
                            "Expected a command, but " + command + " is none");
        };
    }

    private static void refuse(String reason) {
        System.err.println(reason);
        System.err.print(USAGE);
        System.exit(2);
    }
}
