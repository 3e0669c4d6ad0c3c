package io.millrace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where and with what the figures were taken. */
record Machine(int cores, String java, String system, String commit) {

    static Machine here() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                System.getProperty("millrace.bench.commit", "unknown"));
    }

    /** How many others want to run now; the figures of a busy machine are not worth much. */
    static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg"), StandardCharsets.UTF_8)
                    .split(" ", 2)[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    String line() {
        return "%d cores, %s, %s, commit %s".formatted(cores, java, system, commit);
    }
}
