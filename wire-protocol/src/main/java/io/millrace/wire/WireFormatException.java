package io.millrace.wire;

/**
 * The bytes do not follow {@code docs/PROTOCOL.md}. The connection that sent them is closed;
 * nothing they asked is done.
 */
public final class WireFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WireFormatException(String message) {
        super(message);
    }
}
