package io.millrace.wire;

/** What says how far back a {@link ControlFrame.Rewind} goes. */
public enum RewindFrom {
    /** To the first message that the log still has. */
    BEGINNING(0),
    /** To a sequence of the destination. */
    SEQUENCE(1),
    /** To what was stored at a time or later, by the broker's clock. */
    TIME(2);

    private final int number;

    RewindFrom(int number) {
        this.number = number;
    }

    /** Its number on the wire; never reused. */
    public int number() {
        return number;
    }

    /** The one with this number. */
    public static RewindFrom of(int number) {
        for (RewindFrom each : values()) {
            if (each.number == number) {
                return each;
            }
        }
        throw new WireFormatException("Expected 0 to 2 as where to rewind to, but it is " + number);
    }
}
