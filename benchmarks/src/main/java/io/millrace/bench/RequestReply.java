package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import java.util.Optional;

/**
 * One client sends a request, waits for the reply on its temporary queue, and sends the next; a
 * service with a connection of its own replies from its listener.
 */
record RequestReply(int deliveryMode) implements Workload {

    static final int BODY_BYTES = 100;

    @Override
    public String name() {
        return deliveryMode == DeliveryMode.PERSISTENT
                ? "request-reply"
                : "request-reply-nonpersistent";
    }

    @Override
    public String title() {
        return "%s requests of %d bytes, one at a time, replied to on a temporary queue"
                .formatted(Workloads.mode(deliveryMode), BODY_BYTES);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        return Requests.start(factory, queue, deliveryMode);
    }

    @Override
    public String latencyOf() {
        return "a round trip";
    }

    @Override
    public boolean ratedByLatency() {
        return true;
    }

    @Override
    public Optional<FloorLoad> floor() {
        return deliveryMode == DeliveryMode.PERSISTENT
                ? Optional.of(new FloorLoad.Requests())
                : Optional.empty();
    }

    @Override
    public String aim() {
        return deliveryMode == DeliveryMode.PERSISTENT ? "p50 at most 0.5 ×" : "";
    }
}
