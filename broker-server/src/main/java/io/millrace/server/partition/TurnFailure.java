package io.millrace.server.partition;

import java.io.Serial;

/** A turn, or a replay, ended in an error of the JVM, as when a stack or the heap is at its end. */
final class TurnFailure extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    private TurnFailure(Error error) {
        super("Expected a partition to go on, but it ended with " + error, error);
    }

    /** What ended a turn, as the failure of the partition. */
    static RuntimeException of(Throwable end) {
        return end instanceof RuntimeException failure ? failure : new TurnFailure((Error) end);
    }
}
