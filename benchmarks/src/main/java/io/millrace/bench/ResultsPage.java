package io.millrace.bench;

import static io.millrace.bench.Results.format;

import io.millrace.bench.plot.BarChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The page that a comparison leaves, with its plots in {@code plots} beside it. */
record ResultsPage(Report report, Path file) {

    private static final String PLOTS = "plots";
    private static final String RATES = "rates.svg";
    private static final String LATENCIES = "latencies.svg";

    void write() throws IOException {
        Path plots = Files.createDirectories(file.toAbsolutePath().resolveSibling(PLOTS));
        for (boolean latency : new boolean[] {false, true}) {
            if (hasPlot(latency)) {
                Files.writeString(plots.resolve(latency ? LATENCIES : RATES), chart(latency).svg());
            }
        }
        Files.writeString(file, markdown());
    }

    private boolean hasPlot(boolean latency) {
        return report.comparison().workloads().stream()
                .anyMatch(workload -> workload.ratedByLatency() == latency);
    }

    private BarChart chart(boolean latency) {
        List<Side> sides = report.comparison().sides();
        List<BarChart.Group> groups = new ArrayList<>();
        for (Workload workload : report.comparison().workloads()) {
            if (!latency && !workload.ratedByLatency()) {
                groups.add(group(workload.name(), workload, run -> run.measurement().perSecond()));
            } else if (latency && workload.ratedByLatency()) {
                groups.add(
                        group(
                                workload.name() + " p50",
                                workload,
                                run -> run.measurement().p50Micros()));
                groups.add(
                        group(
                                workload.name() + " p99",
                                workload,
                                run -> run.measurement().p99Micros()));
            }
        }
        return new BarChart(
                latency ? "Latency, less is better" : "Messages a second, more is better",
                latency ? "us" : "/s",
                sides.stream().map(Side::name).toList(),
                groups);
    }

    private BarChart.Group group(String name, Workload workload, ToDoubleFunction<Run> figure) {
        return new BarChart.Group(
                name,
                report.comparison().sides().stream()
                        .map(side -> report.results().median(side, workload, figure))
                        .toList());
    }

    String markdown() {
        Results results = report.results();
        StringBuilder page = new StringBuilder();
        page.append("# Results\n\n")
                .append(
                        "Written by `benchmarks/run compare --all --results FILE`; do not edit.\n\n")
                .append("Machine: ")
                .append(report.machineLine())
                .append(".\n\n")
                .append(report.terms())
                .append("\n\n")
                .append(
                        format(
                                "Device: append 1 KB + flush %,.0f/s, p50 %,.0f us, p99 %,.0f us (medians).\n",
                                results.deviceRate(),
                                results.deviceMedian(DeviceProbe.Rate::p50Micros),
                                results.deviceMedian(DeviceProbe.Rate::p99Micros)));
        sides(page);
        summary(page);
        for (boolean latency : new boolean[] {false, true}) {
            if (hasPlot(latency)) {
                page.append(
                        format(
                                "\n![%s](%s/%s)\n",
                                chart(latency).title(), PLOTS, latency ? LATENCIES : RATES));
            }
        }
        report.comparison().workloads().forEach(workload -> table(page, workload));
        return page.toString();
    }

    private void sides(StringBuilder page) {
        page.append("\n| side | copies | flush policy |\n|---|---|---|\n");
        report.comparison().workloads().stream()
                .flatMap(workload -> report.comparison().sidesOf(workload).stream())
                .distinct()
                .forEach(
                        side ->
                                page.append(
                                        format(
                                                "| %s | 1 | %s |\n",
                                                side.name(), side.flushPolicy())));
    }

    private void summary(StringBuilder page) {
        List<Side> sides = report.comparison().sides();
        page.append("\n## In short\n\n| workload | runs |");
        sides.forEach(side -> page.append(' ').append(side.name()).append(" |"));
        page.append(" ratio | aim | floor |\n|---|---|").append("---|".repeat(sides.size()));
        page.append("---|---|---|\n");
        for (Workload workload : report.comparison().workloads()) {
            page.append(
                    format(
                            "| [%s](#%s) | %d |",
                            workload.name(),
                            workload.name(),
                            report.comparison().roundsOf(workload)));
            sides.forEach(side -> page.append(' ').append(figure(side, workload)).append(" |"));
            page.append(
                    format(
                            " %s | %s | %s |\n",
                            report.results().ratio(workload),
                            workload.aim(),
                            report.results().floor(workload)));
        }
    }

    private String figure(Side side, Workload workload) {
        Results results = report.results();
        if (!results.has(side, workload)) {
            return results.reason(side, workload);
        }
        return workload.ratedByLatency()
                ? results.latency(side, workload)
                : format("%,.0f/s", results.rate(side, workload));
    }

    private void table(StringBuilder page, Workload workload) {
        int rounds = report.comparison().roundsOf(workload);
        page.append(format("\n## %s\n\n", workload.name()));
        page.append(format("%s; %s.\n\n", capital(workload.title()), Report.rounds(rounds)));
        page.append("| side | messages/s | runs |");
        String latencyOf = workload.latencyOf();
        if (!latencyOf.isEmpty()) {
            page.append(format(" %s, p50 / p99 |", latencyOf));
        }
        if (workload.boundByDevice()) {
            page.append(" to the device's rate |");
        }
        page.append(" flushes/s | messages a flush | CPU a message, broker + driver |\n");
        int columns = 6 + (latencyOf.isEmpty() ? 0 : 1) + (workload.boundByDevice() ? 1 : 0);
        page.append('|').append("---|".repeat(columns)).append('\n');
        for (Side side : report.comparison().sidesOf(workload)) {
            row(page, workload, side, columns);
        }
        if (!report.results().ratio(workload).isEmpty()) {
            page.append(format("\nRatio: **%s**", report.results().ratio(workload)));
            page.append(workload.aim().isEmpty() ? "\n" : format("; aim: %s.\n", workload.aim()));
        }
        if (!report.results().floor(workload).isEmpty()) {
            page.append(
                    format(
                            "\nFloor, a server that only flushes and passes on: %s.\n",
                            report.results().floor(workload)));
        }
        for (Side side : report.comparison().sidesOf(workload)) {
            report.results()
                    .notes(side, workload)
                    .forEach(note -> page.append(format("\n%s: %s.\n", side.name(), note)));
        }
    }

    private void row(StringBuilder page, Workload workload, Side side, int columns) {
        Results results = report.results();
        String reason = results.reason(side, workload);
        if (!results.has(side, workload)) {
            page.append(format("| %s | %s |%s\n", side.name(), reason, " |".repeat(columns - 2)));
            return;
        }
        page.append(
                format(
                        "| %s | %,.0f | %s%s |",
                        side.name(),
                        results.rate(side, workload),
                        results.rates(side, workload),
                        reason.isEmpty() ? "" : "; " + reason));
        if (!workload.latencyOf().isEmpty()) {
            page.append(format(" %s |", results.latency(side, workload)));
        }
        results.toDevice(side, workload)
                .ifPresent(ratio -> page.append(format(" %.2f × |", ratio)));
        page.append(
                format(
                        " %,.0f | %.1f | %,.0f + %,.0f ns |\n",
                        results.median(side, workload, Run::flushesPerSecond),
                        results.median(side, workload, Run::messagesPerFlush),
                        results.median(side, workload, Run::brokerNanosPerMessage),
                        results.median(side, workload, Run::driverNanosPerMessage)));
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
