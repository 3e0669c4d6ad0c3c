package io.millrace.examples;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo in a process of its own, which is killed again and again. */
@Timeout(400)
class EarthquakeDemoKillIT {

    @TempDir Path directory;
    private final List<Process> runs = new ArrayList<>();

    @AfterEach
    void leaveNoProcessBehind() {
        runs.forEach(Process::destroyForcibly);
    }

    @Test
    void losesNothingHoweverOftenItIsKilled() throws Exception {
        for (int located : new int[] {1, 500, 1_300}) {
            Process run = start();
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> !run.isAlive() || jobsLocated() >= located);
            assertTrue(run.isAlive(), () -> "It ended too early:\n" + printed());
            run.destroyForcibly();
            assertNotEquals(0, run.waitFor());
        }
        Process last = start();
        assertTrue(last.waitFor(120, TimeUnit.SECONDS), this::printed);
        assertEquals(0, last.exitValue(), this::printed);
        assertTrue(printed().startsWith("Going on where the last run was interrupted"));
        EarthquakeDemoTest.assertShowsTheFigures(printed());
    }

    private Process start() throws IOException {
        Process run =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                EarthquakeDemo.class.getName(),
                                "--data",
                                data().toString(),
                                "--pause",
                                "1")
                        .redirectErrorStream(true)
                        .redirectOutput(output().toFile())
                        .start();
        runs.add(run);
        return run;
    }

    private int jobsLocated() {
        return DemoPrograms.WORKERS.stream()
                .map(worker -> data().resolve("results").resolve("located-" + worker + ".tsv"))
                .mapToInt(file -> ResultFile.read(file).size())
                .sum();
    }

    private String printed() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            return "(nothing printed: " + e + ")";
        }
    }

    private Path output() {
        return directory.resolve("output.txt");
    }

    /** With a space: whoever unpacks Millrace into such a directory must be able to run it. */
    private Path data() {
        return directory.resolve("demo data");
    }
}
