package io.millrace.jms.client;

import io.millrace.wire.Id128;
import io.millrace.wire.TransactionId;

/**
 * What a session's transactions have in all partitions: the session's id, the number of the
 * transaction that it is in, and the sequences of its messages, which are never used twice, so that
 * a JMSMessageID is not. Thread-safe.
 */
final class TransactionNumbers {

    private final Id128 sessionId;

    // Guarded by this.
    private long number = 1;
    private long nextSequence = 1;

    TransactionNumbers(Id128 sessionId) {
        this.sessionId = sessionId;
    }

    Id128 sessionId() {
        return sessionId;
    }

    /** The transaction that the session is in. */
    synchronized TransactionId id() {
        return new TransactionId(sessionId, number);
    }

    /** It is decided: the next begins. */
    synchronized void decided() {
        number++;
    }

    /** The sequence that the next message will have. */
    synchronized long nextSequence() {
        return nextSequence;
    }

    /** A message has {@link #nextSequence}. */
    synchronized void taken() {
        nextSequence++;
    }
}
