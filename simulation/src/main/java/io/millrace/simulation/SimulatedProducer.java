package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ProducerCore;
import io.millrace.jms.client.ProducerPort;
import io.millrace.jms.client.RefusedException;
import io.millrace.wire.BodyReference;
import io.millrace.wire.ErrorCode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An application's sender: a real producer core without a thread that waits for it. */
final class SimulatedProducer implements ProducerPort {

    private static final int LONG_BYTES = 4_000;

    private final World world;
    private final Node node;
    private final String name;
    private final ProducerCore core;
    private final BrokerConnection connection;
    private final int partition;
    private final Set<Long> underWay = new LinkedHashSet<>();
    private final Map<Long, BodyReference> bodiesById = new HashMap<>();

    SimulatedProducer(
            World world, Node node, String name, BrokerConnection connection, int partition) {
        this.world = world;
        this.node = node;
        this.name = name;
        this.connection = connection;
        this.partition = partition;
        this.core =
                new ProducerCore(
                        connection.options(),
                        connection,
                        partition,
                        connection.nextHandle(),
                        connection.newProducerId());
        connection.register(this);
    }

    /** Where it sends to. */
    int partition() {
        return partition;
    }

    @Override
    public ProducerCore core() {
        return core;
    }

    @Override
    public void done(List<ProducerCore.Batch> batches) {
        for (ProducerCore.Batch batch : batches) {
            for (Object attachment : batch.attachments()) {
                long id = (Long) attachment;
                underWay.remove(id);
                RuntimeException refusal = batch.refusal();
                BodyReference body = bodiesById.remove(id);
                if (refusal != null && body != null) {
                    drop(body);
                }
                if (refusal == null) {
                    world.oracle().confirmed(id);
                } else {
                    ErrorCode code =
                            refusal instanceof RefusedException refused
                                    ? refused.code()
                                    : ErrorCode.UNAVAILABLE;
                    world.oracle().refused(id, code, String.valueOf(refusal.getMessage()));
                }
            }
        }
    }

    /** Sends some messages, as far as there is room; about a third is NON_PERSISTENT. */
    void send(String destination, long destinationId, int count, boolean flush) {
        boolean changing = node.random.nextInt(4) == 0;
        boolean persistent = node.random.nextInt(3) > 0;
        for (int sent = 0; sent < count && core.hasRoom() && core.failure() == null; sent++) {
            persistent ^= changing && node.random.nextBoolean();
            ProducerCore.Mode mode =
                    persistent ? ProducerCore.Mode.PERSISTENT : ProducerCore.Mode.NON_PERSISTENT;
            ProducerCore.Batch batch = core.batchFor(destinationId, node.clock.millis(), mode);
            long id = world.oracle().sending(destination, name, persistent);
            underWay.add(id);
            int size = node.random.nextInt(node.random.nextInt(12) == 0 ? LONG_BYTES : 120);
            int start = batch.frame().size();
            Record.write(batch.frame(), id, persistent, size, destination, node.clock.millis());
            if (world.scenario().bug() == PlantedBug.GROUPS_TORN_APART) {
                Record.tearOut(batch.frame(), start, id);
            }
            core.added(batch, id);
            core.flush(flush);
        }
    }

    /**
     * Sends a message whose body was sent ahead, or drops the body if there is no room.
     *
     * @param open whether it was not closed while the body was on its way
     */
    void sendLarge(String destination, long destinationId, BodyReference body, boolean open) {
        if (!open || !core.hasRoom() || core.failure() != null) {
            drop(body);
            return;
        }
        boolean persistent = node.random.nextInt(3) > 0;
        long millis = node.clock.millis();
        ProducerCore.Batch batch =
                core.batchFor(
                        destinationId,
                        millis,
                        persistent
                                ? ProducerCore.Mode.PERSISTENT
                                : ProducerCore.Mode.NON_PERSISTENT);
        long id = world.oracle().sending(destination, name, persistent);
        underWay.add(id);
        bodiesById.put(id, body);
        Record.writeLarge(batch.frame(), id, persistent, body, destination, millis);
        core.added(batch, id);
        core.flush(true);
    }

    private void drop(BodyReference body) {
        connection.locations().dropBody(partition, body.destinationId());
    }

    /** Lets nothing wait for company. */
    void flush() {
        core.flush(true);
    }

    /** Its application died. */
    void died() {
        underWay.forEach(world.oracle()::senderDied);
        underWay.clear();
    }
}
