package io.millrace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one run of a workload did. Travels from the driver's process as lines {@code
 * result.name=value}.
 */
record Measurement(
        double perSecond,
        double slowestSecond,
        double fastestSecond,
        long messages,
        long beginMillis,
        long endMillis,
        double p50Micros,
        double p99Micros,
        double maxMicros,
        int warmUpSeconds,
        boolean steady,
        long sent,
        long faultCount,
        String firstFaults,
        String note,
        ThreadCpu cpu) {

    private static final String PREFIX = "result.";

    /**
     * The driver looks at its own processor time: from outside, a thread that ends at once would be
     * missed.
     */
    static Measurement of(
            RateSeries measured,
            RateSeries warmUp,
            Load load,
            long beginMillis,
            long endMillis,
            ThreadCpu cpu) {
        Histogram nanos = load.latencyNanos();
        return new Measurement(
                measured.perSecond(),
                measured.slowestSecond(),
                measured.fastestSecond(),
                measured.count(),
                beginMillis,
                endMillis,
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getMaxValue() / 1e3,
                warmUp.seconds(),
                warmUp.steady(),
                load.sent(),
                load.faultCount(),
                String.join("; ", load.faults()),
                load.note(),
                cpu);
    }

    String toText() {
        StringBuilder text = new StringBuilder();
        line(text, "perSecond", perSecond);
        line(text, "slowestSecond", slowestSecond);
        line(text, "fastestSecond", fastestSecond);
        line(text, "messages", messages);
        line(text, "beginMillis", beginMillis);
        line(text, "endMillis", endMillis);
        line(text, "p50Micros", p50Micros);
        line(text, "p99Micros", p99Micros);
        line(text, "maxMicros", maxMicros);
        line(text, "warmUpSeconds", warmUpSeconds);
        line(text, "steady", steady);
        line(text, "sent", sent);
        line(text, "faultCount", faultCount);
        line(text, "firstFaults", firstFaults);
        line(text, "note", note);
        line(text, "cpu", cpu.toText());
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Object value) {
        Object shown =
                value instanceof Double rate ? String.format(Locale.ROOT, "%.1f", rate) : value;
        text.append(PREFIX).append(name).append('=').append(shown).append('\n');
    }

    static Measurement parse(List<String> lines) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (line.startsWith(PREFIX) && equals > 0) {
                values.put(line.substring(PREFIX.length(), equals), line.substring(equals + 1));
            }
        }
        return new Measurement(
                Double.parseDouble(value(values, "perSecond")),
                Double.parseDouble(value(values, "slowestSecond")),
                Double.parseDouble(value(values, "fastestSecond")),
                Long.parseLong(value(values, "messages")),
                Long.parseLong(value(values, "beginMillis")),
                Long.parseLong(value(values, "endMillis")),
                Double.parseDouble(value(values, "p50Micros")),
                Double.parseDouble(value(values, "p99Micros")),
                Double.parseDouble(value(values, "maxMicros")),
                Integer.parseInt(value(values, "warmUpSeconds")),
                Boolean.parseBoolean(value(values, "steady")),
                Long.parseLong(value(values, "sent")),
                Long.parseLong(value(values, "faultCount")),
                value(values, "firstFaults"),
                value(values, "note"),
                ThreadCpu.parse(value(values, "cpu")));
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "Expected a line %s%s=…, but the driver printed none".formatted(PREFIX, name));
        }
        return value;
    }
}
