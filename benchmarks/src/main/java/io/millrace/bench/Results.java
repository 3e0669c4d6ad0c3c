package io.millrace.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a comparison has found so far, and the figures that follow from it. Owned by one thread. */
final class Results {

    private record Measured(Run run, DeviceProbe.Rate device) {}

    private final Comparison comparison;
    private final List<Measured> measured = new ArrayList<>();
    private final List<Outcome.Without> without = new ArrayList<>();
    private final List<DeviceProbe.Rate> device = new ArrayList<>();
    private final Map<Workload, List<FloorFigure>> floorsByWorkload = new HashMap<>();

    Results(Comparison comparison) {
        this.comparison = comparison;
    }

    void add(DeviceProbe.Rate rate) {
        device.add(rate);
    }

    void add(Workload workload, FloorFigure floor) {
        floorsByWorkload.computeIfAbsent(workload, any -> new ArrayList<>()).add(floor);
    }

    /** A run, with what the device did just before its round. */
    void add(Run run, DeviceProbe.Rate before) {
        measured.add(new Measured(run, before));
    }

    void add(Outcome.Without none) {
        without.add(none);
    }

    boolean faultless() {
        return without.stream().noneMatch(Outcome.Without::failed)
                && measured.stream().allMatch(each -> each.run.measurement().faultCount() == 0);
    }

    boolean has(Side side, Workload workload) {
        return runs(side, workload).findAny().isPresent();
    }

    /** Why there is no figure, or why some are missing; empty if all went well. */
    String reason(Side side, Workload workload) {
        return without.stream()
                .filter(none -> none.side().equals(side) && none.workload().equals(workload))
                .map(none -> none.failed() ? "FAILED: " + none.reason() : "not supported yet")
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /** Of this side's runs of the workload; NaN if there are none. */
    double median(Side side, Workload workload, ToDoubleFunction<Run> figure) {
        double[] values = runs(side, workload).mapToDouble(figure).toArray();
        return values.length == 0 ? Double.NaN : Run.median(values);
    }

    double rate(Side side, Workload workload) {
        return median(side, workload, run -> run.measurement().perSecond());
    }

    String rates(Side side, Workload workload) {
        return runs(side, workload)
                .map(run -> format("%,.0f", run.measurement().perSecond()))
                .collect(Collectors.joining(" / "));
    }

    String latency(Side side, Workload workload) {
        if (workload.latencyOf().isEmpty() || !has(side, workload)) {
            return "";
        }
        return format(
                "%,.0f / %,.0f us",
                median(side, workload, run -> run.measurement().p50Micros()),
                median(side, workload, run -> run.measurement().p99Micros()));
    }

    /** The distinct notes of the runs, one for each. */
    List<String> notes(Side side, Workload workload) {
        return runs(side, workload)
                .map(run -> run.measurement().note())
                .filter(note -> !note.isEmpty())
                .toList();
    }

    /**
     * How the first side compares with the second, in words; empty if there is nothing to compare.
     */
    String ratio(Workload workload) {
        List<Side> sides = comparison.sides();
        if (sides.size() < 2 || !has(sides.get(0), workload) || !has(sides.get(1), workload)) {
            return "";
        }
        if (workload.ratedByLatency()) {
            return format(
                    "p50 %.2f ×, p99 %.2f ×",
                    ratio(workload, run -> run.measurement().p50Micros()),
                    ratio(workload, run -> run.measurement().p99Micros()));
        }
        return format("%.2f ×", ratio(workload, run -> run.measurement().perSecond()));
    }

    private double ratio(Workload workload, ToDoubleFunction<Run> figure) {
        return median(comparison.sides().get(0), workload, figure)
                / median(comparison.sides().get(1), workload, figure);
    }

    /** A side's rate relative to the device's just before; only where each message waits for it. */
    OptionalDouble toDevice(Side side, Workload workload) {
        double[] ratios =
                measured.stream()
                        .filter(each -> isOf(each.run, side, workload))
                        .mapToDouble(
                                each ->
                                        each.run.measurement().perSecond()
                                                / each.device.perSecond())
                        .toArray();
        return workload.boundByDevice() && ratios.length > 0
                ? OptionalDouble.of(Run.median(ratios))
                : OptionalDouble.empty();
    }

    /** What the machine allows without any broker, and how it stands to the sides; else empty. */
    String floor(Workload workload) {
        List<FloorFigure> figures = floorsByWorkload.getOrDefault(workload, List.of());
        if (figures.isEmpty()) {
            return "";
        }
        FloorFigure floor = FloorFigure.median(figures);
        StringBuilder words = new StringBuilder(floor.line());
        for (Side side : comparison.sides()) {
            if (has(side, workload)) {
                double ofSide =
                        workload.ratedByLatency()
                                ? floor.p50Micros()
                                        / median(
                                                side,
                                                workload,
                                                run -> run.measurement().p50Micros())
                                : floor.perSecond() / rate(side, workload);
                words.append(
                        format(
                                ", %s%.2f × %s",
                                workload.ratedByLatency() ? "p50 " : "", ofSide, side.name()));
            }
        }
        return words.toString();
    }

    double deviceRate() {
        return deviceMedian(DeviceProbe.Rate::perSecond);
    }

    double deviceMedian(ToDoubleFunction<DeviceProbe.Rate> figure) {
        return device.isEmpty()
                ? Double.NaN
                : Run.median(device.stream().mapToDouble(figure).toArray());
    }

    private Stream<Run> runs(Side side, Workload workload) {
        return measured.stream().map(Measured::run).filter(run -> isOf(run, side, workload));
    }

    private static boolean isOf(Run run, Side side, Workload workload) {
        return run.side().equals(side) && run.workload().equals(workload);
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
