package io.millrace.simulation;

/** A session whose consumers receive in its transactions. */
interface Receiving {

    /** Whether the application may get messages now: not while it waits for an outcome. */
    boolean mayReceive();

    /** The transaction that it is in. */
    TransactionRecord record();
}
