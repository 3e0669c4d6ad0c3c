package io.millrace.simulation;

/** What the oracle promises in the product's name; each is something an application can see. */
enum Check {
    /**
     * A message whose send was confirmed is processed by somebody, or still waits. A NON_PERSISTENT
     * one may be gone if a broker crashed since it was sent.
     */
    CONFIRMED_IS_KEPT,
    /** A message whose send was refused is never delivered. */
    REFUSED_IS_NOT_STORED,
    /** What is delivered was sent, to this destination, and matches the selector. */
    DELIVERED_WAS_SENT,
    /** Nothing arrives a second time without JMSRedelivered. */
    COPY_IS_FLAGGED,
    /** JMSXDeliveryCount is above the number of times that it was given before. */
    COPY_IS_COUNTED,
    /** Nothing arrives after its acknowledgement was confirmed. */
    ACKNOWLEDGED_STAYS_AWAY,
    /** What is NON_PERSISTENT and was delivered by a broker that crashed is not delivered again. */
    NON_PERSISTENT_LIVES_ONCE,
    /** One producer's messages of a mode reach one consumer in the order they were sent in. */
    ORDER,
    /** Nothing leaves a broker before its delivery time, by the latest clock of any broker. */
    NEVER_EARLY,
    /**
     * Messages of one group are with one consumer at a time, and none overtakes another of its
     * producer.
     */
    GROUP_IS_WITH_ONE,
    /**
     * A transaction happens whole or not at all: what it sends is seen together and after its
     * commit, what it receives is received in no other that is committed.
     */
    TRANSACTION_IS_WHOLE,
    /**
     * What was settled when its subscription was taken back in time comes again, as a replay; no
     * other acknowledged message does.
     */
    REWOUND_COMES_AGAIN,
    /** When faults stop, everything that waits is delivered, and every call returns. */
    DRAINS,
    /** A client that does nothing wrong is not refused. */
    NO_REFUSAL_WITHOUT_CAUSE,
    /** A partition does not fail unless its log does. */
    NO_FAILURE_WITHOUT_CAUSE
}
