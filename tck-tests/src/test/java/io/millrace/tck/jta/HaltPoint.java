package io.millrace.tck.jta;

/** Where in a commit an application dies, and what has become of its transaction then. */
enum HaltPoint {
    NOWHERE(Halt.Call.NONE, 0, false, false),
    BEFORE_PREPARES(Halt.Call.PREPARE, 1, false, false),
    BETWEEN_PREPARES(Halt.Call.PREPARE, 2, false, false),
    /** The manager has not logged its decision. */
    AFTER_PREPARES(Halt.Call.PREPARE, 2, true, false),
    /** The manager has logged its decision. */
    BEFORE_COMMITS(Halt.Call.COMMIT, 1, false, true),
    BETWEEN_COMMITS(Halt.Call.COMMIT, 2, false, true),
    AFTER_COMMITS(Halt.Call.COMMIT, 2, true, true);

    private final Halt.Call call;
    private final int number;
    private final boolean after;
    private final boolean committed;

    HaltPoint(Halt.Call call, int number, boolean after, boolean committed) {
        this.call = call;
        this.number = number;
        this.after = after;
        this.committed = committed;
    }

    /** Whether this is the moment, counting both resources' calls of a kind from 1. */
    boolean isAt(Halt.Call made, int count, boolean returned) {
        return call == made && number == count && after == returned;
    }

    /** What recovery has to make of the transaction. */
    boolean isCommitted() {
        return committed;
    }
}
