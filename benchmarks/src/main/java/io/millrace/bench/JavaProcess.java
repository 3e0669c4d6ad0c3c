package io.millrace.bench;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of ours, whose lines are read as it prints them. Ends with this JVM at the latest. Owned by
 * one thread.
 */
final class JavaProcess implements AutoCloseable {

    private static final long STOP_LIMIT_SECONDS = 60;

    /** No line of a process can be this object. */
    @SuppressWarnings("StringOperationCanBeSimplified")
    private static final String END = new String("end");

    private final String what;
    private final Process process;
    private final Path log;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();
    private final Thread killer;

    private JavaProcess(String what, Process process, Path log) {
        this.what = what;
        this.process = process;
        this.log = log;
        this.killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread reader = new Thread(this::read, "reader of " + what);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a JVM that appends what it prints to {@code log}. */
    static JavaProcess start(
            String what, String classPath, List<String> options, List<String> command, Path log)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        line.add("-cp");
        line.add(classPath);
        line.addAll(command);
        Process process =
                new ProcessBuilder(line)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        return new JavaProcess(what, process, log);
    }

    /** Always reads, so that a talkative process is never held up by a full pipe. */
    private void read() {
        try (BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8));
                Writer copy = Files.newBufferedWriter(log, CREATE, APPEND)) {
            String line;
            while ((line = reader.readLine()) != null) {
                copy.write(line + System.lineSeparator());
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("its output broke off: " + e);
        }
        lines.add(END);
    }

    long pid() {
        return process.pid();
    }

    /** Waits until a line begins with one of the prefixes; returns the line. */
    String awaitLine(String... prefixes) throws InterruptedException {
        String line;
        while ((line = lines.take()) != END) {
            seen.add(line);
            if (Arrays.stream(prefixes).anyMatch(line::startsWith)) {
                return line;
            }
        }
        throw new IllegalStateException(
                "Expected a line '%s' from the %s, but it ended after %s; see %s"
                        .formatted(String.join("' or '", prefixes), what, seen, log));
    }

    /** Waits until the process ends; returns all that it printed. */
    List<String> awaitEnd() throws InterruptedException {
        String line;
        while ((line = lines.take()) != END) {
            seen.add(line);
        }
        process.waitFor();
        return List.copyOf(seen);
    }

    /** Stops the process as {@link #close} does; returns all that it printed. */
    List<String> stop() throws InterruptedException {
        process.toHandle().destroy();
        return awaitEnd();
    }

    /** Asks the process to end as an operator would (SIGTERM), and waits until it has. */
    @Override
    public void close() {
        process.toHandle().destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "Expected the %s to stop within 60 s, but it did not".formatted(what));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(killer);
        }
    }
}
