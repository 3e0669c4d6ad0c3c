package io.millrace.bench;

import static io.millrace.bench.Results.format;

import io.millrace.bench.plot.GrowthChart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The columns of one dimension, and their cost relative to the first. Owned by one thread. */
final class GrowthTable {

    /** So far from the first column the cost may be. */
    static final double BAND = 0.3;

    private final Growth.Dimension dimension;
    private final List<Column> columns = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /**
     * @param number how many of the dimension's things there were
     */
    private record Column(int number, int copies, Run run) {

        double perSecond() {
            return run.measurement().perSecond();
        }

        /** Time that passes for each delivery, all of the machine busy. */
        double nanos() {
            return 1e9 / (perSecond() * copies);
        }

        /** Processor time of the broker for each delivery. */
        double brokerNanos() {
            return run.brokerNanosPerMessage() / copies;
        }

        double driverNanos() {
            return run.driverNanosPerMessage() / copies;
        }
    }

    GrowthTable(Growth.Dimension dimension) {
        this.dimension = dimension;
    }

    void add(int number, Outcome outcome) {
        if (outcome instanceof Run run) {
            columns.add(new Column(number, dimension.copies(number), run));
        } else if (outcome instanceof Outcome.Without none) {
            failures.add(format("%,d: %s", number, none.reason()));
        }
    }

    boolean faultless() {
        return failures.isEmpty()
                && columns.stream().allMatch(column -> column.run.measurement().faultCount() == 0);
    }

    Growth.Dimension dimension() {
        return dimension;
    }

    /** For a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(format("%s\n", dimension.label()));
        text.append(
                format(
                        "%12s %14s %12s %8s %12s %8s %12s %10s %10s\n",
                        "number",
                        "messages/s",
                        "ns each",
                        "rel.",
                        "broker CPU",
                        "rel.",
                        "driver CPU",
                        "log bytes",
                        "per flush"));
        for (Column column : columns) {
            text.append(
                    format(
                            "%,12d %,14.0f %,12.0f %8s %,12.0f %8s %,12.0f %10.1f %10.1f  %s\n",
                            column.number,
                            column.perSecond(),
                            column.nanos(),
                            relative(column, Column::nanos),
                            column.brokerNanos(),
                            relative(column, Column::brokerNanos),
                            column.driverNanos(),
                            column.run.logBytesPerMessage(),
                            column.run.messagesPerFlush(),
                            column.run.measurement().note()));
        }
        failures.forEach(failure -> text.append("FAILED, ").append(failure).append('\n'));
        return text.toString();
    }

    /** For the page. */
    String markdown() {
        String each = dimension == Growth.Dimension.SUBSCRIPTIONS ? "delivery" : "message";
        StringBuilder page = new StringBuilder();
        page.append(
                format(
                        "| %1$s | messages/s | time a %2$s | to the first | broker CPU a %2$s | to the first | driver CPU a %2$s | log bytes a message | messages a flush |\n",
                        dimension.unit(), each));
        page.append("|---|---|---|---|---|---|---|---|---|\n");
        for (Column column : columns) {
            page.append(
                    format(
                            "| %,d | %,.0f | %,.0f ns | %s | %,.0f ns | %s | %,.0f ns | %.1f | %.1f |\n",
                            column.number,
                            column.perSecond(),
                            column.nanos(),
                            relative(column, Column::nanos),
                            column.brokerNanos(),
                            relative(column, Column::brokerNanos),
                            column.driverNanos(),
                            column.run.logBytesPerMessage(),
                            column.run.messagesPerFlush()));
        }
        failures.forEach(failure -> page.append(format("\nFAILED, %s\n", failure)));
        for (Column column : columns) {
            String note = column.run.measurement().note();
            if (!note.isEmpty()) {
                page.append(format("\n%,d: %s.\n", column.number, note));
            }
        }
        return page.toString();
    }

    /** Marked with an exclamation mark if it is outside the band. */
    private String relative(Column column, ToDoubleFunction<Column> cost) {
        double ratio = ratio(column, cost);
        return format("%.2f%s", ratio, Math.abs(ratio - 1) <= BAND ? "" : " !");
    }

    private double ratio(Column column, ToDoubleFunction<Column> cost) {
        return cost.applyAsDouble(column) / cost.applyAsDouble(columns.get(0));
    }

    boolean hasChart() {
        return columns.size() > 1;
    }

    String svg() {
        double[] numbers = columns.stream().mapToDouble(Column::number).toArray();
        return new GrowthChart(
                        "Cost of a message relative to the first column",
                        dimension.unit(),
                        BAND,
                        List.of(
                                new GrowthChart.Line("time", numbers, ratios(Column::nanos)),
                                new GrowthChart.Line(
                                        "broker CPU", numbers, ratios(Column::brokerNanos))))
                .svg();
    }

    private double[] ratios(ToDoubleFunction<Column> cost) {
        return columns.stream().mapToDouble(column -> ratio(column, cost)).toArray();
    }
}
