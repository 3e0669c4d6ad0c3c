package io.millrace.storage.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The device, or the share of it that this process may use, has no room left. */
public final class DiskFullException extends IOException {

    private static final long serialVersionUID = 1L;

    public DiskFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
