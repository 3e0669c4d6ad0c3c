package io.millrace.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What a {@link Floor} came to.
 *
 * @param perSecond records confirmed, or round trips, a second
 * @param p50Micros of a round trip, or of a record from when it was due to its receipt; NaN if the
 *     load has no latency that counts
 * @param p99Micros likewise
 */
record FloorFigure(double perSecond, double p50Micros, double p99Micros) {

    static FloorFigure rate(double perSecond) {
        return new FloorFigure(perSecond, Double.NaN, Double.NaN);
    }

    static FloorFigure latencies(Histogram nanos, double seconds) {
        return new FloorFigure(
                nanos.getTotalCount() / seconds,
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3);
    }

    /** Each figure's own median; at least one. */
    static FloorFigure median(List<FloorFigure> figures) {
        return new FloorFigure(
                Run.median(figures.stream().mapToDouble(FloorFigure::perSecond).toArray()),
                Run.median(figures.stream().mapToDouble(FloorFigure::p50Micros).toArray()),
                Run.median(figures.stream().mapToDouble(FloorFigure::p99Micros).toArray()));
    }

    private boolean isRate() {
        return Double.isNaN(p50Micros);
    }

    String line() {
        return isRate()
                ? Results.format("%,.0f/s", perSecond)
                : Results.format("p50 %,.0f us, p99 %,.0f us", p50Micros, p99Micros);
    }
}
