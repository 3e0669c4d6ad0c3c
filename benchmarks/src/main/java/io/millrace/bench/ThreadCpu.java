package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Processor time of a process by thread name, from {@code /proc}; empty where there is none.
 * Threads whose names differ in digits alone count as one.
 */
record ThreadCpu(Map<String, Long> nanosByThread) {

    /** The kernel's USER_HZ, 100 on every Linux that this runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    static ThreadCpu of(long pid) {
        Map<String, Long> nanosByThread = new TreeMap<>();
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        if (Files.isDirectory(tasks)) {
            try (Stream<Path> paths = Files.list(tasks)) {
                paths.forEach(path -> add(path.resolve("stat"), nanosByThread));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new ThreadCpu(nanosByThread);
    }

    private static void add(Path stat, Map<String, Long> nanosByThread) {
        try {
            String line = Files.readString(stat);
            // proc(5): pid (comm) state …; comm may hold anything, utime and stime are fields 14
            // and 15.
            int close = line.lastIndexOf(')');
            String name = line.substring(line.indexOf('(') + 1, close).replaceAll("[0-9]+", "#");
            String[] fields = line.substring(close + 2).split(" ");
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            nanosByThread.merge(name, ticks * NANOS_PER_TICK, Long::sum);
        } catch (IOException e) {
            // The thread ended between the listing and the look; its time is lost, as is that of
            // any thread that ended before.
        }
    }

    ThreadCpu minus(ThreadCpu earlier) {
        Map<String, Long> difference = new TreeMap<>();
        nanosByThread.forEach(
                (name, nanos) ->
                        difference.put(name, nanos - earlier.nanosByThread.getOrDefault(name, 0L)));
        return new ThreadCpu(difference);
    }

    long totalNanos() {
        return nanosByThread.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The threads that used most, most first, in nanoseconds a message. */
    Map<String, Long> busiest(int limit, long messages) {
        List<Map.Entry<String, Long>> entries =
                nanosByThread.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(limit)
                        .toList();
        Map<String, Long> busiest = new LinkedHashMap<>();
        for (Map.Entry<String, Long> entry : entries) {
            busiest.put(entry.getKey(), entry.getValue() / Math.max(1, messages));
        }
        return busiest;
    }
}
