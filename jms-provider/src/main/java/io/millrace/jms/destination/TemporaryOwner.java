package io.millrace.jms.destination;

import jakarta.jms.JMSException;

/** Deletes a temporary destination: the connection that created it. */
public interface TemporaryOwner {

    /** Deletes it; fails if it has consumers (Jakarta Messaging 3.1, 6.2.2). */
    void deleteTemporary(MillraceDestination destination) throws JMSException;
}
