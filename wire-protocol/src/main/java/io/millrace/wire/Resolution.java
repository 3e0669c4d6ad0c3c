package io.millrace.wire;

/** What becomes of the branch of a distributed transaction, and who says so. */
public enum Resolution {
    /** Its transaction manager commits what was prepared. */
    COMMIT(0),
    /** Its transaction manager rolls it back, prepared or not. */
    ROLLBACK(1),
    /** Its transaction manager commits it without having prepared it: the only one there is. */
    COMMIT_ONE_PHASE(2),
    /** An administrator commits what was prepared; remembered until it is forgotten. */
    HEURISTIC_COMMIT(3),
    /** An administrator rolls back what was prepared; remembered until it is forgotten. */
    HEURISTIC_ROLLBACK(4);

    private static final Resolution[] VALUES = values();

    private final int number;

    Resolution(int number) {
        this.number = number;
    }

    /** Its number on the wire and in the log; never reused. */
    public int number() {
        return number;
    }

    /** Whether an administrator decided in the transaction manager's place. */
    public boolean isHeuristic() {
        return this == HEURISTIC_COMMIT || this == HEURISTIC_ROLLBACK;
    }

    /** Whether what was sent and received in the branch happened. */
    public boolean isCommit() {
        return this != ROLLBACK && this != HEURISTIC_ROLLBACK;
    }

    /** The one with this number. */
    public static Resolution of(int number) {
        if (number < 0 || number >= VALUES.length) {
            throw new WireFormatException("Expected a resolution of 0 to 4, but it is " + number);
        }
        return VALUES[number];
    }
}
