package io.millrace.core.partition;

import io.millrace.wire.WireFormatException;

/**
 * Whether several consumers may use a topic's subscription at a time (Jakarta Messaging 3.1, 8.3).
 */
public enum Sharing {
    /** One consumer at a time; 8.3.1 and 8.3.3. Queues have no need of this. */
    NONE(0),
    /** Any number, and it outlives them; 8.3.4. */
    DURABLE(1),
    /** Any number, and it ends with the last; 8.3.2. */
    NON_DURABLE(2);

    private final int number;

    Sharing(int number) {
        this.number = number;
    }

    /** What a subscription is for which these were asked. */
    public static Sharing of(boolean shared, boolean durable) {
        return !shared ? NONE : durable ? DURABLE : NON_DURABLE;
    }

    /** Its number in the log; never reused. */
    public int number() {
        return number;
    }

    /** The one with this number. */
    public static Sharing of(int number) {
        for (Sharing each : values()) {
            if (each.number == number) {
                return each;
            }
        }
        throw new WireFormatException("Expected a sharing of 0 to 2, but it is " + number);
    }
}
