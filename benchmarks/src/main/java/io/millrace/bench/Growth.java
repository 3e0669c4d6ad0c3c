package io.millrace.bench;

import static io.millrace.bench.Results.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * What becomes of the cost of a message when there is more of something: queues, durable
 * subscriptions, connections, waiting messages. Each column has a fresh broker and driver, as in a
 * {@link Comparison}.
 */
record Growth(Side side, List<Dimension> dimensions, Trial trial, boolean quick, String results) {

    /** What there is more of. */
    enum Dimension {
        QUEUES("queues", ManyQueues::new, 1, 10, 100, 1_000, 10_000),
        SUBSCRIPTIONS("durable subscriptions on one topic", FanOut::new, 1, 10, 100, 1_000),
        CONNECTIONS("connections", ManyConnections::new, 1, 10, 100, 1_000),
        BACKLOG(
                "waiting messages",
                StandingBacklog::new,
                1_000,
                10_000,
                100_000,
                1_000_000,
                10_000_000);

        private final String unit;
        private final IntFunction<Workload> workload;
        private final int[] columns;

        Dimension(String unit, IntFunction<Workload> workload, int... columns) {
            this.unit = unit;
            this.workload = workload;
            this.columns = columns;
        }

        /** As on the command line. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        String unit() {
            return unit;
        }

        Workload workload(int column) {
            return workload.apply(column);
        }

        /** How often each message is delivered. The cost is that of a delivery. */
        int copies(int column) {
            return this == SUBSCRIPTIONS ? column : 1;
        }

        static Dimension named(String name) {
            return Arrays.stream(values())
                    .filter(dimension -> dimension.label().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "Expected one of %s, but found %s"
                                                    .formatted(labels(), name)));
        }

        private static String labels() {
            return Arrays.stream(values()).map(Dimension::label).collect(Collectors.joining(","));
        }
    }

    /** How much of it a smoke tries. */
    private static final int QUICK_COLUMNS = 2;

    static Growth from(Arguments arguments) throws IOException {
        boolean quick = arguments.flag("short");
        Growth growth =
                new Growth(
                        Side.named(arguments.text("side", "millrace")),
                        Arrays.stream(arguments.text("of", Dimension.labels()).split(","))
                                .map(Dimension::named)
                                .toList(),
                        Trial.in(
                                Trial.targetDirectory(),
                                arguments.number("warm-up", quick ? 1 : 4),
                                arguments.number("measure", quick ? 1 : 5),
                                false),
                        quick,
                        arguments.text("results", ""));
        arguments.refuseOthers();
        return growth;
    }

    /** Returns whether each column has its figures, and every message arrived as it should. */
    boolean run() throws IOException, InterruptedException {
        System.out.println(Machine.here().line() + ", load average " + Machine.load());
        List<GrowthTable> tables = new ArrayList<>();
        for (Dimension dimension : dimensions) {
            GrowthTable table = new GrowthTable(dimension);
            tables.add(table);
            int columns = quick ? QUICK_COLUMNS : dimension.columns.length;
            for (int i = 0; i < columns; i++) {
                int column = dimension.columns[i];
                Outcome outcome = trial.run(side, dimension.workload(column));
                System.out.println(
                        outcome instanceof Run run
                                ? run.line()
                                : ((Outcome.Without) outcome).line());
                table.add(column, outcome);
            }
            System.out.println();
            System.out.println(table.text());
        }
        if (!results.isEmpty()) {
            new GrowthPage(this, tables, Path.of(results)).write();
        }
        return tables.stream().allMatch(GrowthTable::faultless);
    }

    String terms() {
        return format(
                "%s; 1 copy; %s. One run a column, each with a fresh broker and driver, warmed up for at least %d s and measured for %d s.",
                side.name(), side.flushPolicy(), trial.warmUpSeconds(), trial.measureSeconds());
    }
}
