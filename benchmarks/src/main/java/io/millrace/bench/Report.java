package io.millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a comparison prints while it goes on, and the page that it leaves. Owned by the main thread.
 */
final class Report {

    private final Comparison comparison;
    private final Machine machine;
    private final List<Run> runs = new ArrayList<>();
    private final List<DeviceProbe.Rate> device = new ArrayList<>();
    private final String loadAtBegin = Machine.load();

    Report(Comparison comparison, Machine machine) {
        this.comparison = comparison;
        this.machine = machine;
    }

    void begin() {
        System.out.println(machine.line() + ", load average " + loadAtBegin);
        for (Side side : comparison.sides()) {
            System.out.printf("%s: 1 copy; %s%n", side.name(), side.flushPolicy());
        }
        System.out.println(terms());
    }

    void device(DeviceProbe.Rate rate) {
        device.add(rate);
        print(
                "device: append 1 KB + flush %,.0f/s, p50 %.0f us, p99 %.0f us",
                rate.perSecond(), rate.p50Micros(), rate.p99Micros());
    }

    void run(Run run) {
        runs.add(run);
        System.out.println(run.line());
        System.out.println(run.threads());
    }

    void end() {
        for (Workload workload : comparison.workloads()) {
            System.out.println();
            System.out.println(workload.title() + ", median of " + comparison.rounds());
            for (Side side : comparison.sides()) {
                List<Run> own = Run.of(runs, side, workload);
                print(
                        "  %-10s %,12.0f/s   of %s%s",
                        side.name(), Run.medianRate(own), rates(own), latency(own));
            }
            if (comparison.sides().size() > 1) {
                print("  ratio      %12.2f", ratio(workload));
            }
        }
        print("%ndevice     %,14.0f/s   (append 1 KB + flush, median)", deviceRate());
        print("load average at the end %s", Machine.load());
    }

    boolean faultless() {
        return runs.stream().allMatch(run -> run.measurement().faultCount() == 0);
    }

    /** The whole of RESULTS.md. */
    String markdown() {
        StringBuilder page = new StringBuilder();
        page.append("# Results\n\n")
                .append("Written by `benchmarks/run compare --results FILE`; do not edit.\n\n")
                .append("Machine: ")
                .append(machine.line())
                .append(". Load average at the begin ")
                .append(loadAtBegin)
                .append(", at the end ")
                .append(Machine.load())
                .append(".\n\n")
                .append(terms())
                .append("\n\n")
                .append(format("Device: append 1 KB + flush %,.0f/s (median).\n", deviceRate()));
        for (Workload workload : comparison.workloads()) {
            table(page, workload);
        }
        return page.toString();
    }

    private void table(StringBuilder page, Workload workload) {
        page.append("\n## ").append(workload.name()).append(": ").append(workload.title());
        page.append(
                "\n\n| side | copies | messages/s, median | runs | send p50 / p99 | flushes/s |");
        page.append(" messages a flush | CPU a message, broker + driver | flush policy |\n");
        page.append("|---|---|---|---|---|---|---|---|---|\n");
        for (Side side : comparison.sides()) {
            List<Run> own = Run.of(runs, side, workload);
            page.append(
                    format(
                            "| %s | 1 | %,.0f | %s | %s | %,.0f | %.1f | %s | %s |\n",
                            side.name(),
                            Run.medianRate(own),
                            rates(own),
                            latency(own).isEmpty() ? "" : latency(own).substring(2),
                            median(own, Run::flushesPerSecond),
                            median(own, Run::messagesPerFlush),
                            format(
                                    "%,.0f + %,.0f ns",
                                    median(own, Run::brokerNanosPerMessage),
                                    median(own, Run::driverNanosPerMessage)),
                            side.flushPolicy()));
        }
        if (comparison.sides().size() > 1) {
            page.append(format("\nRatio: **%.2f**\n", ratio(workload)));
        }
    }

    private String terms() {
        return "%d runs a side, interleaved; each warmed up for at least %d s in its own JVM and measured for %d s."
                        .formatted(
                                comparison.rounds(),
                                comparison.warmUpSeconds(),
                                comparison.measureSeconds())
                + " Every message checked to arrive exactly once and in order.";
    }

    /** How much the first side does for each message of the second. */
    private double ratio(Workload workload) {
        List<Side> sides = comparison.sides();
        return Run.medianRate(Run.of(runs, sides.get(0), workload))
                / Run.medianRate(Run.of(runs, sides.get(1), workload));
    }

    private double deviceRate() {
        return Run.median(device.stream().mapToDouble(DeviceProbe.Rate::perSecond).toArray());
    }

    private static double median(List<Run> runs, java.util.function.ToDoubleFunction<Run> figure) {
        return Run.median(runs.stream().mapToDouble(figure).toArray());
    }

    private static String rates(List<Run> runs) {
        return runs.stream()
                .map(run -> format("%,.0f", run.measurement().perSecond()))
                .collect(Collectors.joining(" / "));
    }

    private static String latency(List<Run> runs) {
        double p50 = median(runs, run -> run.measurement().p50Micros());
        double p99 = median(runs, run -> run.measurement().p99Micros());
        return p50 == 0 ? "" : format(", %.0f / %.0f us", p50, p99);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static void print(String pattern, Object... values) {
        System.out.println(format(pattern, values));
    }
}
