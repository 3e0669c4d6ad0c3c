package io.millrace.simulation;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.LogOpener;
import io.millrace.server.messages.RetentionPolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two brokers that can own the same partitions, one at a time, over one replicated log. A lease
 * says who: the owner renews it, stops by its own clock when it could not, and the other takes over
 * later, by a clock that may differ a little.
 */
final class Cluster {

    private static final long LEASE_NANOS = 3_000 * Node.MILLI;
    private static final long RENEW_NANOS = 500 * Node.MILLI;

    /** What clocks may differ by; the owner stops so much earlier. */
    private static final double CAUTION = 0.9;

    private final World world;
    private final Map<Integer, ReplicatedMemory> memories = new TreeMap<>();
    private final List<Member> members = new ArrayList<>();
    private int owner;
    private long leaseEndNanos;
    private long slowNanos;

    Cluster(World world, PartitionLimits limits) {
        this.world = world;
        memories.put(Shard.CATALOG, new ReplicatedMemory());
        for (int partition = 1; partition <= world.scenario().partitions(); partition++) {
            memories.put(partition, new ReplicatedMemory());
        }
        for (int number = 0; number < 2; number++) {
            members.add(new Member(number, limits));
        }
    }

    List<BrokerNode> brokers() {
        return members.stream().map(member -> member.broker).toList();
    }

    /** The first owner starts, and leases are watched. */
    void begin() {
        grant(0);
        watch();
    }

    private void grant(int number) {
        owner = number;
        leaseEndNanos = world.timeline().nowNanos() + LEASE_NANOS;
        Member member = members.get(number);
        member.leased();
        member.broker.start();
        member.renew(member.broker.node.life());
    }

    private void watch() {
        world.timeline()
                .after(
                        RENEW_NANOS,
                        () -> {
                            Member next = members.get(1 - owner);
                            if (world.timeline().nowNanos() > leaseEndNanos) {
                                takeOver(next.broker.isAway() ? members.get(owner) : next);
                            }
                            watch();
                        });
    }

    private void takeOver(Member next) {
        if (next.broker.isAway() || next.broker.isServing()) {
            return;
        }
        world.coverage().happened("seen take-over");
        grant(next.number);
    }

    /** The owner cannot renew its lease for a while. */
    void cutFromLease(int number, long nanos) {
        members.get(number).cutUntilNanos = world.timeline().nowNanos() + nanos;
    }

    /** Appends take up to this much longer. */
    void slow(long nanos) {
        slowNanos = nanos;
    }

    boolean isOwner(int number) {
        return owner == number && members.get(number).broker.isServing();
    }

    /** One broker and its lease. */
    private final class Member implements BrokerNode.Storage {

        final int number;
        final BrokerNode broker;
        long cutUntilNanos;
        private long lastArrivalNanos;
        private long believesUntilNanos;

        Member(int number, PartitionLimits limits) {
            this.number = number;
            this.broker = new BrokerNode("broker-" + number, world, this, limits, this::retire);
        }

        private void retire() {
            if (broker.node.isAlive()) {
                broker.retire();
            }
        }

        void leased() {
            believesUntilNanos = broker.node.clock.nanos() + (long) (CAUTION * LEASE_NANOS);
        }

        void renew(int life) {
            broker.node.after(
                    RENEW_NANOS,
                    () -> {
                        long now = world.timeline().nowNanos();
                        if (owner == number
                                && now >= cutUntilNanos
                                && now <= leaseEndNanos
                                && life == broker.node.life()) {
                            leaseEndNanos = now + LEASE_NANOS;
                            leased();
                        }
                        renew(life);
                    });
        }

        @Override
        public boolean mayServe() {
            PlantedBug bug = world.scenario().bug();
            return bug == PlantedBug.FENCED_OWNER_DELIVERS
                    || bug == PlantedBug.OLD_SETTLE_ACCEPTED
                    || broker.node.clock.nanos() < believesUntilNanos;
        }

        @Override
        public List<LogOpener> begin() {
            return List.of(new Opener());
        }

        @Override
        public boolean step() {
            return false;
        }

        @Override
        public void idle(long millis) {
            // The replicas have nothing to do.
        }

        @Override
        public boolean isOff() {
            return false;
        }

        @Override
        public void finish() {
            // The replicas need no flush.
        }

        @Override
        public boolean isBroken() {
            return false;
        }

        @Override
        public boolean explains(RuntimeException failure) {
            return failure instanceof LogFailure log && log.kind() == LogFailure.Kind.FENCED;
        }

        /** Opens the partitions' logs under a new epoch. */
        private final class Opener implements LogOpener, ReplicatedLog.Owner {

            private final int life = broker.node.life();

            @Override
            public Opened open(int partition, PartitionLog.Listener listener) {
                ReplicatedMemory memory = memories.get(partition);
                if (memory == null || owner != number) {
                    throw new LogFailure(
                            LogFailure.Kind.FENCED, "Expected to own the log, but another does");
                }
                long epoch = memory.claim();
                PlantedLog.Ears ears =
                        new PlantedLog.Ears(world, "replicated/" + partition + "@", listener);
                PartitionLog log = new ReplicatedLog(memory, this, epoch, ears);
                return new Opened(
                        PlantedLog.disguise(world, new WatchedLog(log, world.coverage()), ears),
                        epoch,
                        new LossyIndex(world, epoch));
            }

            @Override
            public int partitions() {
                return world.scenario().partitions();
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
                // Nothing is held.
            }

            @Override
            public long nextNanos() {
                long now = world.timeline().nowNanos();
                long slow =
                        slowNanos == 0
                                ? 0
                                : (long) (world.network().random().nextDouble() * slowNanos);
                lastArrivalNanos =
                        Math.max(lastArrivalNanos, now + world.network().latencyNanos() + slow);
                return lastArrivalNanos - now;
            }

            @Override
            public void travel(long nanos, Runnable arrival) {
                world.timeline().after(nanos, arrival);
            }

            @Override
            public void hear(Runnable news) {
                if (life == broker.node.life()) {
                    broker.node.execute(
                            () -> {
                                news.run();
                                broker.shards().forEach(Shard::news);
                            });
                }
            }

            @Override
            public void fenced() {
                world.coverage().happened("seen append fenced");
            }

            @Override
            public boolean isDeaf(byte[] body) {
                PlantedBug bug = world.scenario().bug();
                if (bug == PlantedBug.FENCED_OWNER_DELIVERS) {
                    return true;
                }
                return bug == PlantedBug.OLD_SETTLE_ACCEPTED && isSettlement(body);
            }

            /** Whether an entry holds nothing but settlements, and what they let go of groups. */
            private static boolean isSettlement(byte[] body) {
                List<Event> events = new ArrayList<>();
                EventCodec.decode(body, events::add);
                return !events.isEmpty()
                        && events.get(0) instanceof PartitionEvent.Settled
                        && events.stream()
                                .allMatch(
                                        event ->
                                                event instanceof PartitionEvent.Settled
                                                        || event
                                                                instanceof
                                                                PartitionEvent.HandedOut);
            }
        }
    }
}
