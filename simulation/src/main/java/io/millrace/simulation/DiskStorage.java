package io.millrace.simulation;

import io.millrace.core.log.PartitionLog;
import io.millrace.server.LogOpener;
import io.millrace.server.SpaceReserve;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import io.millrace.storage.segment.SteppedFlusher;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.SimulatedDisk;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The disk of one broker's machine, with the logs of all its shards under one flusher. */
final class DiskStorage implements BrokerNode.Storage {

    private static final long RESERVE_BYTES = 1 << 20;

    private final World world;
    private final int shards;
    private final SegmentLimits limits;
    private final SimulatedDisk disk;
    private final SpaceReserve reserve;
    private final Random random;
    private SteppedFlusher flusher;
    private boolean broken;
    private boolean finishing;

    DiskStorage(World world, int shards, Random random) {
        this.world = world;
        this.shards = shards;
        this.random = random;
        this.limits =
                new SegmentLimits(
                        (64 + 64 * random.nextInt(3)) << 10, 1024 << random.nextInt(3), 2, 50);
        this.disk = new SimulatedDisk(world.scenario().seed());
        this.reserve = new SpaceReserve(disk, Path.of("/"), RESERVE_BYTES);
        this.flusher = Flusher.stepped(disk);
    }

    @Override
    public List<LogOpener> begin() {
        if (!disk.isOff()) {
            // Whatever process there was before is gone.
            disk.killProcess();
        }
        flusher = Flusher.stepped(disk);
        finishing = false;
        List<LogOpener> openers = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            openers.add(new Opener(Path.of("/shard-" + shard), flusher));
        }
        return openers;
    }

    @Override
    public boolean step() {
        return flusher.step();
    }

    @Override
    public void idle(long millis) {
        flusher.advance(millis);
    }

    @Override
    public boolean isOff() {
        return disk.isOff();
    }

    @Override
    public boolean mayServe() {
        return true;
    }

    @Override
    public void finish() {
        finishing = true;
    }

    @Override
    public boolean isBroken() {
        return broken || disk.isOff();
    }

    @Override
    public boolean explains(RuntimeException failure) {
        return isBroken();
    }

    /** The power fails now. */
    void cutPower() {
        disk.cutPower();
    }

    /** The power fails within the next operations. */
    void cutPowerSoon() {
        disk.cutPowerAfter(1 + random.nextInt(8));
    }

    /** The machine is switched on again. */
    void restart() {
        repair();
        Survival[] ways = Survival.values();
        disk.restart(ways[random.nextInt(ways.length)]);
    }

    /** The process was killed; what it wrote is in the system's cache. */
    void processKilled() {
        disk.killProcess();
    }

    /** One operation of a kind fails. */
    void breakOnce(Fault.Operation operation) {
        broken = true;
        disk.faults(Fault.once(operation, ".segment", new IOException("a planted failure")));
    }

    /** Somebody else has filled the disk up to the reserve. */
    void fill() {
        disk.usable(RESERVE_BYTES - 1);
    }

    /** Somebody else has given the space back. */
    void makeRoom() {
        disk.usable(Long.MAX_VALUE);
    }

    /** From now on nothing fails by itself. */
    void repair() {
        makeRoom();
        disk.faults(Fault.NONE);
        broken = false;
    }

    /** A log whose owner cannot wait for a thread that flushes it. */
    private final class OnDisk extends WatchedLog {

        OnDisk(SegmentedLog log) {
            super(log, world.coverage());
        }

        @Override
        public void hurry() {
            super.hurry();
            while (finishing && flusher.step()) {
                // until nothing is left
            }
        }
    }

    /** Opens the logs of one shard. */
    private final class Opener implements LogOpener {

        private final Path directory;
        private final SteppedFlusher of;

        Opener(Path directory, SteppedFlusher of) {
            this.directory = directory;
            this.of = of;
        }

        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            PlantedLog.Ears ears =
                    new PlantedLog.Ears(world, directory + "/" + partition + "@", listener);
            SegmentedLog log =
                    SegmentedLog.open(
                            new SegmentedLogConfig(
                                    directory.resolve("partition-" + partition),
                                    partition,
                                    SegmentedLogConfig.NEXT_EPOCH,
                                    limits,
                                    of,
                                    ears));
            return new Opened(
                    PlantedLog.disguise(world, new OnDisk(log), ears),
                    log.epoch(),
                    new LossyIndex(world, log.epoch()));
        }

        @Override
        public int partitions() {
            return world.scenario().partitions();
        }

        /** So slow that reads have to wait now and then. */
        @Override
        public long catchUpBytesPerSecond() {
            return 1_000_000;
        }

        @Override
        public @Nullable String shortage() {
            return reserve.shortage();
        }

        @Override
        public RetentionPolicies retention() {
            return world.scenario().retention();
        }

        @Override
        public Usage usage() {
            return new Usage(0, 0);
        }

        @Override
        public void close() {
            // The flusher goes with its process.
        }
    }
}
