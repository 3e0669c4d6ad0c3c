package io.millrace.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Positions are in bytes from its beginning. May be used by several threads. */
public interface DiskFile extends AutoCloseable {

    /**
     * Writes all remaining bytes of the buffer, or throws; what was written before the exception is
     * undefined.
     */
    void write(long position, ByteBuffer bytes) throws IOException;

    /**
     * Reads until the buffer is full or the file ends, and returns how many bytes were read (0 at
     * the end).
     */
    int read(long position, ByteBuffer bytes) throws IOException;

    /**
     * Makes everything written before this call survive a power loss. When it throws, nobody knows
     * what is safe: the caller must not take a later success for an answer about earlier writes.
     */
    void force() throws IOException;

    /** Length in bytes. */
    long length() throws IOException;

    /** Closes the file without forcing it. Idempotent. */
    @Override
    void close() throws IOException;
}
