package io.millrace.simulation;

import io.millrace.core.index.IndexLost;
import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.wire.FrameLink;
import java.util.ArrayList;
import java.util.List;

/** A broker's process on a machine with a disk, or with a way to a replicated log. */
final class BrokerNode implements Shard.Watcher {

    private static final int FLUSH_NANOS = 400_000;

    /** How long somebody takes to see that a broker has to be started again. */
    private static final long OPERATOR_NANOS = 2_000 * Node.MILLI;

    private static final long IDLE_NANOS = 50 * Node.MILLI;

    final Node node;
    private final World world;
    private final Storage storage;
    private final PartitionLimits limits;
    private final List<Shard> shards = new ArrayList<>();
    private final Runnable operator;
    private boolean away;
    private boolean serving;
    private boolean flushPlanned;
    private boolean stopped;
    private boolean stoppedCleanly;

    /** Where a process has its logs. */
    interface Storage {

        /** A process begins: its logs are opened through the openers that are returned. */
        List<io.millrace.server.LogOpener> begin();

        /** Makes progress; false if there was nothing to do. */
        boolean step();

        /** Time passes without anything to do. */
        void idle(long millis);

        /** Whether the machine lost its power by itself. */
        boolean isOff();

        /** Whether the process still owns its partitions, as far as it knows. */
        boolean mayServe();

        /** The process is about to end: what somebody waits for is flushed without being asked. */
        void finish();

        /** Whether something of it does not work. */
        boolean isBroken();

        /** Whether a failure of a log is to be expected now. */
        boolean explains(RuntimeException failure);
    }

    BrokerNode(
            String name, World world, Storage storage, PartitionLimits limits, Runnable operator) {
        this.operator = operator;
        this.node = new Node(name, world.timeline(), world.scenario().seed());
        this.world = world;
        this.storage = storage;
        this.limits = limits;
    }

    /** A process begins and opens everything. */
    void start() {
        world.oracle().lives().brokerStarts(!stoppedCleanly, !stopped, world.timeline().nowNanos());
        node.revive();
        shards.clear();
        serving = false;
        world.trace().mark(10, () -> node.name + " starts");
        try {
            int number = 0;
            for (io.millrace.server.LogOpener logs : storage.begin()) {
                Shard shard =
                        new Shard(node.name + "/" + number++, node, world, logs, limits, this);
                shards.add(shard);
                shard.open();
            }
            serving = true;
            stopped = false;
            stoppedCleanly = false;
            idle();
        } catch (LogFailure e) {
            startFailed(e);
        }
    }

    private void startFailed(LogFailure failure) {
        world.trace().mark(11, () -> node.name + " does not start: " + failure.getMessage());
        if (!storage.explains(failure)) {
            throw new Violation(
                    Check.NO_FAILURE_WITHOUT_CAUSE, node.name + " does not start: " + failure);
        }
        serving = false;
        node.kill();
    }

    private void idle() {
        node.after(
                IDLE_NANOS,
                () -> {
                    storage.idle(IDLE_NANOS / Node.MILLI);
                    turned();
                    idle();
                });
    }

    boolean isServing() {
        return serving && node.isAlive();
    }

    List<Shard> shards() {
        return shards;
    }

    /** The way in to one shard. */
    Network.Door door(int shard) {
        return new Network.Door() {
            @Override
            public Node node() {
                return node;
            }

            @Override
            public boolean isOpen() {
                return isServing();
            }

            @Override
            public FrameLink.Listener accept(FrameLink link) {
                return new Leased(shards.get(shard).accept(link), node.life());
            }
        };
    }

    /** A broker's end of a link, which hears nothing once the broker is no owner any more. */
    private final class Leased implements FrameLink.Listener {

        private final FrameLink.Listener listener;
        private final int life;

        Leased(FrameLink.Listener listener, int life) {
            this.listener = listener;
            this.life = life;
        }

        @Override
        public void received(byte[] array, int offset, int length) {
            if (mayGoOn() && life == node.life()) {
                listener.received(array, offset, length);
            }
        }

        @Override
        public void readComplete(boolean lendsThread) {
            if (mayGoOn() && life == node.life()) {
                listener.readComplete(lendsThread);
            }
        }

        @Override
        public void closed(String reason) {
            listener.closed(reason);
        }
    }

    @Override
    public boolean mayGoOn() {
        if (node.isAlive() && serving && !storage.mayServe()) {
            world.coverage().happened("seen owner whose lease is over");
            retire();
        }
        return node.isAlive();
    }

    /** Whether it can do nothing, and cannot be made to. */
    boolean isAway() {
        return away;
    }

    /** It is switched off, or may come back. */
    void away(boolean gone) {
        away = gone;
    }

    @Override
    public void turned() {
        if (!flushPlanned) {
            flushPlanned = true;
            int life = node.life();
            node.after(node.random.nextInt(FLUSH_NANOS), () -> flush(life));
        }
    }

    private void flush(int life) {
        flushPlanned = false;
        boolean worked = storage.step();
        if (storage.isOff()) {
            world.trace().mark(12, () -> node.name + " loses power by itself");
            die(0);
            return;
        }
        if (worked && life == node.life()) {
            shards.forEach(Shard::news);
            turned();
        }
    }

    @Override
    public void failed(RuntimeException failure) {
        world.coverage().happened("seen partition built anew");
        world.oracle().lives().partitionFailed();
        if (!(failure instanceof IndexLost) && !storage.explains(failure)) {
            throw new Violation(
                    Check.NO_FAILURE_WITHOUT_CAUSE, node.name + ": a partition failed: " + failure);
        }
    }

    @Override
    public void stuck() {
        if (serving) {
            serving = false;
            world.coverage().happened("seen partition closed for good");
            world.timeline().after(OPERATOR_NANOS, operator);
        }
    }

    /** The process is gone; its clients hear of it after some time. */
    void die(long newsAfterNanos) {
        serving = false;
        flushPlanned = false;
        node.kill();
        world.network().died(node, newsAfterNanos);
        world.trace().mark(13, () -> node.name + " dies");
    }

    /** Stops as it should: everything is flushed, and checkpoints are taken. */
    void stop() {
        shards.forEach(Shard::step);
        while (storage.step()) {
            shards.forEach(Shard::step);
        }
        if (!storage.isOff()) {
            storage.finish();
            shards.forEach(Shard::close);
            stopped = true;
            stoppedCleanly = !storage.isBroken();
        }
        die(0);
    }

    /** Stops serving at once, because it is no owner any more. */
    void retire() {
        shards.forEach(Shard::abandon);
        die(0);
    }
}
