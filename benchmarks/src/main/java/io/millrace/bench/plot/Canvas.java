package io.millrace.bench.plot;

import java.util.List;
import java.util.Locale;

/** SVG elements one behind the other. Lengths in pixels, the origin at the top left. */
final class Canvas {

    /** Colours that readers with any colour vision tell apart, on white. */
    static final List<String> SERIES = List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7");

    static final String INK = "#222222";
    static final String FAINT = "#dddddd";

    private static final int TEXT_SIZE = 12;

    private final StringBuilder elements = new StringBuilder();
    private final int width;
    private final int height;

    /** Where a text stands relative to its point. */
    enum Anchor {
        START("start"),
        MIDDLE("middle"),
        END("end");

        private final String name;

        Anchor(String name) {
            this.name = name;
        }
    }

    Canvas(int width, int height) {
        this.width = width;
        this.height = height;
    }

    void rectangle(double x, double y, double width, double height, String fill) {
        add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                x, y, width, height, fill);
    }

    void line(double x1, double y1, double x2, double y2, String stroke) {
        add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
                x1, y1, x2, y2, stroke);
    }

    /** A line through points {@code (x[i], y[i])} with a dot at each. */
    void path(double[] x, double[] y, String stroke) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x[i], y[i]));
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>", x[i], y[i], stroke);
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                points.toString().strip(), stroke);
    }

    void text(double x, double y, Anchor anchor, String text) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                x, y, anchor.name, escaped(text));
    }

    void title(double x, double y, String text) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\" font-size=\"14\">%s</text>",
                x, y, escaped(text));
    }

    /** A square of each colour with its name, in a row that begins at the point. */
    void legend(double x, double y, List<String> names) {
        double at = x;
        for (int i = 0; i < names.size(); i++) {
            rectangle(at, y - 10, 10, 10, SERIES.get(i % SERIES.size()));
            text(at + 15, y, Anchor.START, names.get(i));
            at += 35 + 7.0 * names.get(i).length();
        }
    }

    String svg() {
        return String.format(
                Locale.ROOT,
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" font-family="sans-serif" font-size="%3$d" fill="%4$s">
                <rect width="%1$d" height="%2$d" fill="#ffffff"/>
                %5$s</svg>
                """,
                width,
                height,
                TEXT_SIZE,
                INK,
                elements);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String pattern, Object... values) {
        elements.append(String.format(Locale.ROOT, pattern, values)).append('\n');
    }
}
