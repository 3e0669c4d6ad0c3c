package io.millrace.wire;

/** What a partition knows of the end of a session's transaction. */
public enum TransactionOutcome {
    /** All of it happened, durably. */
    COMMITTED(0),
    /** Nothing of it happened or ever will, whatever is still under way. */
    ROLLED_BACK(1),
    /** Its session may still be deciding: ask again. */
    PENDING(2),
    /** It is not known any more. */
    NOT_KNOWN(3);

    private static final TransactionOutcome[] VALUES = values();

    private final int number;

    TransactionOutcome(int number) {
        this.number = number;
    }

    /** Its number on the wire; never reused. */
    public int number() {
        return number;
    }

    /** Whether it is certain, and stays so. */
    public boolean isCertain() {
        return this == COMMITTED || this == ROLLED_BACK;
    }

    /** The one with this number. */
    public static TransactionOutcome of(int number) {
        if (number < 0 || number >= VALUES.length) {
            throw new WireFormatException("Expected an outcome of 0 to 3, but it is " + number);
        }
        return VALUES[number];
    }
}
