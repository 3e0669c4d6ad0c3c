package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import java.util.Locale;

/**
 * One to one, with many messages waiting all the time: each message that is received was sent that
 * many messages ago. What waits at the end is drained, and how fast is noted.
 */
record StandingBacklog(int messages) implements Workload {

    private static final int BODY_BYTES = 100;

    @Override
    public String name() {
        return "backlog-" + messages;
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "asynchronous persistent sends of %d bytes, one to one, with %,d messages waiting",
                BODY_BYTES,
                messages);
    }

    @Override
    public Load start(ConnectionFactory factory, String queue) throws JMSException {
        SendWindow received = new SendWindow("messages received", WINDOW);
        return BacklogLoad.standing(
                AsyncSends.traffic(
                        factory, queue, new Body(BODY_BYTES), DeliveryMode.PERSISTENT, received),
                received,
                messages);
    }
}
