package io.millrace.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Maps positive values to pixels so that equal ratios are equally far apart. */
record LogScale(double low, double high, double from, double to) {

    /** A scale of whole decades that has room for all the values. */
    static LogScale decades(double smallest, double largest, double from, double to) {
        double low = Math.pow(10, Math.floor(Math.log10(smallest)));
        double high = Math.pow(10, Math.ceil(Math.log10(largest)));
        return new LogScale(low, high > low ? high : low * 10, from, to);
    }

    double at(double value) {
        double share = Math.log(value / low) / Math.log(high / low);
        return from + share * (to - from);
    }

    /** The powers of ten in it. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        int first = (int) Math.ceil(Math.log10(low) - 1e-9);
        int last = (int) Math.floor(Math.log10(high) + 1e-9);
        for (int power = first; power <= last; power++) {
            ticks.add(Math.pow(10, power));
        }
        return ticks;
    }

    static String label(double tick) {
        return tick >= 1
                ? String.format(Locale.ROOT, "%,.0f", tick)
                : String.format(Locale.ROOT, "%s", tick);
    }
}
