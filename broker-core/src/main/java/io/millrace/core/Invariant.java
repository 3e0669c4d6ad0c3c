package io.millrace.core;

/**
 * Checks that must hold whatever a client sends: a failure is a bug, and the partition closes to be
 * rebuilt.
 */
public final class Invariant {

    private Invariant() {}

    /** Throws if a condition does not hold. On in production. */
    public static void require(boolean condition, String expectation) {
        if (!condition) {
            throw new Broken("Expected " + expectation + ", but it does not hold");
        }
    }

    /** A bug of the broker. Nothing decided in the same turn may be stored or sent. */
    public static final class Broken extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }
}
