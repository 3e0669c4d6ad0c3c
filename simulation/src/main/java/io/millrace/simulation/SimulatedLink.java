package io.millrace.simulation;

import io.millrace.wire.FrameLink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/** One link between a client and a broker: two pipes, each with an end where frames arrive. */
final class SimulatedLink {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final Network network;
    private final Node client;
    private final Node broker;
    private final End clientEnd;
    private final End brokerEnd;
    private final Pipe toBroker;
    private final Pipe toClient;
    private final int brokerLife;
    private long overAtNanos = Long.MAX_VALUE;

    SimulatedLink(Network network, Node client, Network.Door door, FrameLink.Listener listener) {
        this.network = network;
        this.client = client;
        this.broker = door.node();
        this.brokerLife = broker.life();
        this.toBroker = new Pipe(broker);
        this.toClient = new Pipe(client);
        this.clientEnd = new End(toBroker, toClient);
        this.brokerEnd = new End(toClient, toBroker);
        toClient.listener = listener;
        toBroker.listener = door.accept(brokerEnd);
    }

    FrameLink clientEnd() {
        return clientEnd;
    }

    boolean isBetween(Node a, Node b) {
        return client == a && broker == b;
    }

    /** Delivers what is due, unless the path is cut. */
    void pump() {
        toBroker.pump();
        toClient.pump();
    }

    /** When the first side gave it up; {@link Long#MAX_VALUE} if none has. */
    long overAtNanos() {
        return overAtNanos;
    }

    private void over() {
        overAtNanos = Math.min(overAtNanos, network.timeline().nowNanos());
    }

    boolean isOfSameBroker(SimulatedLink other) {
        return broker == other.broker && brokerLife == other.brokerLife;
    }

    /** Both sides see the link break; what is under way is lost. */
    void reset() {
        over();
        toBroker.breakOff(network.latencyNanos());
        toClient.breakOff(network.latencyNanos());
    }

    /** One side died. Part of what it sent may still arrive. */
    void died(Node node, long afterNanos) {
        if (node != client && node != broker) {
            return;
        }
        over();
        Pipe dead = node == client ? toClient : toBroker;
        Pipe living = node == client ? toBroker : toClient;
        dead.end();
        if (network.random().nextBoolean()) {
            living.arrivals.clear();
        }
        living.put(null, 0, 0, afterNanos);
    }

    /** Something on its way: a frame, or the news that the other side closed. */
    private record Arrival(long atNanos, byte[] array, int offset, int length) {
        boolean isEnd() {
            return length == 0;
        }
    }

    /** One direction. */
    private final class Pipe {

        private final Node to;
        private final int life;
        private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
        FrameLink.@org.jspecify.annotations.Nullable Listener listener;
        private long lastArrivalNanos;
        private boolean broken;
        private boolean ended;

        Pipe(Node to) {
            this.to = to;
            this.life = to.life();
        }

        void put(byte @org.jspecify.annotations.Nullable [] array, int at, int length, long extra) {
            if (ended || broken) {
                // What follows something lost does not arrive either.
                return;
            }
            long now = network.timeline().nowNanos();
            lastArrivalNanos = Math.max(lastArrivalNanos, now + network.latencyNanos() + extra);
            arrivals.add(
                    new Arrival(lastArrivalNanos, array == null ? new byte[0] : array, at, length));
            network.timeline().after(lastArrivalNanos - now, this::pump);
        }

        void pump() {
            boolean any = false;
            while (!network.isCut(client, broker)) {
                Arrival next = arrivals.peek();
                if (next == null || next.atNanos > network.timeline().nowNanos()) {
                    break;
                }
                arrivals.remove();
                any = true;
                inLife(() -> arrived(next));
            }
            if (any) {
                inLife(this::readComplete);
            }
        }

        private void readComplete() {
            FrameLink.Listener hears = listener;
            if (!ended && hears != null) {
                hears.readComplete(network.random().nextBoolean());
            }
        }

        private void inLife(Runnable task) {
            if (life == to.life()) {
                to.execute(task);
            }
        }

        private void arrived(Arrival arrival) {
            FrameLink.Listener hears = listener;
            if (ended || hears == null) {
                return;
            }
            if (arrival.isEnd()) {
                closed("the other side closed the link");
                return;
            }
            network.trace().bytes(arrival.array, arrival.offset, arrival.length);
            hears.received(arrival.array, arrival.offset, arrival.length);
        }

        /** The listener hears of the end, now. */
        private void closed(String reason) {
            FrameLink.Listener hears = listener;
            if (!ended && hears != null) {
                over();
                end();
                // A link that ends this way ends the other way, too.
                other().put(null, 0, 0, 0);
                hears.closed(reason);
            }
        }

        private Pipe other() {
            return this == toBroker ? toClient : toBroker;
        }

        void breakOff(long afterNanos) {
            broken = true;
            arrivals.clear();
            network.timeline().after(afterNanos, () -> inLife(() -> closed("the link was broken")));
        }

        void end() {
            ended = true;
            arrivals.clear();
            if (toBroker.ended && toClient.ended) {
                network.forget(SimulatedLink.this);
            }
        }
    }

    /** What one side holds. */
    final class End implements FrameLink {

        private final Pipe out;
        private final Pipe in;
        private boolean closed;

        End(Pipe out, Pipe in) {
            this.out = out;
            this.in = in;
        }

        SimulatedLink link() {
            return SimulatedLink.this;
        }

        @Override
        public void send(byte[] array, int offset, int length) {
            int at = offset;
            while (!closed && !in.ended && at < offset + length) {
                int frameBytes = (int) INT.get(array, at);
                out.put(array, at + Integer.BYTES, frameBytes, 0);
                at += Integer.BYTES + frameBytes;
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                over();
                out.put(null, 0, 0, 0);
                in.breakOff(0);
            }
        }

        @Override
        public void pauseReading(boolean paused) {
            // What waits here is bounded by the applications.
        }
    }
}
