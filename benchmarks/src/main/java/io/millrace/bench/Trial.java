package io.millrace.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How one run is made: a fresh broker on an empty directory and a fresh driver, each in a JVM of
 * its own with the same options on every side.
 *
 * @param target where the build put the class paths; data, logs and profiles go there too
 */
record Trial(Path target, int warmUpSeconds, int measureSeconds, boolean profile) {

    private static final List<String> BROKER_OPTIONS = List.of("-Xms1g", "-Xmx1g");
    private static final List<String> DRIVER_OPTIONS = List.of("-Xms512m", "-Xmx512m");

    Path dataDirectory() {
        return target.resolve("data");
    }

    Run run(Side side, Workload workload) throws IOException, InterruptedException {
        String label = side.name() + "-" + workload.name();
        Path directory = Files.createTempDirectory(dataDirectory(), label);
        try {
            return run(side, workload, label, directory);
        } finally {
            delete(directory);
        }
    }

    private Run run(Side side, Workload workload, String label, Path directory)
            throws IOException, InterruptedException {
        Path log = Files.createDirectories(target.resolve("logs")).resolve(label + ".log");
        Path recording = recording(directory, label + "-broker");
        int port = freePort();
        List<String> printed;
        ThreadCpu brokerCpu;
        try (JavaProcess broker =
                        JavaProcess.start(
                                side.name() + " broker",
                                side.classPath(target),
                                brokerOptions(recording),
                                brokerCommand(side, directory.resolve("broker"), port),
                                log);
                JavaProcess driver = driver(broker, side, workload, label, port, log)) {
            driver.awaitLine(Driver.MEASURING);
            ThreadCpu brokerBefore = ThreadCpu.of(broker.pid());
            driver.awaitLine(Driver.MEASURED);
            brokerCpu = ThreadCpu.of(broker.pid()).minus(brokerBefore);
            printed = driver.awaitEnd();
        }
        Measurement measurement = Measurement.parse(printed);
        Flushes flushes =
                Flushes.between(recording, measurement.beginMillis(), measurement.endMillis());
        return new Run(side, workload, measurement, flushes, brokerCpu);
    }

    private JavaProcess driver(
            JavaProcess broker, Side side, Workload workload, String label, int port, Path log)
            throws IOException, InterruptedException {
        broker.awaitLine(side.name() + " broker ready");
        List<String> options = new ArrayList<>(DRIVER_OPTIONS);
        if (profile) {
            options.add(profileTo(recording(target, label + "-driver")));
        }
        List<String> command =
                List.of(
                        Main.class.getName(),
                        "drive",
                        "--factory",
                        side.factoryClass(),
                        "--uri",
                        side.uri(port),
                        "--workload",
                        workload.name(),
                        "--warm-up",
                        Integer.toString(warmUpSeconds),
                        "--measure",
                        Integer.toString(measureSeconds));
        return JavaProcess.start(
                "driver of " + label, side.classPath(target), options, command, log);
    }

    private List<String> brokerOptions(Path recording) {
        List<String> options = new ArrayList<>(BROKER_OPTIONS);
        options.add(
                profile
                        ? profileTo(recording)
                        : "-XX:StartFlightRecording:settings=%s,filename=%s"
                                .formatted(target.resolve("classes/flushes.jfc"), recording));
        options.add("-Xlog:jfr*=off");
        return options;
    }

    /** The profile's own threshold would leave most flushes out. */
    private static String profileTo(Path recording) {
        return "-XX:StartFlightRecording:settings=profile,jdk.FileForce#threshold=0ns,filename="
                + recording;
    }

    private static List<String> brokerCommand(Side side, Path data, int port) {
        List<String> command = new ArrayList<>(side.brokerCommand());
        command.addAll(List.of("--data", data.toString(), "--port", Integer.toString(port)));
        return command;
    }

    /** Profiles are kept, mere counts of flushes are not. */
    private Path recording(Path directory, String name) throws IOException {
        Path parent = profile ? Files.createDirectories(target.resolve("profiles")) : directory;
        return parent.resolve(name + ".jfr");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
