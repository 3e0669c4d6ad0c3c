package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Processor time of a process by thread name, from {@code /proc}; empty where there is none.
 * Threads whose names differ in digits alone count as one, and the kernel keeps the first fifteen
 * characters of a name.
 */
record ThreadCpu(Map<String, Time> timeByThread) {

    /** The kernel's USER_HZ, 100 on every Linux that this runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Processor time in the program and, for it, in the kernel. */
    record Time(long userNanos, long systemNanos) {
        static final Time NONE = new Time(0, 0);

        Time plus(Time other) {
            return new Time(userNanos + other.userNanos, systemNanos + other.systemNanos);
        }

        Time minus(Time other) {
            return new Time(userNanos - other.userNanos, systemNanos - other.systemNanos);
        }

        long nanos() {
            return userNanos + systemNanos;
        }
    }

    static ThreadCpu of(long pid) {
        Map<String, Time> timeByThread = new TreeMap<>();
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        if (Files.isDirectory(tasks)) {
            try (Stream<Path> paths = Files.list(tasks)) {
                paths.forEach(path -> add(path.resolve("stat"), timeByThread));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new ThreadCpu(timeByThread);
    }

    private static void add(Path stat, Map<String, Time> timeByThread) {
        try {
            String line = Files.readString(stat);
            // proc(5): pid (comm) state …; comm may hold anything, utime and stime are fields 14
            // and 15.
            int close = line.lastIndexOf(')');
            String name = line.substring(line.indexOf('(') + 1, close).replaceAll("[0-9]+", "#");
            String[] fields = line.substring(close + 2).split(" ");
            Time time =
                    new Time(
                            Long.parseLong(fields[11]) * NANOS_PER_TICK,
                            Long.parseLong(fields[12]) * NANOS_PER_TICK);
            timeByThread.merge(name, time, Time::plus);
        } catch (IOException e) {
            // The thread ended between the listing and the look; its time is lost, as is that of
            // any that ended before.
        }
    }

    ThreadCpu minus(ThreadCpu earlier) {
        Map<String, Time> difference = new TreeMap<>();
        timeByThread.forEach(
                (name, time) ->
                        difference.put(
                                name,
                                time.minus(earlier.timeByThread.getOrDefault(name, Time.NONE))));
        return new ThreadCpu(difference);
    }

    /** One line: {@code name=user+system;…}. */
    String toText() {
        return timeByThread.entrySet().stream()
                .map(
                        entry ->
                                "%s=%d+%d"
                                        .formatted(
                                                entry.getKey().replaceAll("[;=]", "_"),
                                                entry.getValue().userNanos(),
                                                entry.getValue().systemNanos()))
                .collect(Collectors.joining(";"));
    }

    static ThreadCpu parse(String text) {
        Map<String, Time> timeByThread = new TreeMap<>();
        for (String entry : text.isEmpty() ? new String[0] : text.split(";")) {
            int equals = entry.lastIndexOf('=');
            String[] nanos = entry.substring(equals + 1).split("\\+");
            timeByThread.put(
                    entry.substring(0, equals),
                    new Time(Long.parseLong(nanos[0]), Long.parseLong(nanos[1])));
        }
        return new ThreadCpu(timeByThread);
    }

    long totalNanos() {
        return timeByThread.values().stream().mapToLong(Time::nanos).sum();
    }

    /** The threads that used most, most first. */
    List<Map.Entry<String, Time>> busiest(int limit) {
        return timeByThread.entrySet().stream()
                .filter(entry -> entry.getValue().nanos() > 0)
                .sorted(
                        Comparator.comparingLong(
                                (Map.Entry<String, Time> entry) -> -entry.getValue().nanos()))
                .limit(limit)
                .toList();
    }
}
