package io.millrace.core.partition;

import io.millrace.wire.WireFormatException;

/**
 * Why deliveries came back, which decides how they are counted (Jakarta Messaging 3.1, 3.4.7,
 * 3.5.11).
 */
public enum ReturnCause {
    /**
     * The application had them: the next delivery is flagged and counted, and counts against a
     * redelivery limit.
     */
    GIVEN(0),
    /** The application never had them: as if they had not left. */
    NEVER_GIVEN(1),
    /** Their holder vanished: flagged and counted, but not against a redelivery limit. */
    UNKNOWN(2),
    /** Their holder, who was taken for lost, still has them: what was counted for that is not. */
    RECLAIMED(3);

    private static final ReturnCause[] VALUES = values();

    private final int number;

    ReturnCause(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ReturnCause of(int number) {
        if (number < 0 || number >= VALUES.length) {
            throw new WireFormatException("Expected a return cause of 0 to 3, but it is " + number);
        }
        return VALUES[number];
    }
}
