package io.millrace.jms;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;

/** What a connection or session may be used for (Jakarta Messaging 3.1, Table 9-1). */
enum Domain {
    BOTH,
    QUEUES,
    TOPICS;

    /** Refuses durable and shared subscriptions on a connection for queues. */
    void requireSubscriptions() throws JMSException {
        if (this == QUEUES) {
            throw new IllegalStateException(
                    "Expected a connection that can subscribe to a topic, but this is a"
                            + " QueueConnection");
        }
    }

    /**
     * Refuses what belongs to the other domain.
     *
     * @param ofQueues whether it is about queues; else it is about topics
     */
    void requireUse(boolean ofQueues, String what) throws JMSException {
        if (this == (ofQueues ? TOPICS : QUEUES)) {
            throw new IllegalStateException(
                    "Expected a session that can "
                            + what
                            + ", but this is a "
                            + (this == QUEUES ? "QueueSession" : "TopicSession"));
        }
    }
}
