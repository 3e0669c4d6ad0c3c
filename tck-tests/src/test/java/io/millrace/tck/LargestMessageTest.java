package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.partition.RedeliveryPolicy;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;

/** What a broker takes it can also deliver, and put aside with what it says about it. */
class LargestMessageTest {

    private static final int WAIT_MILLIS = 20_000;
    private static final int TOO_LARGE = 17 << 20;

    @OverEachUri
    void arrivesAndMayBecomeADeadLetter(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("q".repeat(1_000));
        int largest = largest(session, session.createProducer(session.createQueue("trial")));
        session.createProducer(queue).send(bytes(session, largest));
        MessageConsumer consumer = session.createConsumer(queue);
        for (int time = 1; time <= RedeliveryPolicy.USUAL.maxDeliveries(); time++) {
            assertEquals(largest, length(consumer), "delivery " + time);
            session.recover();
        }
        MessageConsumer dead = session.createConsumer(session.createQueue("DLQ"));
        assertEquals(largest, length(dead), "the dead letter");
    }

    private static long length(MessageConsumer consumer) throws JMSException {
        BytesMessage message = (BytesMessage) consumer.receive(WAIT_MILLIS);
        return message == null ? -1 : message.getBodyLength();
    }

    /** The largest body that is not refused, in bytes. */
    private static int largest(Session session, MessageProducer producer) throws JMSException {
        int taken = 0;
        int refused = TOO_LARGE;
        while (refused - taken > 1) {
            int size = taken + (refused - taken) / 2;
            if (isTaken(session, producer, size)) {
                taken = size;
            } else {
                refused = size;
            }
        }
        return taken;
    }

    private static boolean isTaken(Session session, MessageProducer producer, int size)
            throws JMSException {
        producer.setTimeToLive(1);
        BytesMessage message = bytes(session, size);
        try {
            producer.send(message);
            return true;
        } catch (JMSException e) {
            return false;
        }
    }

    private static BytesMessage bytes(Session session, int size) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[size]);
        return message;
    }
}
