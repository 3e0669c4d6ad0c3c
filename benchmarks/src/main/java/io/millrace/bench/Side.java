package io.millrace.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A provider under load: how its broker is started and how a driver reaches it.
 *
 * @param brokerCommand main class and first arguments; {@code --data DIR --port PORT} follow. Empty
 *     if the broker runs in the driver's JVM. In it and in the pattern, {@code {batchDelay}} is 0
 *     for workloads that wait often and 1 for others
 * @param uriPattern with {@code {port}} and {@code {data}}
 * @param libraries directories of jars below {@code target}: each side has a class path of its own,
 *     so that the sides' libraries cannot meet
 */
record Side(
        String name,
        List<String> brokerCommand,
        String factoryClass,
        String uriPattern,
        String flushPolicy,
        List<Path> libraries) {

    private static final String BATCH_DELAY = "{batchDelay}";

    private static final String MILLRACE_FLUSHES =
            "data flushed before a persistent message is confirmed or delivered, group commit";

    private static final List<Path> MILLRACE_LIBRARIES =
            List.of(Path.of("lib-driver"), Path.of("lib-millrace"));

    static final Side MILLRACE =
            new Side(
                    "Millrace",
                    List.of("io.millrace.server.Main", "broker"),
                    "io.millrace.jms.MillraceConnectionFactory",
                    "millrace://127.0.0.1:{port}",
                    MILLRACE_FLUSHES,
                    MILLRACE_LIBRARIES);

    /** The same broker in the driver's JVM, without a socket. */
    static final Side EMBEDDED =
            new Side(
                    "Embedded",
                    List.of(),
                    MILLRACE.factoryClass(),
                    "millrace:file:{data}",
                    "as Millrace; broker and driver in one JVM, no socket",
                    MILLRACE_LIBRARIES);

    /** As {@link #EMBEDDED}, without a disk: what the machinery alone costs. */
    static final Side IN_MEMORY =
            new Side(
                    "Memory",
                    List.of(),
                    MILLRACE.factoryClass(),
                    "millrace:mem:bench",
                    "none, nothing survives the JVM",
                    MILLRACE_LIBRARIES);

    /**
     * The confirmation window is what lets its client confirm asynchronously; 1 MiB did best (see
     * the README).
     */
    static final Side ARTEMIS =
            new Side(
                    "Artemis",
                    List.of(
                            "io.millrace.bench.artemis.ArtemisBroker",
                            "--batch-delay",
                            "{batchDelay}"),
                    "org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory",
                    "tcp://127.0.0.1:{port}?confirmationWindowSize=1048576&batchDelay={batchDelay}",
                    "NIO journal, sync and datasync on, buffer timeout 0.1 ms",
                    List.of(Path.of("lib-driver"), Path.of("../artemis/target/lib")));

    static Side named(String name) {
        return Stream.of(MILLRACE, EMBEDDED, IN_MEMORY, ARTEMIS)
                .filter(side -> side.name.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Expected millrace, embedded, memory or artemis, but the side is "
                                                + name));
    }

    boolean embedded() {
        return brokerCommand.isEmpty();
    }

    /** What the broker prints when it serves. */
    String readyLine() {
        return name + " broker ready";
    }

    /** What the broker may print about itself when it has stopped. */
    String stoppedLine() {
        return name + " broker stopped";
    }

    List<String> brokerCommand(Workload workload, Path data, int port) {
        List<String> command = new ArrayList<>();
        for (String part : brokerCommand) {
            command.add(part.replace(BATCH_DELAY, batchDelay(workload)));
        }
        command.addAll(List.of("--data", data.toString(), "--port", Integer.toString(port)));
        return command;
    }

    /** Collecting small writes helps the peer to throughput and costs it latency. */
    private static String batchDelay(Workload workload) {
        return workload.waitsOften() ? "0" : "1";
    }

    String uri(Workload workload, int port, Path data) {
        return uriPattern
                .replace(BATCH_DELAY, batchDelay(workload))
                .replace("{port}", Integer.toString(port))
                .replace("{data}", data.toString());
    }

    String classPath(Path target) {
        return String.join(
                File.pathSeparator,
                libraries.stream().map(path -> target.resolve(path).normalize() + "/*").toList());
    }
}
