package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Many connections send asynchronously to one queue in turn, one message each; one consumer drains
 * it.
 */
record ManyConnections(int connections) implements Workload {

    private static final int BODY_BYTES = 100;

    @Override
    public String name() {
        return "connections-" + connections;
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "asynchronous persistent sends of %d bytes over %,d connection%s in turn to one queue",
                BODY_BYTES,
                connections,
                connections == 1 ? "" : "s");
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        Wiring wiring = new Wiring(factory);
        SendWindow received = new SendWindow("messages received", BACKLOG);
        Session consuming = wiring.consumerSession("");
        consuming
                .createConsumer(consuming.createQueue(queue))
                .setMessageListener(
                        wiring.watched(new Arrivals(BODY_BYTES, connections, received)));
        List<Wiring.Lane> lanes = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Session session = wiring.producerSession(false);
            lanes.add(Wiring.lane(session, session.createQueue(queue), DeliveryMode.PERSISTENT));
        }
        return wiring.start(new AsyncSender(lanes, new Body(BODY_BYTES), WINDOW), received, 1);
    }

    /** The first message of each makes the broker open what later ones find. */
    @Override
    public long warmUpMessages() {
        return 2L * connections;
    }
}
