package io.millrace.simulation;

import io.millrace.wire.FrameLink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Links between nodes: each keeps its order; any may be slow, stand still, or break. */
final class Network {

    private static final long MICRO = 1_000;

    private final Timeline timeline;
    private final Trace trace;
    private final Random random;
    private final List<SimulatedLink> links = new ArrayList<>();
    private final Set<String> cutPaths = new HashSet<>();
    private final Map<byte[], Departure> departuresByFrame = new IdentityHashMap<>();
    private long slowNanos;

    /** Takes a link that a client opened, as a broker does. */
    interface Door {

        Node node();

        /** Whether anybody listens. */
        boolean isOpen();

        FrameLink.Listener accept(FrameLink link);
    }

    Network(Timeline timeline, Trace trace, long seed) {
        this.timeline = timeline;
        this.trace = trace;
        this.random = new Random(seed ^ Node.mix("network"));
    }

    /** Opens a link. */
    FrameLink connect(Node client, Door door, FrameLink.Listener listener) throws IOException {
        if (!door.isOpen() || isCut(client, door.node())) {
            throw new IOException("nobody answers at " + door.node().name);
        }
        SimulatedLink link = new SimulatedLink(this, client, door, listener);
        links.add(link);
        return link.clientEnd();
    }

    Timeline timeline() {
        return timeline;
    }

    Trace trace() {
        return trace;
    }

    /** How long a frame takes. */
    long latencyNanos() {
        long usual = 20 * MICRO + (long) (random.nextDouble() * 300 * MICRO);
        long rare = random.nextInt(50) == 0 ? random.nextInt(20) * Node.MILLI : 0;
        return usual + rare + (slowNanos == 0 ? 0 : (long) (random.nextDouble() * slowNanos));
    }

    Random random() {
        return random;
    }

    boolean isCut(Node a, Node b) {
        return cutPaths.contains(path(a, b));
    }

    private static String path(Node a, Node b) {
        return a.name + "|" + b.name;
    }

    /** Nothing gets through between two nodes any more, and neither side hears of it. */
    void cut(Node client, Node broker) {
        cutPaths.add(path(client, broker));
    }

    /** What was held up goes on. */
    void heal(Node client, Node broker) {
        cutPaths.remove(path(client, broker));
        for (SimulatedLink link : List.copyOf(links)) {
            link.pump();
        }
    }

    /** Everything heals and is as fast as usual. */
    void healAll() {
        cutPaths.clear();
        slowNanos = 0;
        for (SimulatedLink link : List.copyOf(links)) {
            link.pump();
        }
    }

    /** Adds up to this to how long each frame takes. */
    void slow(long nanos) {
        slowNanos = nanos;
    }

    /** Breaks a link between two nodes, if there is one; what is under way is lost. */
    boolean reset(Node client, Node broker) {
        boolean any = false;
        for (SimulatedLink link : List.copyOf(links)) {
            if (link.isBetween(client, broker)) {
                link.reset();
                any = true;
            }
        }
        return any;
    }

    /** A node died: the others hear of it some time later. */
    void died(Node node, long afterNanos) {
        for (SimulatedLink link : List.copyOf(links)) {
            link.died(node, afterNanos);
        }
    }

    /**
     * A frame with deliveries leaves a broker.
     *
     * @param wallMillis the latest time that the clock of any broker showed before
     */
    record Departure(long atNanos, long wallMillis, SimulatedLink link) {

        /** When the link was over; {@link Long#MAX_VALUE} if it is not. */
        long overAtNanos() {
            return link.overAtNanos();
        }

        /** Whether another left the same broker, in the same life. */
        boolean isOfSameBroker(Departure other) {
            return link.isOfSameBroker(other.link);
        }
    }

    /** A frame with deliveries leaves a broker now. */
    void leaves(byte[] array, FrameLink over, long wallMillis) {
        SimulatedLink link = ((SimulatedLink.End) over).link();
        departuresByFrame.put(array, new Departure(timeline.nowNanos(), wallMillis, link));
    }

    /** When and over which link the frame in this array left its broker. */
    Departure departureOf(byte[] array) {
        Departure departure = departuresByFrame.get(array);
        if (departure == null) {
            throw new IllegalStateException("Expected a frame that left a broker");
        }
        return departure;
    }

    void forget(SimulatedLink link) {
        links.remove(link);
    }
}
