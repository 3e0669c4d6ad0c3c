package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.HdrHistogram.Histogram;

/**
 * How often a broker flushed files, and how long that took, from its own JVM's flight recording
 * ({@code jdk.FileForce}): the same meter for every side, without the broker's help.
 */
record Flushes(long count, double p50Micros, double p99Micros) {

    /** Flushes that began in the given time. */
    static Flushes between(Path recording, long beginMillis, long endMillis) throws IOException {
        Instant begin = Instant.ofEpochMilli(beginMillis);
        Instant end = Instant.ofEpochMilli(endMillis);
        Histogram nanos = new Histogram(3);
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals("jdk.FileForce")
                        && !event.getStartTime().isBefore(begin)
                        && event.getStartTime().isBefore(end)) {
                    nanos.recordValue(event.getDuration().toNanos());
                }
            }
        }
        return new Flushes(
                nanos.getTotalCount(),
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3);
    }
}
