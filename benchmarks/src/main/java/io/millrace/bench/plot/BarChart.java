package io.millrace.bench.plot;

import io.millrace.bench.plot.Canvas.Anchor;
import java.util.List;
import java.util.Locale;

/**
 * Groups of horizontal bars on a logarithmic scale, one bar for each series.
 *
 * @param unit of the values, behind each
 */
public record BarChart(String title, String unit, List<String> series, List<Group> groups) {

    /** The values of one group, one for each series; NaN where there is none. */
    public record Group(String name, List<Double> values) {
        public Group {
            values = List.copyOf(values);
        }
    }

    private static final int WIDTH = 760;
    private static final int LEFT = 190;
    private static final int RIGHT = 110;
    private static final int TOP = 60;
    private static final int BOTTOM = 30;
    private static final int BAR = 16;
    private static final int GAP = 14;

    public BarChart {
        series = List.copyOf(series);
        groups = List.copyOf(groups);
    }

    /** The chart as a document; values that are not above zero have no bar. */
    public String svg() {
        int groupHeight = BAR * series.size() + GAP;
        int height = TOP + groupHeight * groups.size() + BOTTOM;
        Canvas canvas = new Canvas(WIDTH, height);
        canvas.title(10, 20, title);
        canvas.legend(10, 44, series);
        LogScale scale = scale();
        for (double tick : scale.ticks()) {
            double x = scale.at(tick);
            canvas.line(x, TOP, x, height - BOTTOM, Canvas.FAINT);
            canvas.text(x, height - BOTTOM + 18, Anchor.MIDDLE, LogScale.label(tick));
        }
        double y = TOP + GAP / 2.0;
        for (Group group : groups) {
            canvas.text(LEFT - 8, y + BAR * series.size() / 2.0 + 4, Anchor.END, group.name);
            bars(canvas, scale, group, y);
            y += groupHeight;
        }
        return canvas.svg();
    }

    private void bars(Canvas canvas, LogScale scale, Group group, double top) {
        for (int i = 0; i < group.values.size(); i++) {
            double value = group.values.get(i);
            double y = top + i * BAR;
            if (value > 0) {
                double end = scale.at(value);
                canvas.rectangle(
                        LEFT, y, end - LEFT, BAR - 2, Canvas.SERIES.get(i % Canvas.SERIES.size()));
                String text = String.format(Locale.ROOT, "%,.0f %s", value, unit);
                canvas.text(end + 5, y + BAR - 5, Anchor.START, text);
            } else {
                canvas.text(LEFT + 5, y + BAR - 5, Anchor.START, "no figure");
            }
        }
    }

    private LogScale scale() {
        double[] values =
                groups.stream()
                        .flatMap(group -> group.values.stream())
                        .mapToDouble(Double::doubleValue)
                        .filter(value -> value > 0)
                        .sorted()
                        .toArray();
        return values.length == 0
                ? LogScale.decades(1, 10, LEFT, WIDTH - RIGHT)
                : LogScale.decades(values[0] * 0.9, values[values.length - 1], LEFT, WIDTH - RIGHT);
    }
}
