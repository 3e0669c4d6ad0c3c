package io.millrace.bench;

import static io.millrace.bench.Results.format;

import java.util.concurrent.TimeUnit;

/** What a comparison prints while it goes on. Owned by the main thread. */
final class Report {

    private final Comparison comparison;
    private final Machine machine;
    private final Results results;
    private final String loadAtBegin = Machine.load();
    private final long beginNanos = System.nanoTime();
    private int done;

    Report(Comparison comparison, Machine machine) {
        this.comparison = comparison;
        this.machine = machine;
        this.results = new Results(comparison);
    }

    void begin() {
        System.out.println(machine.line() + ", load average " + loadAtBegin);
        for (Side side : comparison.sides()) {
            System.out.printf("%s: 1 copy; %s%n", side.name(), side.flushPolicy());
        }
        System.out.println(terms());
    }

    void device(DeviceProbe.Rate rate) {
        results.add(rate);
        print("device: %s", rate.line());
    }

    void outcome(Outcome outcome, DeviceProbe.Rate device) {
        done++;
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beginNanos);
        System.out.print(
                format(
                        "[%d/%d, %d:%02d] ",
                        done, comparison.runs(workload -> true), seconds / 60, seconds % 60));
        if (outcome instanceof Run run) {
            results.add(run, device);
            System.out.println(run.line());
            System.out.println(run.threads());
        } else if (outcome instanceof Outcome.Without none) {
            results.add(none);
            System.out.println(none.line());
        }
    }

    void floor(Workload workload, FloorFigure figure) {
        results.add(workload, figure);
        print("floor: %s", figure.line());
    }

    void end() {
        for (Workload workload : comparison.workloads()) {
            int rounds = comparison.roundsOf(workload);
            print("%n%s: %s, %s", workload.name(), workload.title(), rounds(rounds));
            for (Side side : comparison.sidesOf(workload)) {
                System.out.println(line(side, workload));
            }
            if (!results.ratio(workload).isEmpty()) {
                print("  ratio       %s%s", results.ratio(workload), aim(workload));
            }
            if (!results.floor(workload).isEmpty()) {
                print("  floor       %s", results.floor(workload));
            }
        }
        print("%ndevice     %,14.0f/s   (append 1 KB + flush, median)", results.deviceRate());
        print("load average at the end %s", Machine.load());
    }

    private String line(Side side, Workload workload) {
        if (!results.has(side, workload)) {
            return format("  %-10s %s", side.name(), results.reason(side, workload));
        }
        String latency = results.latency(side, workload);
        StringBuilder line = new StringBuilder();
        line.append(
                format(
                        "  %-10s %,12.0f/s   of %s",
                        side.name(), results.rate(side, workload), results.rates(side, workload)));
        if (!latency.isEmpty()) {
            line.append(format(", %s p50 / p99 %s", workload.latencyOf(), latency));
        }
        results.toDevice(side, workload)
                .ifPresent(ratio -> line.append(format(", %.2f × the device", ratio)));
        line.append(
                format(
                        ", %.1f messages a flush",
                        results.median(side, workload, Run::messagesPerFlush)));
        String reason = results.reason(side, workload);
        return reason.isEmpty() ? line.toString() : line + "; " + reason;
    }

    private static String aim(Workload workload) {
        return workload.aim().isEmpty() ? "" : "   (aim: " + workload.aim() + ")";
    }

    static String rounds(int rounds) {
        return rounds == 1 ? "one run" : "median of " + rounds;
    }

    boolean faultless() {
        return results.faultless();
    }

    Comparison comparison() {
        return comparison;
    }

    Results results() {
        return results;
    }

    String machineLine() {
        return machine.line()
                + ". Load average at the begin "
                + loadAtBegin
                + ", at the end "
                + Machine.load();
    }

    String terms() {
        return "Interleaved runs (%d of each workload that the aims speak of); each warmed up for %s in its own JVM and measured for %d s."
                        .formatted(
                                comparison.rounds(),
                                comparison.warmUp(),
                                comparison.measureSeconds())
                + " Every message checked to arrive exactly once and in order.";
    }

    private static void print(String pattern, Object... values) {
        System.out.println(format(pattern, values));
    }
}
