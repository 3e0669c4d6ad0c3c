package io.millrace.simulation;

/** The product broke a promise. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Check check;

    Violation(Check check, String message) {
        super(check + ": " + message);
        this.check = check;
    }

    Check check() {
        return check;
    }
}
