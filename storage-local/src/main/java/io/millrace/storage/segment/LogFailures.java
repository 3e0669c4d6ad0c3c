package io.millrace.storage.segment;

import io.millrace.core.log.LogFailure;
import io.millrace.storage.file.DiskFullException;
import io.millrace.storage.file.LockedException;
import java.io.IOException;
import java.nio.file.Path;

/** The sentences in which this log fails. */
final class LogFailures {

    private LogFailures() {}

    /** What the disk refused, as the failure that the owner knows how to handle. */
    static LogFailure of(String attempt, Path path, IOException cause) {
        if (cause instanceof DiskFullException) {
            return new LogFailure(
                    LogFailure.Kind.FULL,
                    "Expected room to %s %s, but the disk is full (%s); free space, then reopen the log"
                            .formatted(attempt, path, cause.getMessage()),
                    cause);
        }
        if (cause instanceof LockedException locked) {
            return new LogFailure(
                    LogFailure.Kind.LOCKED,
                    "Expected a directory of our own, but %s is used by %s; stop it or choose another directory"
                            .formatted(path, locked.holder()),
                    cause);
        }
        return new LogFailure(
                LogFailure.Kind.DEVICE,
                "Expected to %s %s, but the device failed (%s); check the disk, then reopen the log"
                        .formatted(attempt, path, cause),
                cause);
    }

    /** Damage at a place: stored bytes that are not what was written. */
    static LogFailure damaged(Path file, long position, long offset, String found) {
        return corrupt(
                "Expected an intact record at position %d of %s (offset %d), but %s"
                        .formatted(position, file, offset, found),
                file);
    }

    /** Damage of any kind; {@code sentence} says what was expected and what is. */
    static LogFailure corrupt(String sentence, Path file) {
        return new LogFailure(
                LogFailure.Kind.CORRUPT,
                "%s. Nothing was changed. Restore the file from a copy, see what 'millrace log repair %s' would do, or move that directory away to start empty"
                        .formatted(sentence, file.getParent()));
    }

    static LogFailure misuse(String sentence) {
        return new LogFailure(LogFailure.Kind.MISUSE, sentence);
    }
}
