package io.millrace.jms.client;

import org.jspecify.annotations.Nullable;

/** An administrator has decided otherwise about a branch in some partitions (XA_HEURMIX). */
public final class MixedOutcomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MixedOutcomeException(@Nullable String message) {
        super("Expected one outcome in all partitions, but in some it is another: " + message);
    }
}
