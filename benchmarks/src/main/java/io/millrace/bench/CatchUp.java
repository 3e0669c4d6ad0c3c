package io.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * How fast a durable subscription that is far behind catches up, and what that costs many live ones
 * on the same topic: their latency at a fixed rate, with the catch-up and without it, in turn.
 *
 * <p>One broker holds the backlog for all pairs: as many subscriptions are behind as there are
 * pairs, and each pair lets one of them catch up. Live clients and the one that catches up are
 * processes of their own.
 *
 * @param gigabytes of message bodies (10^9 bytes) that each late subscription is behind
 * @param live subscriptions that are not behind
 * @param perSecond messages sent to the topic, so each live one gets as many
 * @param seconds measured without a catch-up; with one, as long as it takes
 */
record CatchUp(int gigabytes, int live, int perSecond, int pairs, int warmUpSeconds, int seconds) {

    private static final List<String> BROKER_OPTIONS = List.of("-Xms512m", "-Xmx512m");
    private static final List<String> CLIENT_OPTIONS = List.of("-Xms256m", "-Xmx256m");
    private static final Side SIDE = Side.MILLRACE;
    private static final int BODY_BYTES = CatchUpClients.BODY_BYTES;

    static CatchUp from(Arguments arguments) {
        boolean quick = arguments.flag("short");
        CatchUp catchUp =
                new CatchUp(
                        arguments.number("gigabytes", quick ? 1 : 5),
                        arguments.number("live", quick ? 10 : 100),
                        arguments.number("rate", 100),
                        arguments.number("runs", quick ? 1 : 3),
                        arguments.number("warm-up", quick ? 2 : 15),
                        arguments.number("measure", quick ? 5 : 20));
        arguments.refuseOthers();
        return catchUp;
    }

    /** What live subscribers saw in one second. */
    record Second(long endMillis, Histogram latencyNanos) {

        private static final String PREFIX = "second ";

        String toLine() {
            ByteBuffer encoded = ByteBuffer.allocate(latencyNanos.getNeededByteBufferCapacity());
            int size = latencyNanos.encodeIntoCompressedByteBuffer(encoded);
            byte[] bytes = new byte[size];
            encoded.flip().get(bytes);
            return PREFIX + endMillis + " " + Base64.getEncoder().encodeToString(bytes);
        }

        /** What the lines say of the seconds that lie within a time. */
        static Histogram between(List<String> lines, long fromMillis, long toMillis) {
            Histogram all = new Histogram(3);
            for (String line : lines) {
                if (line.startsWith(PREFIX)) {
                    Second second = parse(line);
                    if (second.endMillis - 1_000 >= fromMillis && second.endMillis <= toMillis) {
                        all.add(second.latencyNanos);
                    }
                }
            }
            return all;
        }

        private static Second parse(String line) {
            String[] words = line.split(" ");
            try {
                ByteBuffer encoded = ByteBuffer.wrap(Base64.getDecoder().decode(words[2]));
                return new Second(
                        Long.parseLong(words[1]),
                        Histogram.decodeFromCompressedByteBuffer(encoded, 0));
            } catch (DataFormatException e) {
                throw new IllegalStateException("Expected a histogram, but it is " + line, e);
            }
        }
    }

    /** One subscription's catch-up, in milliseconds of the day. */
    private record Caught(long fromMillis, long toMillis) {
        double megabytesPerSecond(long messages) {
            return messages * (double) BODY_BYTES / 1e3 / Math.max(1, toMillis - fromMillis);
        }
    }

    private record Pair(Histogram alone, Histogram beside, double megabytesPerSecond) {

        private static double p99Millis(Histogram latencyNanos) {
            return latencyNanos.getValueAtPercentile(99) / 1e6;
        }

        String toLine() {
            return Results.format(
                    "%.0f MB/s; live: alone p50 %.2f ms, p99 %.2f ms (%d deliveries); beside it p50 %.2f ms, p99 %.2f ms (%d)",
                    megabytesPerSecond,
                    alone.getValueAtPercentile(50) / 1e6,
                    p99Millis(alone),
                    alone.getTotalCount(),
                    beside.getValueAtPercentile(50) / 1e6,
                    p99Millis(beside),
                    beside.getTotalCount());
        }
    }

    private long messages() {
        return gigabytes * 1_000_000_000L / BODY_BYTES;
    }

