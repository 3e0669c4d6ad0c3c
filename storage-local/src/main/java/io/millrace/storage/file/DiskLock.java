package io.millrace.storage.file;

/** A lock that this process holds on a file. It ends with {@link #close} or with the process. */
public interface DiskLock extends AutoCloseable {

    /** Gives the lock back. Idempotent. */
    @Override
    void close();
}
