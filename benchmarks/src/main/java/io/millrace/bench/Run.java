package io.millrace.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One run of one workload on one side, with what was seen from outside while it was measured.
 *
 * @param logBytes what the broker says that it wrote to its log in all its life, or {@link
 *     #UNKNOWN_BYTES}
 */
record Run(
        Side side,
        Workload workload,
        Measurement measurement,
        Flushes flushes,
        ThreadCpu brokerCpu,
        long logBytes)
        implements Outcome {

    /** The broker did not say how much it wrote to its log. */
    static final long UNKNOWN_BYTES = -1;

    private static final int THREADS_SHOWN = 6;

    String line() {
        Measurement m = measurement;
        String latency =
                m.maxMicros() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", p50 %.0f us, p99 %.0f us, max %.0f us",
                                m.p50Micros(),
                                m.p99Micros(),
                                m.maxMicros());
        return String.format(
                Locale.ROOT,
                "%-10s %-17s %,11.0f/s (seconds %,.0f to %,.0f)%s; %,d flushes, %.1f messages each,"
                        + " p50 %.0f us, p99 %.0f us; CPU a message: broker %,.0f ns, driver %,.0f ns;"
                        + " warmed up %d s%s%s%s",
                side.name(),
                workload.name(),
                m.perSecond(),
                m.slowestSecond(),
                m.fastestSecond(),
                latency,
                flushes.count(),
                messagesPerFlush(),
                flushes.p50Micros(),
                flushes.p99Micros(),
                brokerNanosPerMessage(),
                driverNanosPerMessage(),
                m.warmUpSeconds(),
                m.steady() ? "" : ", NOT STEADY",
                m.note().isEmpty() ? "" : "; " + m.note(),
                m.faultCount() == 0
                        ? ""
                        : "; %d FAULTS: %s".formatted(m.faultCount(), m.firstFaults()));
    }

    /** Processor time by thread, for who wants to know where it went. */
    String threads() {
        return "           broker ns, user+system: %s%n           driver ns, user+system: %s"
                .formatted(shown(brokerCpu), shown(measurement.cpu()));
    }

    double messagesPerFlush() {
        return measurement.messages() / (double) Math.max(1, flushes.count());
    }

    double flushesPerSecond() {
        return flushes.count() * 1e3 / (measurement.endMillis() - measurement.beginMillis());
    }

    double brokerNanosPerMessage() {
        return brokerCpu.totalNanos() / (double) Math.max(1, measurement.messages());
    }

    double driverNanosPerMessage() {
        return measurement.cpu().totalNanos() / (double) Math.max(1, measurement.messages());
    }

    private String shown(ThreadCpu cpu) {
        return cpu.busiest(THREADS_SHOWN).stream()
                .map(entry -> entry.getKey() + " " + perMessage(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private String perMessage(ThreadCpu.Time time) {
        long messages = Math.max(1, measurement.messages());
        return "%d+%d".formatted(time.userNanos() / messages, time.systemNanos() / messages);
    }

    /** Over all that was sent, warming up included; NaN if the broker did not say. */
    double logBytesPerMessage() {
        return logBytes == UNKNOWN_BYTES ? Double.NaN : logBytes / (double) measurement.sent();
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
