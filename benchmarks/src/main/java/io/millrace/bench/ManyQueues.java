package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One session sends asynchronously to many queues in turn, one message each; another session
 * consumes all of them.
 */
record ManyQueues(int queues) implements Workload {

    private static final int BODY_BYTES = 100;

    @Override
    public String name() {
        return "queues-" + queues;
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "asynchronous persistent sends of %d bytes to %,d queue%s in turn",
                BODY_BYTES,
                queues,
                queues == 1 ? "" : "s");
    }

    @Override
    public Load start(ConnectionFactory factory, String name) throws JMSException {
        Wiring wiring = new Wiring(factory);
        SendWindow received = new SendWindow("messages received", BACKLOG);
        Session consuming = wiring.consumerSession("");
        Session producing = wiring.producerSession(false);
        Arrivals arrivals = wiring.watched(new Arrivals(BODY_BYTES, queues, received));
        List<Wiring.Lane> lanes = new ArrayList<>();
        for (int i = 0; i < queues; i++) {
            Queue queue = consuming.createQueue(name + "." + i);
            consuming.createConsumer(queue).setMessageListener(arrivals);
            lanes.add(Wiring.lane(producing, queue, DeliveryMode.PERSISTENT));
        }
        return wiring.start(new AsyncSender(lanes, new Body(BODY_BYTES), WINDOW), received, 1);
    }

    /** The first message of each makes the broker open what later ones find. */
    @Override
    public long warmUpMessages() {
        return 2L * queues;
    }
}
