package io.millrace.wire;

/**
 * What travels between client and broker: {@link ClientFrame}s one way, {@link BrokerFrame}s the
 * other.
 *
 * <pre>
 *   length u32 | type u8 | flags u8 | payload…        length counts from type on
 * </pre>
 *
 * <p>Fields are only ever added at the end of a payload: a reader ignores bytes that it does not
 * know.
 */
public sealed interface Frame permits ClientFrame, BrokerFrame {

    /** Version of the protocol that this code speaks. */
    int PROTOCOL_VERSION = 1;

    /** Length field, type and flags. */
    int HEADER_BYTES = 6;

    /** Largest frame, counted from its type on. */
    int MAX_BYTES = 16 * 1024 * 1024;

    /**
     * Largest frame with messages that a client sends, counted from its type on. The rest is left
     * for what the broker adds when it delivers them or moves them to a queue of dead letters.
     */
    int MAX_SEND_BYTES = MAX_BYTES - 64 * 1024;

    /** Flag: the payload goes on in the next frame. Reserved; refused by version 1. */
    int FLAG_MORE = 1;

    /** Number of the first partition, and of the only one that older peers know. */
    int FIRST_PARTITION = 1;

    /** The number that says how to read the payload. */
    int type();

    /** Writes the payload. */
    void writeTo(WireOutput to);

    /** Appends this frame with its header. */
    default void encode(WireOutput to) {
        int start = to.size();
        to.writeInt(0).writeByte(type()).writeByte(0);
        writeTo(to);
        to.setInt(start, to.size() - start - Integer.BYTES);
    }

    /** This frame with its header, in an array of its own. */
    default byte[] encoded() {
        WireOutput to = new WireOutput(64);
        encode(to);
        return to.toByteArray();
    }
}
