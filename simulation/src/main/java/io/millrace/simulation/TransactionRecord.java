package io.millrace.simulation;

import java.util.ArrayList;
import java.util.List;

/** A transaction as its application knows it; the oracle keeps it. */
final class TransactionRecord {

    /** What is known of its end. */
    enum Outcome {
        /** Its session is in it. */
        OPEN,
        /** The commit was asked for. */
        DECIDING,
        COMMITTED,
        ROLLED_BACK,
        /** The commit was asked for, and nobody is left to hear the answer. */
        UNKNOWN
    }

    /** A message that it got. */
    record Received(String subscription, long id) {}

    final String name;
    final List<Long> sent = new ArrayList<>();
    final List<Received> received = new ArrayList<>();
    Outcome outcome = Outcome.OPEN;

    /** When the first of its messages left a broker for anybody. */
    long seenAt = Long.MAX_VALUE;

    TransactionRecord(String name) {
        this.name = name;
    }

    boolean isEmpty() {
        return sent.isEmpty() && received.isEmpty();
    }

    boolean isSeen() {
        return seenAt != Long.MAX_VALUE;
    }

    @Override
    public String toString() {
        return name + " " + outcome + " sent " + sent + " received " + received;
    }
}
