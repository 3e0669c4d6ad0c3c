package io.millrace.core.log;

/**
 * One entry as it was read back. The body is a fresh array that nobody else writes to.
 *
 * @param offset where the entry lies
 * @param nextOffset where the following entry lies or will lie
 * @param epoch the epoch of the owner that appended it
 * @param appendMillis time of the append, milliseconds since 1970, never smaller than that of the
 *     entry before
 * @param body the bytes that were appended
 */
public record LogEntry(long offset, long nextOffset, long epoch, long appendMillis, byte[] body) {}
