package io.millrace.bench;

import jakarta.jms.DeliveryMode;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The workloads there are, by name. */
final class Workloads {

    /** What the aims speak of: compared in several rounds. */
    static final List<Workload> CORE =
            List.of(
                    new AsyncSends(100, DeliveryMode.PERSISTENT),
                    new AsyncSends(1_024, DeliveryMode.PERSISTENT),
                    new AsyncSends(100, DeliveryMode.NON_PERSISTENT),
                    new RequestReply(DeliveryMode.PERSISTENT),
                    new FixedRate(1_000),
                    new SyncSends(1, 1_024, DeliveryMode.PERSISTENT, false),
                    new SyncSends(16, 1_024, DeliveryMode.PERSISTENT, false),
                    new SyncSends(16, 1_024, DeliveryMode.PERSISTENT, true));

    /** Further shapes of load: compared in one round. */
    static final List<Workload> MORE =
            List.of(
                    new SyncSends(1, 100, DeliveryMode.NON_PERSISTENT, false),
                    new RequestReply(DeliveryMode.NON_PERSISTENT),
                    new Transacted(10),
                    new Transacted(100),
                    new Drain(1_000_000),
                    new FanOut(10),
                    new ManyQueues(100),
                    new ManyConnections(100));

    /** For a smoke of some twenty seconds. */
    static final List<Workload> SMOKE = List.of(CORE.get(0), CORE.get(5));

    /** Names that end in a number of the user's own. */
    private enum Counted {
        QUEUES("queues-", 1_000_000, ManyQueues::new),
        CONNECTIONS("connections-", 100_000, ManyConnections::new),
        FAN_OUT("fan-out-", 100_000, FanOut::new),
        DRAIN("drain-", 1_000_000_000, Drain::new),
        BACKLOG("backlog-", 1_000_000_000, StandingBacklog::new),
        LATENCY("latency-", 1_000_000, FixedRate::new),
        TRANSACTED("transacted-", 10_000, Transacted::new);

        private final String prefix;
        private final int most;
        private final IntFunction<Workload> of;

        Counted(String prefix, int most, IntFunction<Workload> of) {
            this.prefix = prefix;
            this.most = most;
            this.of = of;
        }

        private Stream<Workload> named(String name) {
            String digits = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
            if (!digits.matches("[1-9][0-9]{0,9}") || Long.parseLong(digits) > most) {
                return Stream.empty();
            }
            return Stream.of(of.apply(Integer.parseInt(digits)));
        }
    }

    private Workloads() {}

    static Workload named(String name) {
        return Stream.concat(
                        Stream.concat(CORE.stream(), MORE.stream())
                                .filter(workload -> workload.name().equals(name)),
                        Arrays.stream(Counted.values()).flatMap(counted -> counted.named(name)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(known(name)));
    }

    private static String known(String name) {
        List<String> names =
                Stream.concat(
                                Stream.concat(CORE.stream(), MORE.stream()).map(Workload::name),
                                Arrays.stream(Counted.values())
                                        .map(counted -> counted.prefix + "NUMBER"))
                        .toList();
        return "Expected one of %s, but the workload is %s".formatted(names, name);
    }

    /** A size as names have it: {@code 100b}, {@code 1k}. */
    static String size(int bytes) {
        return bytes % 1_024 == 0 ? bytes / 1_024 + "k" : bytes + "b";
    }

    static String mode(int deliveryMode) {
        return deliveryMode == DeliveryMode.PERSISTENT ? "persistent" : "non-persistent";
    }
}
