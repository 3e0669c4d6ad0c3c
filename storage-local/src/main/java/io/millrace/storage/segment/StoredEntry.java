package io.millrace.storage.segment;

import org.jspecify.annotations.Nullable;

/**
 * An intact entry as it lies in its file.
 *
 * @param offset where it begins
 * @param nextOffset where the next one begins
 * @param position of its first record, in bytes from the beginning of the file
 * @param epoch of the owner that wrote it
 * @param appendMillis time of the append, milliseconds since 1970
 * @param durableUpTo the writer knew that everything before this offset was forced
 * @param bodyBytes length of its body
 * @param records how many records it consists of: one, or several for a group
 * @param body the body, if it was asked for
 */
public record StoredEntry(
        long offset,
        long nextOffset,
        long position,
        long epoch,
        long appendMillis,
        long durableUpTo,
        int bodyBytes,
        int records,
        byte @Nullable [] body) {}
