package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that took long, each with when it was due, how late the driver sent it and how long it
 * took in all. Kept only where system property {@code millrace.bench.slow} names a file for them.
 * Times are of {@link System#nanoTime}, which all processes of one machine share on Linux.
 */
final class SlowMessages {

    static final String PROPERTY = "millrace.bench.slow";
    static final long SLOW_NANOS = 800_000;

    private static final int MOST = 100_000;

    /** One that took long. */
    record Slow(long dueNanos, long lateNanos, long latencyNanos) {
        long endNanos() {
            return dueNanos + latencyNanos;
        }
    }

    private final Path file;
    private final List<Slow> slow = new ArrayList<>();

    private SlowMessages(Path file) {
        this.file = file;
    }

    /** Null if nobody wants them. */
    static @Nullable SlowMessages ifWanted() {
        String name = System.getProperty(PROPERTY, "");
        return name.isEmpty() ? null : new SlowMessages(Path.of(name));
    }

    /** Called by the consumer's thread. */
    void add(long dueNanos, long lateNanos, long latencyNanos) {
        if (latencyNanos >= SLOW_NANOS && slow.size() < MOST) {
            slow.add(new Slow(dueNanos, lateNanos, latencyNanos));
        }
    }

    /** After the consumer's thread has ended. */
    void write() {
        try {
            Files.write(
                    file,
                    slow.stream()
                            .map(
                                    each ->
                                            each.dueNanos
                                                    + " "
                                                    + each.lateNanos
                                                    + " "
                                                    + each.latencyNanos)
                            .toList());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Expected to write the slow messages to %s, but: %s".formatted(file, e), e);
        }
    }

    static List<Slow> read(Path file) throws IOException {
        List<Slow> read = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(" ", -1);
            read.add(
                    new Slow(
                            Long.parseLong(parts[0]),
                            Long.parseLong(parts[1]),
                            Long.parseLong(parts[2])));
        }
        return read;
    }
}
