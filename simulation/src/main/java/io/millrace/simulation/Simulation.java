package io.millrace.simulation;

import io.millrace.core.partition.DestinationReport;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.RedeliveryPolicies;
import io.millrace.core.partition.RedeliveryPolicy;
import io.millrace.core.partition.WaitingLimit;
import io.millrace.core.partition.WaitingLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One run: applications work while things go wrong; then nothing goes wrong any more, and all that
 * waits has to arrive.
 *
 * <p>Everything happens in the caller's thread, in an order that the scenario decides. An oracle
 * compares what applications see with what they were promised.
 */
final class Simulation {

    /** One in so many runs limits what waits. */
    private static final int RUNS_WITH_LIMITS = 8;

    /** Nobody consumes from it here. */
    private static final String DEAD_LETTERS = "DLQ";

    private static final long SECOND = 1_000 * Node.MILLI;

    /** All waits of the product end within this time. */
    private static final long DRAIN_NANOS = 200 * SECOND;

    /** Longer than deliveries are held for somebody who is away. */
    private static final long QUIET_NANOS = 8 * SECOND;

    private static final Logger QUIET = Logger.getLogger("io.millrace.storage");

    private final World world;
    private final Random random;
    private final List<Application> applications = new ArrayList<>();
    private final List<BrokerNode> brokers = new ArrayList<>();
    private final List<DiskStorage> disks = new ArrayList<>();

    /** What a run ended with. */
    record Outcome(
            Scenario scenario,
            long traceHash,
            long steps,
            long messages,
            Coverage coverage,
            @Nullable Violation violation,
            String trace) {}

    private Simulation(Scenario scenario, boolean verbose) {
        this.world = World.of(scenario, verbose);
        this.random = new Random(scenario.seed() ^ Node.mix("world"));
    }

    /** Runs a scenario to its end. */
    static Outcome run(Scenario scenario) {
        return new Simulation(scenario, false).run();
    }

    /** Runs a scenario and keeps the last of what happened as text. */
    static Outcome replay(Scenario scenario) {
        return new Simulation(scenario, true).run();
    }

    static {
        // What recovery finds after a power loss is no news here.
        QUIET.setLevel(Level.OFF);
    }

    private Outcome run() {
        Violation violation = null;
        try {
            live();
        } catch (Violation e) {
            violation = e;
        }
        return new Outcome(
                world.scenario(),
                world.trace().hash(),
                world.timeline().steps(),
                world.oracle().sentCount(),
                world.coverage(),
                violation,
                world.trace().text());
    }

    private void live() {
        Cluster cluster = build();
        if (cluster == null) {
            brokers.forEach(BrokerNode::start);
        } else {
            cluster.begin();
        }
        applications.forEach(Application::start);
        Faults faults = new Faults(world, applications, brokers, disks, cluster);
        faults.begin();
        runFor(world.scenario().seconds() * SECOND);
        faults.end();
        faults.startAll();
        applications.forEach(Application::drain);
        drain(faults);
        runFor(QUIET_NANOS);
        requireEmpty();
    }

    private @Nullable Cluster build() {
        RedeliveryPolicy policy = new RedeliveryPolicy(Sent.MAX_DELIVERIES, 0, 1, 0, DEAD_LETTERS);
        RedeliveryPolicy delaying =
                new RedeliveryPolicy(Sent.MAX_DELIVERIES, 200, 3, 1_000, DEAD_LETTERS);
        PartitionLimits limits =
                new PartitionLimits(5_000, 60_000, 3_600_000)
                        .ending(2_000)
                        .redelivering(
                                new RedeliveryPolicies(
                                        policy,
                                        Map.of(
                                                "shard-0" + Record.DELAYING,
                                                delaying,
                                                "shard-1" + Record.DELAYING,
                                                delaying)))
                        .holding(waitingLimits())
                        .holdingTimes(LossyIndex.HELD_TIMES);
        boolean replicated = random.nextInt(3) == 0;
        int shards = replicated ? 1 : 1 + random.nextInt(2);
        Cluster cluster = replicated ? new Cluster(world, limits) : null;
        if (cluster == null) {
            addBroker(shards, limits);
        } else {
            brokers.addAll(cluster.brokers());
        }
        int clients = Math.min(world.scenario().maxClients(), 2 + random.nextInt(4));
        for (int client = 0; client < clients; client++) {
            int shard = client % shards;
            applications.add(
                    new Application(
                            "app-" + client,
                            world,
                            brokers.stream().map(broker -> broker.door(shard)).toList(),
                            "shard-" + shard));
        }
        return cluster;
    }

