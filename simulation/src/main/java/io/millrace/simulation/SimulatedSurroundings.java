package io.millrace.simulation;

import io.millrace.jms.client.Surroundings;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import java.io.IOException;
import java.util.List;

/** What an application's connection needs of the world: a node's clock and chance, the network. */
final class SimulatedSurroundings implements Surroundings {

    private final Node node;
    private final Network network;
    private final List<Network.Door> doors;

    SimulatedSurroundings(Node node, Network network, List<Network.Door> doors) {
        this.node = node;
        this.network = network;
        this.doors = doors;
    }

    @Override
    public int hosts() {
        return doors.size();
    }

    @Override
    public FrameLink connect(int host, FrameLink.Listener listener) throws IOException {
        return network.connect(node, doors.get(host), listener);
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public long nanoTime() {
        return node.clock.nanos();
    }

    @Override
    public Id128 newId() {
        return new Id128(node.random.nextLong(), node.random.nextLong());
    }

    @Override
    public long randomBelow(long bound) {
        return node.random.nextInt((int) bound);
    }

    @Override
    public Runnable after(long delayMillis, Runnable task) {
        return node.after(delayMillis * Node.MILLI, task);
    }

    @Override
    public void release() {
        // Nothing is held for it.
    }
}
