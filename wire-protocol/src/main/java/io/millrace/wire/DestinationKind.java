package io.millrace.wire;

/** What a destination is. The number is its form on the wire and in the log. */
public enum DestinationKind {
    QUEUE(0),
    TOPIC(1),
    TEMPORARY_QUEUE(2),
    TEMPORARY_TOPIC(3);

    private static final DestinationKind[] VALUES = values();

    private final int number;

    DestinationKind(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public boolean isQueue() {
        return this == QUEUE || this == TEMPORARY_QUEUE;
    }

    public boolean isTemporary() {
        return this == TEMPORARY_QUEUE || this == TEMPORARY_TOPIC;
    }

    public static DestinationKind of(int number) {
        if (number < 0 || number >= VALUES.length) {
            throw new WireFormatException(
                    "Expected a destination kind of 0 to 3, but it is " + number);
        }
        return VALUES[number];
    }
}
