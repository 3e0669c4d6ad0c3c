package io.millrace.simulation;

import io.millrace.storage.simulated.Fault.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What goes wrong, and when it is mended. Faults overlap. */
final class Faults {

    private static final long MEAN_NANOS = 900 * Node.MILLI;
    private static final double LARGEST_DRIFT = 0.02;
    private static final int RUNS_WITH_FULL_DISKS = 8;

    private final World world;
    private final Random random;
    private final List<Application> applications;
    private final List<BrokerNode> brokers;
    private final List<DiskStorage> disks;
    private final @Nullable Cluster cluster;
    private boolean over;

    /**
     * @param disks of the brokers, in their order; empty if they have a replicated log
     * @param cluster of the brokers that have one
     */
    Faults(
            World world,
            List<Application> applications,
            List<BrokerNode> brokers,
            List<DiskStorage> disks,
            @Nullable Cluster cluster) {
        this.world = world;
        this.cluster = cluster;
        this.random = new Random(world.scenario().seed() ^ Node.mix("faults"));
        this.applications = applications;
        this.brokers = brokers;
        this.disks = disks;
    }

    /** Begins to break things. */
    void begin() {
        breakNext();
        beginToFill();
    }

    private void breakNext() {
        long pause = (long) (-Math.log(1 - random.nextDouble()) * MEAN_NANOS);
        world.timeline()
                .after(
                        pause,
                        () -> {
                            if (!over) {
                                one();
                                breakNext();
                            }
                        });
    }

    /** Mends everything that is not mended by itself. */
    void end() {
        over = true;
        world.network().healAll();
        for (BrokerNode broker : brokers) {
            broker.node.clock.correct();
            broker.node.resume();
        }
        for (Application application : applications) {
            application.node.clock.correct();
            application.node.resume();
        }
        disks.forEach(DiskStorage::repair);
        Cluster replicated = cluster;
        if (replicated != null) {
            replicated.slow(0);
        }
    }

    /** Disks fill up in some runs only, so that the others stay what they were. */
    private void beginToFill() {
        Random own = new Random(Node.mix("full disks " + world.scenario().seed()));
        boolean wanted = world.scenario().faults().contains(FaultKind.FULL_DISK);
        if (!wanted || disks.isEmpty() || own.nextInt(RUNS_WITH_FULL_DISKS) != 0) {
            return;
        }
        for (DiskStorage disk : disks) {
            long millis = own.nextInt(world.scenario().seconds() * 1_000);
            long room = millis + 100 + own.nextInt(8_000);
            later(millis, () -> fill(disk));
            later(room, disk::makeRoom);
        }
    }

    private void fill(DiskStorage disk) {
        if (!over) {
            disk.fill();
            world.coverage().happened(Coverage.name(FaultKind.FULL_DISK));
            world.trace().mark(30 + FaultKind.FULL_DISK.ordinal(), () -> "fault FULL_DISK");
        }
    }

    private void one() {
        FaultKind kind = FaultKind.values()[random.nextInt(FaultKind.FULL_DISK.ordinal())];
        Application application = applications.get(random.nextInt(applications.size()));
        int number = random.nextInt(brokers.size());
        BrokerNode broker = brokers.get(number);
        long millis = duration();
        if (!world.scenario().faults().contains(kind)) {
            return;
        }
        boolean done = happen(kind, application, broker, number, millis);
        if (done) {
            world.coverage().happened(Coverage.name(kind));
            world.trace()
                    .mark(
                            30 + kind.ordinal(),
                            () ->
                                    "fault "
                                            + kind
                                            + " "
                                            + broker.node.name
                                            + " "
                                            + application.node.name
                                            + " "
                                            + millis
                                            + " ms");
        }
    }

    /** Mostly short, so that all stays alive; sometimes longer than anybody waits. */
    private long duration() {
        int choice = random.nextInt(10);
        if (choice < 5) {
            return 1 + random.nextInt(300);
        }
        return choice < 9 ? 300 + random.nextInt(4_000) : 4_000 + random.nextInt(9_000);
    }

    private boolean happen(
            FaultKind kind, Application application, BrokerNode broker, int number, long millis) {
        switch (kind) {
            case KILL_BROKER:
                return killBroker(broker, number, millis);
            case POWER_LOSS:
                return losePower(broker, number, millis);
            case POWER_LOSS_IN_WRITE:
                return losePowerSoon(broker, number);
            case RESTART_BROKER:
                return restart(broker, number, millis);
            case KILL_CLIENT:
                return killClient(application, millis);
            case KILL_BOTH:
                return killClient(application, millis) & killBroker(broker, number, millis);
            case CUT_LINK:
                world.network().cut(application.node, broker.node);
                later(millis, () -> world.network().heal(application.node, broker.node));
                return true;
            case RESET_LINK:
                return world.network().reset(application.node, broker.node);
            case SLOW_NETWORK:
                world.network().slow(random.nextInt(200) * Node.MILLI);
                later(millis, () -> world.network().slow(0));
                return true;
            case PAUSE_BROKER:
                return pause(broker.node, millis);
            case PAUSE_CLIENT:
                return pause(application.node, millis);
            case CLOCK_DRIFT:
                broker.node.clock.rate(drift());
                application.node.clock.rate(drift());
                return true;
            case CLOCK_JUMP:
                broker.node.clock.jump(random.nextInt(20_000) - 10_000);
                application.node.clock.jump(random.nextInt(20_000) - 10_000);
                return true;
            case FAILED_FORCE:
                return breakDisk(number, Operation.FORCE, millis);
            case FAILED_READ:
                return breakDisk(number, Operation.READ, millis);
            case CHECKPOINT:
                return checkpoint(broker);
            case TAKE_OVER:
                return takeOver(number, millis);
            case SLOW_REPLICATION:
                return slowReplication(millis);
            default:
                return false;
        }
    }

