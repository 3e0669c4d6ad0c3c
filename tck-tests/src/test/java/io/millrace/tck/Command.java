package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own: what it prints, and how it ends. */
final class Command implements AutoCloseable {

    /** A JVM needs its time to start when the machine is busy. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final Path errors;

    Command(List<String> words) throws IOException {
        output = Files.createTempFile("millrace-command", ".out");
        errors = Files.createTempFile("millrace-command", ".err");
        process =
                new ProcessBuilder(words)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
    }

    /** A Java program with this test's class path. */
    static Command java(Class<?> main, String... arguments) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        words.addAll(List.of(arguments));
        return new Command(words);
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the first line of its output. */
    String firstLine() throws IOException {
        await().atMost(LIMIT).until(() -> output().contains("\n") || !process.isAlive());
        assertTrue(output().contains("\n"), "it ended without a word: " + errors());
        return output().substring(0, output().indexOf('\n'));
    }

    /** Waits for its end. */
    int exitStatus() throws InterruptedException {
        assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "it should end");
        return process.exitValue();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        Files.delete(output);
        Files.delete(errors);
    }
}
