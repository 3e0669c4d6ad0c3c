package io.millrace.bench;

import io.millrace.bench.Hiccups.Span;
import io.millrace.bench.SlowMessages.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the slowest messages of a fixed rate spent their time: a run of {@code latency-N} with
 * everything noted that could hold a message up, and each slow message laid beside it.
 *
 * <p>A message is put down to the first of the causes, in their order, that covers a third of its
 * time. One cause may hide behind another: a compiler at work makes a thread late, too.
 */
record Tails(Side side, Workload workload, int runs, int warmUpSeconds, int measureSeconds) {

    private static final int SHARE = 3;
    private static final List<String> BROKER_OPTIONS = List.of("-Xms1g", "-Xmx1g");
    private static final List<String> DRIVER_OPTIONS = List.of("-Xms512m", "-Xmx512m");

    /** A flush that takes no longer than this is as usual. */
    private static final long USUAL_FLUSH_NANOS = 500_000;

    static Tails from(Arguments arguments) {
        Tails tails =
                new Tails(
                        Side.named(arguments.text("side", "millrace")),
                        Workloads.named(arguments.text("workload", "latency-1000")),
                        arguments.number("runs", 3),
                        arguments.number("warm-up", 8),
                        arguments.number("measure", 10));
        arguments.refuseOthers();
        if (!(tails.workload instanceof FixedRate)) {
            throw new IllegalArgumentException(
                    "Expected a workload latency-N, but it is " + tails.workload.name());
        }
        return tails;
    }

    /** What may hold a message up, in the order in which they are asked. */
    private record Causes(Map<String, List<Span>> spansByCause) {

        static Causes none() {
            Map<String, List<Span>> spans = new LinkedHashMap<>();
            for (String cause :
                    List.of(
                            "a flush of over 0.5 ms",
                            "a collector's pause in the broker",
                            "a collector's pause in the driver",
                            "another stop of a whole JVM",
                            "processors taken away by the machine below",
                            "no processor free, as a third process noticed",
                            "a compiler at work")) {
                spans.put(cause, new ArrayList<>());
            }
            return new Causes(spans);
        }

        void add(int cause, Span span) {
            List.copyOf(spansByCause.values()).get(cause).add(span);
        }

        String of(Slow message) {
            if (message.lateNanos() > message.latencyNanos() / SHARE) {
                return "the driver itself sent it late";
            }
            for (Map.Entry<String, List<Span>> cause : spansByCause.entrySet()) {
                long covered =
                        cause.getValue().stream()
                                .mapToLong(
                                        span ->
                                                span.overlap(
                                                        message.dueNanos(), message.endNanos()))
                                .sum();
                if (covered > message.latencyNanos() / SHARE) {
                    return cause.getKey();
                }
            }
            return "none of these";
        }
    }

    boolean run() throws IOException, InterruptedException {
        for (int run = 1; run <= runs; run++) {
            Path directory =
                    Files.createTempDirectory(
                            Files.createDirectories(Trial.targetDirectory().resolve("data")),
                            "tails");
            try {
                System.out.printf("run %d of %d: ", run, runs);
                once(directory);
            } finally {
                Trial.delete(directory);
            }
        }
        return true;
    }

    private void once(Path directory) throws IOException, InterruptedException {
        Path target = Trial.targetDirectory();
        Path log = Files.createDirectories(target.resolve("logs")).resolve("tails.log");
        Path brokerEvents = directory.resolve("broker.jfr");
        Path driverEvents = directory.resolve("driver.jfr");
        Path slowFile = directory.resolve("slow");
        Path data = directory.resolve("broker");
        int port = Trial.freePort();
        Hiccups hiccups = new Hiccups();
        Measurement measured;
        try (JavaProcess broker =
                JavaProcess.start(
                        side.name() + " broker",
                        side.classPath(target),
                        options(BROKER_OPTIONS, brokerEvents),
                        side.brokerCommand(workload, data, port),
                        log)) {
            broker.awaitLine(side.readyLine());
            List<String> driverOptions = options(DRIVER_OPTIONS, driverEvents);
            driverOptions.add("-D" + SlowMessages.PROPERTY + "=" + slowFile);
            try (JavaProcess driver =
                    JavaProcess.start(
                            "driver",
                            side.classPath(target),
                            driverOptions,
                            drive(side.uri(workload, port, data)),
                            log)) {
                driver.awaitLine(Driver.MEASURING);
                hiccups.start();
                driver.awaitLine(Driver.MEASURED);
                hiccups.end();
                measured = Measurement.parse(driver.awaitEnd());
            }
            broker.stop();
        }
        Causes causes = Causes.none();
        readEvents(brokerEvents, true, causes);
        readEvents(driverEvents, false, causes);
        hiccups.stolen().forEach(span -> causes.add(4, span));
        hiccups.late().forEach(span -> causes.add(5, span));
        print(measured, SlowMessages.read(slowFile), causes);
    }

    private List<String> drive(String uri) {
        return List.of(
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
    }

    private static List<String> options(List<String> memory, Path recording) {
        List<String> options = new ArrayList<>(memory);
        options.add(
                "-XX:StartFlightRecording:settings=%s,filename=%s"
                        .formatted(
                                Trial.targetDirectory().resolve("classes/tails.jfc"), recording));
        options.add("-Xlog:jfr*=off");
        return options;
    }

    private static void readEvents(Path recording, boolean broker, Causes causes)
            throws IOException {
        // Events carry the time of day: good to some microseconds beside nanoTime.
        Instant nowTime = Instant.now();
        long nowNanos = System.nanoTime();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                int cause = causeOf(event, broker);
                if (cause >= 0) {
                    long from =
                            nowNanos - Duration.between(event.getStartTime(), nowTime).toNanos();
                    causes.add(cause, new Span(from, from + event.getDuration().toNanos()));
                }
            }
        }
    }

    private static int causeOf(RecordedEvent event, boolean broker) {
        return switch (event.getEventType().getName()) {
            case "jdk.FileForce" -> event.getDuration().toNanos() > USUAL_FLUSH_NANOS ? 0 : -1;
            case "jdk.GCPhasePause" -> broker ? 1 : 2;
            case "jdk.ExecuteVMOperation" -> 3;
            case "jdk.Compilation" -> 6;
            default -> -1;
        };
    }

    private void print(Measurement measured, List<Slow> slow, Causes causes) {
        System.out.println(
                Results.format(
                        "%s %s: p50 %.0f us, p99 %.0f us, max %.0f us; %d of %d messages took %.1f ms or more",
                        side.name(),
                        workload.name(),
                        measured.p50Micros(),
                        measured.p99Micros(),
                        measured.maxMicros(),
                        slow.size(),
                        measured.messages(),
                        SlowMessages.SLOW_NANOS / 1e6));
        Map<String, List<Slow>> slowByCause = new LinkedHashMap<>();
        slowByCause.put("the driver itself sent it late", new ArrayList<>());
        causes.spansByCause.keySet().forEach(each -> slowByCause.put(each, new ArrayList<>()));
        for (Slow message : slow) {
            slowByCause
                    .computeIfAbsent(causes.of(message), cause -> new ArrayList<>())
                    .add(message);
        }
        slowByCause.forEach(
                (cause, messages) ->
                        System.out.println(
                                Results.format(
                                        "  %-48s %5d messages, %4.0f %%, the slowest %.1f ms",
                                        cause,
                                        messages.size(),
                                        100.0 * messages.size() / Math.max(1, slow.size()),
                                        messages.stream()
                                                        .mapToLong(Slow::latencyNanos)
                                                        .max()
                                                        .orElse(0)
                                                / 1e6)));
    }
}
