package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Where the time and the memory of a profiled JVM went, by thread: the methods that ran, the places
 * of ours that they ran for, and the classes that were allocated. Time in system calls is not in
 * it; the report's processor times are.
 */
record HotSpots(Path recording) {

    private static final int THREADS_SHOWN = 8;
    private static final int LINES_SHOWN = 10;
    private static final String OURS = "io.millrace.";

    static HotSpots from(Arguments arguments) {
        HotSpots spots = new HotSpots(Path.of(arguments.required("file")));
        arguments.refuseOthers();
        return spots;
    }

    boolean print() throws IOException {
        Map<String, Tally> byThread = new TreeMap<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                count(file.readEvent(), byThread);
            }
        }
        byThread.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().samples()))
                .limit(THREADS_SHOWN)
                .forEach(entry -> entry.getValue().print(entry.getKey()));
        return true;
    }

    private static void count(RecordedEvent event, Map<String, Tally> byThread) {
        Function<String, Tally> tally = name -> byThread.computeIfAbsent(name, n -> new Tally());
        switch (event.getEventType().getName()) {
            case "jdk.ExecutionSample" ->
                    tally.apply(threadName(event.getThread("sampledThread")))
                            .sample(
                                    event.getStackTrace() == null
                                            ? List.of()
                                            : event.getStackTrace().getFrames());
            case "jdk.ObjectAllocationSample" ->
                    tally.apply(threadName(event.getThread()))
                            .allocated(
                                    event.getClass("objectClass").getName(),
                                    event.getLong("weight"));
            default -> {}
        }
    }

    private static String threadName(@Nullable RecordedThread thread) {
        return thread == null || thread.getJavaName() == null
                ? "?"
                : thread.getJavaName().replaceAll("[0-9]+", "#");
    }

    /** What was seen of the threads of one name. */
    private static final class Tally {

        private final Map<String, Long> samplesByMethod = new TreeMap<>();
        private final Map<String, Long> samplesByPlace = new TreeMap<>();
        private final Map<String, Long> bytesByClass = new TreeMap<>();

        void sample(List<RecordedFrame> frames) {
            if (frames.isEmpty()) {
                return;
            }
            samplesByMethod.merge(method(frames.get(0)), 1L, Long::sum);
            frames.stream()
                    .filter(frame -> frame.getMethod().getType().getName().startsWith(OURS))
                    .findFirst()
                    .ifPresent(
                            frame ->
                                    samplesByPlace.merge(
                                            method(frame) + ":" + frame.getLineNumber(),
                                            1L,
                                            Long::sum));
        }

        void allocated(String type, long bytes) {
            bytesByClass.merge(type, bytes, Long::sum);
        }

        long samples() {
            return samplesByMethod.values().stream().mapToLong(Long::longValue).sum();
        }

        void print(String thread) {
            System.out.printf("%n%s: %d samples%n", thread, samples());
            print("methods", samplesByMethod, 1);
            print("ours", samplesByPlace, 1);
            print("allocated, KB", bytesByClass, 1_024);
        }

        private static void print(String title, Map<String, Long> amounts, long unit) {
            System.out.println("  " + title);
            amounts.entrySet().stream()
                    .sorted(Comparator.comparingLong(entry -> -entry.getValue()))
                    .limit(LINES_SHOWN)
                    .forEach(
                            entry ->
                                    System.out.printf(
                                            "    %,9d  %s%n",
                                            entry.getValue() / unit, entry.getKey()));
        }

        private static String method(RecordedFrame frame) {
            String type = frame.getMethod().getType().getName();
            return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
        }
    }
}
