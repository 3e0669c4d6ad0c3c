package io.millrace.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A provider under load: how its broker is started and how a driver reaches it.
 *
 * @param brokerCommand main class and first arguments; {@code --data DIR --port PORT} follow
 * @param uriPattern with {@code %d} for the port
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

    static final Side MILLRACE =
            new Side(
                    "Millrace",
                    List.of("io.millrace.server.Main", "broker"),
                    "io.millrace.jms.MillraceConnectionFactory",
                    "millrace://127.0.0.1:%d",
                    "data flushed before a message is confirmed or delivered, group commit",
                    List.of(Path.of("lib-driver"), Path.of("lib-millrace")));

    /**
     * The confirmation window is what lets its client confirm asynchronously; 1 MiB did best (see
     * the README).
     */
    static final Side ARTEMIS =
            new Side(
                    "Artemis",
                    List.of("io.millrace.bench.artemis.ArtemisBroker"),
                    "org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory",
                    "tcp://127.0.0.1:%d?confirmationWindowSize=1048576&batchDelay=1",
                    "NIO journal, sync and datasync on, buffer timeout 0.1 ms",
                    List.of(Path.of("lib-driver"), Path.of("../artemis/target/lib")));

    static Side named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "millrace" -> MILLRACE;
            case "artemis" -> ARTEMIS;
            default ->
                    throw new IllegalArgumentException(
                            "Expected millrace or artemis, but the side is " + name);
        };
    }

    String uri(int port) {
        return uriPattern.formatted(port);
    }

    String classPath(Path target) {
        return String.join(
                java.io.File.pathSeparator,
                libraries.stream().map(path -> target.resolve(path).normalize() + "/*").toList());
    }
}
