package io.millrace.wire;

/** What becomes of deliveries that a consumer gives an answer to. */
public enum Outcome {
    /** Processed: never delivered again. */
    ACCEPTED(0),
    /** Was given to the application and comes back: redelivered with flag and count. */
    RELEASED(1),
    /** Was never given to the application: comes back as if it had not left. */
    NEVER_GIVEN(2),
    /** Cannot be processed: to the dead-letter destination. Reserved. */
    REJECTED(3);

    private static final Outcome[] VALUES = values();

    private final int number;

    Outcome(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static Outcome of(int number) {
        if (number < 0 || number >= VALUES.length) {
            throw new WireFormatException("Expected an outcome of 0 to 3, but it is " + number);
        }
        return VALUES[number];
    }
}
