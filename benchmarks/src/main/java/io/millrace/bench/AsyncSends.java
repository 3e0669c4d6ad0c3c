package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.List;

/**
 * One producer that sends with a completion listener and keeps up to {@link Workload#WINDOW}
 * messages unconfirmed.
 */
record AsyncSends(int bodyBytes, int deliveryMode) implements Workload {

    @Override
    public String name() {
        return (deliveryMode == DeliveryMode.PERSISTENT ? "async-" : "nonpersistent-")
                + Workloads.size(bodyBytes);
    }

    @Override
    public String title() {
        return "asynchronous %s sends of %d bytes, one to one"
                .formatted(Workloads.mode(deliveryMode), bodyBytes);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        return traffic(
                factory,
                queue,
                new Body(bodyBytes),
                deliveryMode,
                new SendWindow("messages received", BACKLOG));
    }

    /** The one to one traffic that other workloads build on. */
    static Traffic traffic(
            ConnectionFactory factory,
            String queue,
            Body body,
            int deliveryMode,
            SendWindow received)
            throws JMSException {
        Wiring wiring = new Wiring(factory);
        wiring.consume(queue, body.sizeBytes(), received);
        Session session = wiring.producerSession(false);
        Wiring.Lane lane = Wiring.lane(session, session.createQueue(queue), deliveryMode);
        return wiring.start(new AsyncSender(List.of(lane), body, WINDOW), received, 1);
    }

    @Override
    public String aim() {
        if (deliveryMode == DeliveryMode.NON_PERSISTENT) {
            return "at least 20 ×";
        }
        return bodyBytes < 1_024 ? "at least 20 ×, aim 1,500,000/s" : "at least 8 ×";
    }
}