    private boolean takeOver(int number, long millis) {
        Cluster replicated = cluster;
        if (replicated == null || !replicated.isOwner(number)) {
            return false;
        }
        replicated.cutFromLease(number, (4_000 + millis) * Node.MILLI);
        return true;
    }

    private boolean slowReplication(long millis) {
        Cluster replicated = cluster;
        if (replicated == null) {
            return false;
        }
        replicated.slow(random.nextInt(3_000) * Node.MILLI);
        later(millis, () -> replicated.slow(0));
        return true;
    }

    private double drift() {
        return 1 + (random.nextDouble() * 2 - 1) * LARGEST_DRIFT;
    }

    private void later(long millis, Runnable mend) {
        world.timeline().after(millis * Node.MILLI, mend);
    }

    private boolean killBroker(BrokerNode broker, int number, long millis) {
        if (!broker.node.isAlive()) {
            return false;
        }
        broker.die(random.nextInt(20) * Node.MILLI);
        if (disks.isEmpty()) {
            broker.away(true);
            later(millis, () -> broker.away(false));
        } else {
            disks.get(number).processKilled();
            later(millis, () -> revive(broker));
        }
        return true;
    }

    private boolean losePower(BrokerNode broker, int number, long millis) {
        if (!broker.node.isAlive() || disks.isEmpty()) {
            return false;
        }
        disks.get(number).cutPower();
        broker.die(random.nextInt(3_000) * Node.MILLI);
        later(millis, () -> switchOn(broker, number));
        return true;
    }

    private boolean losePowerSoon(BrokerNode broker, int number) {
        if (!broker.node.isAlive() || disks.isEmpty()) {
            return false;
        }
        disks.get(number).cutPowerSoon();
        watchPower(broker, number);
        return true;
    }

    private void watchPower(BrokerNode broker, int number) {
        later(
                500,
                () -> {
                    if (disks.get(number).isOff() && !broker.node.isAlive()) {
                        switchOn(broker, number);
                    }
                });
    }

    private void switchOn(BrokerNode broker, int number) {
        if (disks.get(number).isOff()) {
            disks.get(number).restart();
        }
        revive(broker);
    }

    private void revive(BrokerNode broker) {
        if (!broker.node.isAlive()) {
            broker.start();
        }
    }

    private boolean restart(BrokerNode broker, int number, long millis) {
        if (!broker.isServing() || broker.node.isPaused() || disks.isEmpty()) {
            return false;
        }
        broker.stop();
        disks.get(number).processKilled();
        later(millis, () -> revive(broker));
        return true;
    }

    private boolean killClient(Application application, long millis) {
        if (!application.node.isAlive()) {
            return false;
        }
        application.kill();
        world.network().died(application.node, random.nextInt(50) * Node.MILLI);
        later(
                millis,
                () -> {
                    if (!application.node.isAlive()) {
                        application.start();
                    }
                });
        return true;
    }

    private boolean pause(Node node, long millis) {
        if (!node.isAlive() || node.isPaused()) {
            return false;
        }
        int life = node.life();
        node.pause();
        later(
                millis,
                () -> {
                    if (node.life() == life) {
                        node.resume();
                    }
                });
        return true;
    }

    private boolean breakDisk(int number, Operation operation, long millis) {
        if (disks.isEmpty()) {
            return false;
        }
        disks.get(number).breakOnce(operation);
        later(millis + 2_000, disks.get(number)::repair);
        return true;
    }

    private boolean checkpoint(BrokerNode broker) {
        if (!broker.isServing() || broker.node.isPaused()) {
            return false;
        }
        new ArrayList<>(broker.shards()).forEach(Shard::checkpoint);
        return true;
    }

    /** Starts every process that is not there, as the machine's supervisor would. */
    void startAll() {
        for (int number = 0; number < brokers.size(); number++) {
            if (!brokers.get(number).node.isAlive() && !disks.isEmpty()) {
                switchOn(brokers.get(number), number);
            }
        }
        for (Application application : applications) {
            if (!application.node.isAlive()) {
                application.start();
            }
        }
    }
}
