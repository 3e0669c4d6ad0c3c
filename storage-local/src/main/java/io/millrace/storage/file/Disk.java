package io.millrace.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Directories and files as a log needs them. What a call did survives a power loss only after the
 * matching force: contents after {@link DiskFile#force}, names after {@link #forceDirectory}.
 *
 * <p>Every method may be called from any thread. A full device is reported as {@link
 * DiskFullException}, everything else that the device refuses as a plain {@link IOException}.
 */
public interface Disk {

    /** Creates a directory and its missing parents; they survive a power loss when this returns. */
    void createDirectories(Path directory) throws IOException;

    /** The names (not paths) of the files in a directory, in no order. */
    List<String> list(Path directory) throws IOException;

    /** Opens a file for reading and writing, and creates it empty if it is missing. */
    DiskFile open(Path file) throws IOException;

    /** Opens an existing file for reading. */
    DiskFile openForReading(Path file) throws IOException;

    /**
     * Renames a file in one step; a file of the new name is replaced. Files that are open stay
     * usable.
     */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file if it exists. Files that are open stay usable. */
    void delete(Path file) throws IOException;

    /** Makes creations, renames and deletions in a directory survive a power loss. */
    void forceDirectory(Path directory) throws IOException;

    /** By how many bytes files in an existing directory may grow, as far as the system knows. */
    long usableBytes(Path directory) throws IOException;

    /**
     * Locks a file (created if missing) against other processes and other users in this one,
     * without waiting.
     *
     * @throws LockedException if somebody holds the lock; says who
     */
    DiskLock lock(Path file) throws IOException;
}