    /** In some runs only, so that the others stay what they were. */
    private WaitingLimits waitingLimits() {
        Random own = new Random(Node.mix("full destinations " + world.scenario().seed()));
        if (own.nextInt(RUNS_WITH_LIMITS) != 0) {
            return WaitingLimits.NONE;
        }
        WaitingLimit.WhenFull whenFull =
                own.nextBoolean() ? WaitingLimit.WhenFull.BLOCK : WaitingLimit.WhenFull.REFUSE;
        return new WaitingLimits(
                new WaitingLimit(20 + own.nextInt(100), 0, whenFull, 100 + own.nextInt(5_000)),
                Map.of());
    }

    private void addBroker(int shards, PartitionLimits limits) {
        DiskStorage disk = new DiskStorage(world, shards, random);
        disks.add(disk);
        BrokerNode[] itself = new BrokerNode[1];
        BrokerNode broker =
                new BrokerNode("broker", world, disk, limits, () -> startAgain(itself[0], disk));
        itself[0] = broker;
        brokers.add(broker);
    }

    /** What an operator does with a broker that has closed a partition. */
    private static void startAgain(BrokerNode broker, DiskStorage disk) {
        if (broker.node.isAlive() && !broker.isServing()) {
            broker.die(0);
            disk.repair();
            if (disk.isOff()) {
                disk.restart();
            } else {
                disk.processKilled();
            }
            broker.start();
        }
    }

    private void runFor(long nanos) {
        long until = world.timeline().nowNanos() + nanos;
        while (world.timeline().step(until)) {
            // until then
        }
    }

    private void drain(Faults faults) {
        long deadline = world.timeline().nowNanos() + DRAIN_NANOS;
        while (world.oracle().underWay() > 0 || !world.oracle().undelivered().isEmpty()) {
            if (world.timeline().nowNanos() > deadline) {
                List<String> left = world.oracle().undelivered();
                throw new Violation(
                        left.isEmpty() ? Check.DRAINS : Check.CONFIRMED_IS_KEPT,
                        "after "
                                + DRAIN_NANOS / SECOND
                                + " s without faults "
                                + world.oracle().underWay()
                                + " sends are without an answer, and not delivered are "
                                + left.size()
                                + ": "
                                + left.subList(0, Math.min(5, left.size()))
                                + "; "
                                + applications
                                + "; brokers keep "
                                + kept());
            }
            runFor(SECOND);
            faults.startAll();
        }
    }

    /** What nobody is owed any more must not be kept for anybody. */
    private void requireEmpty() {
        List<String> kept = kept();
        if (!kept.isEmpty()) {
            throw new Violation(
                    Check.DRAINS, "everything was delivered, but there is still: " + kept);
        }
    }

    private List<String> kept() {
        List<String> kept = new ArrayList<>();
        for (BrokerNode broker : brokers.stream().filter(BrokerNode::isServing).toList()) {
            for (Shard shard : broker.shards()) {
                shard.query(
                        report -> {
                            if (isKept(report)) {
                                kept.add(report.toString());
                            }
                        });
            }
        }
        runFor(SECOND);
        return kept;
    }

    private static boolean isKept(DestinationReport report) {
        return report.kind().isQueue()
                && !report.kind().isTemporary()
                && !report.name().equals(DEAD_LETTERS)
                && report.lowestNeededSequence() < report.nextSequence();
    }
}
