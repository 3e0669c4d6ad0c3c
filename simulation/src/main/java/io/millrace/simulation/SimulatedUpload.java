package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ProducerCore;
import io.millrace.jms.client.ProducerPort;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TemporaryName;
import java.util.List;
import java.util.function.Consumer;

/** An application sends the body of a large message ahead; now and then it thinks better of it. */
final class SimulatedUpload implements ProducerPort {

    private static final int MAX_PARTS = 5;
    private static final int MAX_PART_BYTES = 3_000;

    private final Application application;
    private final BrokerConnection connection;
    private final String name;
    private final Consumer<BodyReference> whole;
    private final ProducerCore core;
    private final int partition;
    private long bodyId;
    private long bytes;
    private int parts;
    private boolean failed;

    /**
     * An upload that has not begun.
     *
     * @param partition where the message will be
     * @param whole called once all of it is stored
     */
    SimulatedUpload(
            Application application,
            BrokerConnection connection,
            int partition,
            String name,
            Consumer<BodyReference> whole) {
        this.application = application;
        this.connection = connection;
        this.name = TemporaryName.at(partition, name);
        this.partition = partition;
        this.whole = whole;
        this.core =
                new ProducerCore(
                        connection.options(),
                        connection,
                        partition,
                        connection.nextHandle(),
                        connection.newProducerId());
    }

    void begin() {
        var unused =
                connection
                        .askLater(
                                id ->
                                        new ControlFrame.CreateTemporary(
                                                id, DestinationKind.BODY, name))
                        .whenComplete(
                                (located, refusal) -> {
                                    if (!application.uses(connection)) {
                                        return;
                                    }
                                    if (refusal != null) {
                                        application.requireExpected(refusal, ErrorCode.UNAVAILABLE);
                                    } else {
                                        send((BrokerFrame.Located) located);
                                    }
                                });
    }

    private void send(BrokerFrame.Located located) {
        bodyId = located.destinationId();
        connection.register(this);
        int wanted = 1 + application.node.random.nextInt(MAX_PARTS);
        for (parts = 0; parts < wanted && core.failure() == null; parts++) {
            ProducerCore.Batch batch =
                    core.batchFor(
                            bodyId, application.node.clock.millis(), ProducerCore.Mode.PERSISTENT);
            int size = 1 + application.node.random.nextInt(MAX_PART_BYTES);
            LargeContent.writePart(batch.frame(), bodyId, bytes, size);
            bytes += size;
            core.added(batch, bodyId);
            core.flush(true);
        }
    }

    @Override
    public ProducerCore core() {
        return core;
    }

    @Override
    public void done(List<ProducerCore.Batch> batches) {
        batches.forEach(batch -> failed |= batch.refusal() != null);
        if (batches.isEmpty()
                || !core.isIdle()
                || core.failure() != null
                || !application.uses(connection)) {
            return;
        }
        connection.unregister(this);
        if (failed || application.node.random.nextInt(8) == 0) {
            connection.locations().dropBody(partition, bodyId);
        } else {
            whole.accept(LargeContent.reference(bodyId, bytes, parts));
        }
    }
}
