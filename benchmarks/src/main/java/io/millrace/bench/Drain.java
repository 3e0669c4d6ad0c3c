package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import java.util.Locale;

/**
 * A queue is filled while its consumer's connection is stopped; measured is how fast the consumer
 * empties it. What the provider fetched ahead while it was stopped counts too, on all sides alike.
 */
record Drain(int messages) implements Workload {

    private static final int BODY_BYTES = 100;

    @Override
    public String name() {
        return "drain-" + messages;
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "a backlog of %,d persistent messages of %d bytes is drained",
                messages,
                BODY_BYTES);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        SendWindow received = new SendWindow("messages received", BACKLOG);
        return BacklogLoad.drained(
                AsyncSends.traffic(
                        factory, queue, new Body(BODY_BYTES), DeliveryMode.PERSISTENT, received),
                received,
                messages);
    }
}
