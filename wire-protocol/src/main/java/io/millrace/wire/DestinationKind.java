package io.millrace.wire;

/** What a destination is. The number is its form on the wire and in the log. */
public enum DestinationKind {
    QUEUE(0),
    TOPIC(1),
    TEMPORARY_QUEUE(2),
    TEMPORARY_TOPIC(3),

    /**
     * The body of one large message, in parts: a queue of the connection that sends it, which
     * nobody consumes from. It ends with the last message that refers to it ({@link
     * BodyReference}).
     */
    BODY(4);

    private static final DestinationKind[] VALUES = values();

    private final int number;

    DestinationKind(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public boolean isQueue() {
        return this == QUEUE || this == TEMPORARY_QUEUE || this == BODY;
    }

    public boolean isTemporary() {
        return this == TEMPORARY_QUEUE || this == TEMPORARY_TOPIC || this == BODY;
    }

    public static DestinationKind of(int number) {
        if (number < 0 || number >= VALUES.length) {
            throw new WireFormatException(
                    "Expected a destination kind of 0 to 4, but it is " + number);
        }
        return VALUES[number];
    }
}
