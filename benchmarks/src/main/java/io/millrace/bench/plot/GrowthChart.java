package io.millrace.bench.plot;

import io.millrace.bench.plot.Canvas.Anchor;
import java.util.List;

/**
 * Lines of values relative to the first of each, both axes logarithmic, with a band around 1.
 *
 * @param band how far from 1 the band reaches: 0.3 is from 0.7 to 1.3
 */
public record GrowthChart(String title, String unit, double band, List<Line> lines) {

    /** The value of {@code y} at each {@code x}, all above zero, the first of y being 1. */
    public record Line(String name, double[] x, double[] y) {
        public Line {
            x = x.clone();
            y = y.clone();
        }
    }

    private static final int WIDTH = 760;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 30;
    private static final int TOP = 60;
    private static final int BOTTOM = 50;

    public GrowthChart {
        lines = List.copyOf(lines);
    }

    /** The chart as a document. */
    public String svg() {
        Canvas canvas = new Canvas(WIDTH, HEIGHT);
        canvas.title(10, 20, title);
        canvas.legend(10, 44, lines.stream().map(Line::name).toList());
        LogScale across =
                LogScale.decades(smallest(Line::x), largest(Line::x), LEFT, (double) WIDTH - RIGHT);
        LogScale up =
                new LogScale(
                        Math.min(0.5, smallest(Line::y) * 0.9),
                        Math.max(2, largest(Line::y) * 1.1),
                        (double) HEIGHT - BOTTOM,
                        TOP);
        axes(canvas, across, up);
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            canvas.path(
                    pixels(across, line.x),
                    pixels(up, line.y),
                    Canvas.SERIES.get(i % Canvas.SERIES.size()));
        }
        return canvas.svg();
    }

    private void axes(Canvas canvas, LogScale across, LogScale up) {
        double top = up.at(1 + band);
        canvas.rectangle(
                LEFT, top, (double) WIDTH - LEFT - RIGHT, up.at(1 - band) - top, "#eef6ee");
        for (double tick : new double[] {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500}) {
            if (tick >= up.low() && tick <= up.high()) {
                double y = up.at(tick);
                canvas.line(LEFT, y, WIDTH - RIGHT, y, Canvas.FAINT);
                canvas.text(LEFT - 8, y + 4, Anchor.END, LogScale.label(tick) + " ×");
            }
        }
        for (double tick : across.ticks()) {
            double x = across.at(tick);
            canvas.line(x, TOP, x, HEIGHT - BOTTOM, Canvas.FAINT);
            canvas.text(x, HEIGHT - BOTTOM + 18, Anchor.MIDDLE, LogScale.label(tick));
        }
        canvas.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, Anchor.MIDDLE, unit);
    }

    private static double[] pixels(LogScale scale, double[] values) {
        double[] pixels = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            pixels[i] = scale.at(values[i]);
        }
        return pixels;
    }

    private interface Axis {
        double[] of(Line line);
    }

    private double smallest(Axis axis) {
        double smallest = Double.MAX_VALUE;
        for (Line line : lines) {
            for (double value : axis.of(line)) {
                smallest = Math.min(smallest, value);
            }
        }
        return smallest;
    }

    private double largest(Axis axis) {
        double largest = 0;
        for (Line line : lines) {
            for (double value : axis.of(line)) {
                largest = Math.max(largest, value);
            }
        }
        return largest;
    }
}
