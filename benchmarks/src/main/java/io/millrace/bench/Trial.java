package io.millrace.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How one run is made: a fresh broker on an empty directory and a fresh driver, each in a JVM of
 * its own with the same options on every side. An embedded broker is in the driver's JVM.
 *
 * @param target where the build put the class paths; data, logs and profiles go there too
 */
record Trial(Path target, int warmUpSeconds, int measureSeconds, boolean profile) {

    private static final List<String> BROKER_OPTIONS = List.of("-Xms1g", "-Xmx1g");
    private static final List<String> DRIVER_OPTIONS = List.of("-Xms512m", "-Xmx512m");
    private static final Pattern LOG_BYTES = Pattern.compile(" bytes=([0-9]+)");

    static Trial in(Path target, int warmUpSeconds, int measureSeconds, boolean profile)
            throws IOException {
        dataDirectory(target);
        return new Trial(target, warmUpSeconds, measureSeconds, profile);
    }

    static Path targetDirectory() {
        return Path.of(System.getProperty("millrace.bench.target", "benchmarks/target"));
    }

    static Path dataDirectory(Path target) throws IOException {
        return Files.createDirectories(target.resolve("data"));
    }

    /** What becomes of one run; a run that breaks off is an outcome too. */
    Outcome run(Side side, Workload workload) throws IOException, InterruptedException {
        String label = side.name() + "-" + workload.name();
        Path directory = Files.createTempDirectory(dataDirectory(target), label);
        Path log = Files.createDirectories(target.resolve("logs")).resolve(label + ".log");
        Place place = new Place(label, directory, log);
        try {
            return side.embedded()
                    ? runEmbedded(side, workload, place)
                    : runWithBroker(side, workload, place);
        } catch (IllegalStateException | IllegalArgumentException e) {
            return new Outcome.Without(side, workload, String.valueOf(e.getMessage()), true);
        } finally {
            delete(directory);
        }
    }

    /** Where one run keeps what. */
    private record Place(String label, Path directory, Path log) {
        Path data() {
            return directory.resolve("broker");
        }
    }

    private Outcome runWithBroker(Side side, Workload workload, Place place)
            throws IOException, InterruptedException {
        Path recording = recording(place.directory, place.label + "-broker");
        int port = freePort();
        List<String> options = new ArrayList<>(BROKER_OPTIONS);
        options.addAll(countingFlushes(recording));
        try (JavaProcess broker =
                JavaProcess.start(
                        side.name() + " broker",
                        side.classPath(target),
                        options,
                        side.brokerCommand(workload, place.data(), port),
                        place.log)) {
            broker.awaitLine(side.readyLine());
            Watched watched;
            try (JavaProcess driver =
                    driver(
                            side,
                            workload,
                            place,
                            side.uri(workload, port, place.data()),
                            profiling(place))) {
                watched = watch(driver, broker.pid());
            }
            long logBytes = logBytes(broker.stop(), side);
            return outcome(side, workload, watched, recording, logBytes);
        }
    }

    private Outcome runEmbedded(Side side, Workload workload, Place place)
            throws IOException, InterruptedException {
        Path recording = recording(place.directory, place.label + "-both");
        try (JavaProcess driver =
                driver(
                        side,
                        workload,
                        place,
                        side.uri(workload, 0, place.data()),
                        countingFlushes(recording))) {
            return outcome(side, workload, watch(driver, 0), recording, Run.UNKNOWN_BYTES);
        }
    }

    /** What the driver printed, and the broker's processor time while it measured. */
    private record Watched(List<String> printed, String notSupported, ThreadCpu brokerCpu) {}

    private static Watched watch(JavaProcess driver, long brokerPid) throws InterruptedException {
        String line = driver.awaitLine(Driver.MEASURING, Driver.NOT_SUPPORTED);
        if (line.startsWith(Driver.NOT_SUPPORTED)) {
            return new Watched(
                    driver.awaitEnd(),
                    line.substring(Driver.NOT_SUPPORTED.length()),
                    new ThreadCpu(Map.of()));
        }
        ThreadCpu before = ThreadCpu.of(brokerPid);
        driver.awaitLine(Driver.MEASURED);
        ThreadCpu brokerCpu = ThreadCpu.of(brokerPid).minus(before);
        return new Watched(driver.awaitEnd(), "", brokerCpu);
    }

    private static Outcome outcome(
            Side side, Workload workload, Watched watched, Path recording, long logBytes)
            throws IOException {
        if (!watched.notSupported.isEmpty()) {
            return new Outcome.Without(side, workload, watched.notSupported, false);
        }
        Measurement measurement = Measurement.parse(watched.printed);
        Flushes flushes =
                Flushes.between(recording, measurement.beginMillis(), measurement.endMillis());
        return new Run(side, workload, measurement, flushes, watched.brokerCpu, logBytes);
    }

    private JavaProcess driver(
            Side side, Workload workload, Place place, String uri, List<String> more)
            throws IOException {
        List<String> options = new ArrayList<>(side.embedded() ? BROKER_OPTIONS : DRIVER_OPTIONS);
        options.addAll(more);
        List<String> command =
                List.of(
                        Main.class.getName(),
                        "drive",
                        "--factory",
                        side.factoryClass(),
                        "--uri",
                        uri,
                        "--workload",
                        workload.name(),
                        "--warm-up",
                        Integer.toString(warmUpSeconds),
                        "--measure",
                        Integer.toString(measureSeconds));
        return JavaProcess.start(
                "driver of " + place.label, side.classPath(target), options, command, place.log);
    }

    private List<String> countingFlushes(Path recording) {
        String option =
                profile
                        ? profileTo(recording)
                        : "-XX:StartFlightRecording:settings=%s,filename=%s"
                                .formatted(target.resolve("classes/flushes.jfc"), recording);
        return List.of(option, "-Xlog:jfr*=off");
    }

    /** Of a driver that has no broker inside. */
    private List<String> profiling(Place place) throws IOException {
        return profile
                ? List.of(profileTo(recording(target, place.label + "-driver")), "-Xlog:jfr*=off")
                : List.of();
    }

    /** The profile's own threshold would leave most flushes out. */
    private static String profileTo(Path recording) {
        return "-XX:StartFlightRecording:settings=profile,jdk.FileForce#threshold=0ns,filename="
                + recording;
    }

    /** From what a broker says about itself when it stops, if it does. */
    private static long logBytes(List<String> printed, Side side) {
        return printed.stream()
                .filter(line -> line.startsWith(side.stoppedLine()))
                .map(LOG_BYTES::matcher)
                .filter(Matcher::find)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                .findFirst()
                .orElse(Run.UNKNOWN_BYTES);
    }

    /** Profiles are kept, mere counts of flushes are not. */
    private Path recording(Path directory, String name) throws IOException {
        Path parent = profile ? Files.createDirectories(target.resolve("profiles")) : directory;
        return parent.resolve(name + ".jfr");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
