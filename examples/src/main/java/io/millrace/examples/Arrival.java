package io.millrace.examples;

import jakarta.jms.JMSException;
import jakarta.jms.Message;

/** What a message says about itself: whether its receiver may have seen it before. */
enum Arrival {
    /** The first time, for certain. */
    FIRST,
    /** The broker may have delivered it before, and its receiver died before it acknowledged. */
    REDELIVERED,
    /** The publisher may have sent it before, and died before it knew. */
    RESENT;

    static Arrival of(Message message) throws JMSException {
        if (message.getJMSRedelivered()) {
            return REDELIVERED;
        }
        // A property that is absent reads as false (Jakarta Messaging 3.1, 3.5.4).
        return message.getBooleanProperty(QuakeMessage.RESENT) ? RESENT : FIRST;
    }
}
