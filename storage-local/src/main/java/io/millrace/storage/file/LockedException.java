package io.millrace.storage.file;

import java.io.IOException;

/** Somebody else holds a lock. */
public final class LockedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String holder;

    public LockedException(String holder) {
        super("used by " + holder);
        this.holder = holder;
    }

    /** Who holds it, for a message: {@code process 1234 on HOST}. */
    public String holder() {
        return holder;
    }
}
