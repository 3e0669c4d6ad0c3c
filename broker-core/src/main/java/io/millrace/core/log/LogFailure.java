package io.millrace.core.log;

import org.jspecify.annotations.Nullable;

/**
 * The log could not do what it was asked to. The partition closes: nothing that was not yet
 * reported durable may be confirmed. What to do next depends on the {@link Kind}.
 */
public final class LogFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What went wrong, by what the owner has to do about it. */
    public enum Kind {
        /**
         * The device refused a read, write or flush. Reopen once the device works; never retry on
         * the same file.
         */
        DEVICE,
        /** No room left. Free space, then reopen. */
        FULL,
        /**
         * Stored bytes are damaged in the middle of the log. A person must decide; the message says
         * where.
         */
        CORRUPT,
        /** Another process holds the directory. Stop it or choose another directory. */
        LOCKED,
        /** A higher epoch owns the partition. Stop serving it. */
        FENCED,
        /**
         * The log is closed, the entry is too large, or the offset is not in the log. A bug of the
         * caller.
         */
        MISUSE
    }

    public LogFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public LogFailure(Kind kind, String message) {
        this(kind, message, null);
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }
}
