package io.millrace.storage.segment;

import io.millrace.core.log.LogFailure;
import org.jspecify.annotations.Nullable;

/** Whether a log still works. Set once by the flusher, read by everybody. */
final class LogHealth {

    private volatile @Nullable LogFailure failure;

    boolean failed() {
        return failure != null;
    }

    void fail(LogFailure cause) {
        failure = cause;
    }

    /** Throws what made the log fail, with the stack of the caller who finds out. */
    void requireWorking() {
        LogFailure cause = failure;
        if (cause != null) {
            throw new LogFailure(
                    cause.kind(),
                    "Expected a working log, but it failed earlier: " + cause.getMessage(),
                    cause);
        }
    }
}
