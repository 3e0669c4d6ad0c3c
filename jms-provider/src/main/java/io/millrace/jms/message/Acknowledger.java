package io.millrace.jms.message;

import jakarta.jms.JMSException;

/**
 * What {@code Message.acknowledge()} does: acknowledges all that the message's session has
 * delivered.
 */
public interface Acknowledger {
    void acknowledge() throws JMSException;
}
