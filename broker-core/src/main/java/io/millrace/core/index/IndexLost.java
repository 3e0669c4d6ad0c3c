package io.millrace.core.index;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A page cannot be read back. The log has all that was in it: the owner drops the index, builds the
 * partition anew without it, and does not take this for a failure of the log. Nothing but the open
 * turn is lost, of which nobody has seen anything.
 */
public final class IndexLost extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    public IndexLost(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
