package io.millrace.tck.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own with this test's class path. */
public final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final String firstLine;

    /** Starts a class and waits for the first line that it prints. */
    public ChildProcess(Class<?> main, Path errors, String... arguments) throws IOException {
        this(List.of("-Xmx512m", "-XX:+UseSerialGC"), main, errors, arguments);
    }

    /** The same with options for the JVM. */
    public ChildProcess(List<String> options, Class<?> main, Path errors, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(tool("java")));
        // What a kill leaves of its temporary files goes with the test's directory.
        command.add("-Djava.io.tmpdir=" + errors.toAbsolutePath().getParent());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                        .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) {
            throw new IOException(
                    "Expected a process that runs, but it ended at once: "
                            + Files.readString(errors));
        }
        firstLine = line;
        Thread drain = new Thread(() -> output.lines().forEach(each -> {}), "drain");
        drain.setDaemon(true);
        drain.start();
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** What is left on the heap after a full collection, in bytes. */
    long liveHeapBytes() throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(tool("jcmd"), "" + process.pid(), "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        List<String> lines;
        try (BufferedReader output = jcmd.inputReader()) {
            lines = output.lines().toList();
        }
        jcmd.waitFor();
        for (String line : lines) {
            if (line.startsWith("Total")) {
                return Long.parseLong(line.trim().split(" +")[2]);
            }
        }
        throw new IOException("Expected a histogram of the heap, but jcmd says " + lines);
    }

    public String firstLine() {
        return firstLine;
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
