package io.millrace.tck.jta;

/** Where in a commit an application dies, and what has become of its transaction then. */
enum HaltPoint {
    NOWHERE(Halt.Call.NONE, 0, false, 0, false),
    BEFORE_PREPARES(Halt.Call.PREPARE, 1, false, 0, false),
    BETWEEN_PREPARES(Halt.Call.PREPARE, 2, false, 1, false),
    /** The manager has not logged its decision. */
    AFTER_PREPARES(Halt.Call.PREPARE, 2, true, 2, false),
    /** The manager has logged its decision. */
    BEFORE_COMMITS(Halt.Call.COMMIT, 1, false, 2, true),
    BETWEEN_COMMITS(Halt.Call.COMMIT, 2, false, 1, true),
    AFTER_COMMITS(Halt.Call.COMMIT, 2, true, 0, true);

    private final Halt.Call call;
    private final int number;
    private final boolean after;
    private final int inDoubt;
    private final boolean committed;

    HaltPoint(Halt.Call call, int number, boolean after, int inDoubt, boolean committed) {
        this.call = call;
        this.number = number;
        this.after = after;
        this.inDoubt = inDoubt;
        this.committed = committed;
    }

    /** How many of the two resources are left with a prepared branch. */
    int inDoubt() {
        return inDoubt;
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
