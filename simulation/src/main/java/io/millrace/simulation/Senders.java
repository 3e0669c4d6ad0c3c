package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import java.util.ArrayList;
import java.util.List;

/** What an application sends outside of transactions: its producers, each at one partition. */
final class Senders {

    /** At each partition. */
    private static final int MAX_PRODUCERS = 3;

    private static final int LARGE_ONE_IN = 12;

    private final World world;
    private final Node node;
    private final Application application;

    // Of this life and this connection.
    private final List<SimulatedProducer> producers = new ArrayList<>();

    Senders(World world, Node node, Application application) {
        this.world = world;
        this.node = node;
        this.application = application;
    }

    /** Opens one more where a destination lives. */
    void open(BrokerConnection current, MillraceDestination destination) {
        BrokerFrame.Located to = application.locate(current, destination);
        if (to != null && at(to.partition()).size() < MAX_PRODUCERS) {
            open(current, to.partition());
        }
    }

    private SimulatedProducer open(BrokerConnection current, int partition) {
        SimulatedProducer opened =
                new SimulatedProducer(world, node, application.nextName(), current, partition);
        producers.add(opened);
        return opened;
    }

    private List<SimulatedProducer> at(int partition) {
        return producers.stream().filter(each -> each.partition() == partition).toList();
    }

    /** Closes some of those that nothing is expected of. */
    void close(BrokerConnection current) {
        producers.removeIf(
                producer -> {
                    boolean closes = producer.core().isIdle() && node.random.nextBoolean();
                    if (closes) {
                        current.unregister(producer);
                    }
                    return closes;
                });
    }

    /** Sends some messages to a destination, or a large one. */
    void send(BrokerConnection current, MillraceDestination destination) {
        int count = node.random.nextInt(10) == 0 ? 40 : 1 + node.random.nextInt(5);
        boolean flush = node.random.nextBoolean();
        BrokerFrame.Located to = application.locate(current, destination);
        if (to == null) {
            return;
        }
        List<SimulatedProducer> open = at(to.partition());
        SimulatedProducer producer =
                open.isEmpty()
                        ? open(current, to.partition())
                        : open.get(node.random.nextInt(open.size()));
        if (node.random.nextInt(LARGE_ONE_IN) == 0) {
            new SimulatedUpload(
                            application,
                            current,
                            to.partition(),
                            "body/" + application.nextName(),
                            body ->
                                    producer.sendLarge(
                                            destination.name(),
                                            to.destinationId(),
                                            body,
                                            producers.contains(producer)))
                    .begin();
        } else {
            producer.send(destination.name(), to.destinationId(), count, flush);
        }
    }

    /** Lets nothing wait for company. */
    void flush() {
        producers.forEach(SimulatedProducer::flush);
    }

    /** Whether nothing waits for an answer. */
    boolean isIdle() {
        return producers.stream().allMatch(producer -> producer.core().isIdle());
    }

    /** Their application died. */
    void died() {
        producers.forEach(SimulatedProducer::died);
    }

    /** The connection is gone with all of them. */
    void forget() {
        producers.clear();
    }
}