    /** Returns whether every message reached the late subscriptions exactly once and in order. */
    boolean run() throws IOException, InterruptedException {
        System.out.println(Machine.here().line() + ", load average " + Machine.load());
        Path target = Trial.targetDirectory();
        Path directory = Files.createTempDirectory(Trial.dataDirectory(target), "catch-up");
        Path log = Files.createDirectories(target.resolve("logs")).resolve("catch-up.log");
        int port = Trial.freePort();
        Workload latency = new FixedRate(perSecond);
        Path data = directory.resolve("broker");
        String uri = SIDE.uri(latency, port, data);
        try (JavaProcess broker =
                JavaProcess.start(
                        "broker",
                        SIDE.classPath(target),
                        BROKER_OPTIONS,
                        SIDE.brokerCommand(latency, data, port),
                        log)) {
            broker.awaitLine(SIDE.readyLine());
            measure(new Clients(target, uri, log));
            return true;
        } finally {
            Trial.delete(directory);
        }
    }

    private void measure(Clients clients) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (JavaProcess fill =
                clients.start(
                        "fill",
                        List.of("--late", text(pairs), "--messages", Long.toString(messages())))) {
            fill.awaitLine(CatchUpClients.FILLED);
        }
        double fillSeconds = (System.nanoTime() - begin) / 1e9;
        System.out.println(
                Results.format(
                        "%d late subscriptions, %,d messages of %,d bytes behind (written in %.0f s); %d live ones get %d messages a second each",
                        pairs, messages(), BODY_BYTES, fillSeconds, live, perSecond));
        List<Pair> all = new ArrayList<>();
        for (int pair = 0; pair < pairs; pair++) {
            Histogram alone = alone(clients, 2 * pair + 1);
            Pair measured = beside(clients, pair, alone);
            System.out.println("pair " + (pair + 1) + ": " + measured.toLine());
            all.add(measured);
        }
        double alone = median(all, pair -> Pair.p99Millis(pair.alone));
        double beside = median(all, pair -> Pair.p99Millis(pair.beside));
        System.out.println(
                Results.format(
                        "medians: catch-up %.0f MB/s (aim: 50); p99 of the live ones %.2f ms beside it, %.2f ms alone: %.2f x, %+.2f ms (aim: under 2 x, or + 2 ms)",
                        median(all, Pair::megabytesPerSecond),
                        beside,
                        alone,
                        beside / alone,
                        beside - alone));
    }

    private static double median(List<Pair> pairs, ToDoubleFunction<Pair> of) {
        double[] sorted = pairs.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Histogram alone(Clients clients, int lane) throws IOException, InterruptedException {
        JavaProcess living = startLive(clients, lane);
        try (living) {
            long from = System.currentTimeMillis();
            TimeUnit.SECONDS.sleep(seconds);
            return Second.between(living.stop(), from, System.currentTimeMillis());
        }
    }

    private Pair beside(Clients clients, int pair, Histogram alone)
            throws IOException, InterruptedException {
        try (JavaProcess living = startLive(clients, 2 * pair + 2);
                JavaProcess late =
                        clients.start(
                                "read",
                                List.of(
                                        "--subscription",
                                        text(pair),
                                        "--messages",
                                        Long.toString(messages())))) {
            long from = millisIn(late.awaitLine(CatchUpClients.FIRST));
            Caught caught = new Caught(from, millisIn(late.awaitLine(CatchUpClients.CAUGHT_UP)));
            late.awaitEnd();
            return new Pair(
                    alone,
                    Second.between(living.stop(), caught.fromMillis, caught.toMillis),
                    caught.megabytesPerSecond(messages()));
        }
    }

    private JavaProcess startLive(Clients clients, int lane)
            throws IOException, InterruptedException {
        JavaProcess living =
                clients.start(
                        "live",
                        List.of(
                                "--live",
                                text(live),
                                "--rate",
                                text(perSecond),
                                "--lane",
                                text(lane)));
        living.awaitLine(CatchUpClients.LIVE);
        TimeUnit.SECONDS.sleep(warmUpSeconds);
        return living;
    }

    private static long millisIn(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static String text(int number) {
        return Integer.toString(number);
    }

    /** Starts client processes. */
    private record Clients(Path target, String uri, Path log) {
        JavaProcess start(String role, List<String> more) throws IOException {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Main.class.getName(),
                                    "catch-up-" + role,
                                    "--factory",
                                    SIDE.factoryClass(),
                                    "--uri",
                                    uri));
            command.addAll(more);
            return JavaProcess.start(
                    "catch-up-" + role, SIDE.classPath(target), CLIENT_OPTIONS, command, log);
        }
    }
}
