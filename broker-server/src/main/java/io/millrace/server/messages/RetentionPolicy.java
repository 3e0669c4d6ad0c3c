package io.millrace.server.messages;

/**
 * How long the log keeps messages of a destination that nobody needs any more: settled by all, or
 * published when nobody subscribed. Space is given back in whole segments, so more may stay.
 *
 * @param millis so long after they were stored, in milliseconds; 0 says nothing, {@link #NO_LIMIT}
 *     for ever
 * @param bytes the newest so many bytes of them; 0 says nothing, {@link #NO_LIMIT} all. If both say
 *     something, what is beyond either goes
 */
public record RetentionPolicy(long millis, long bytes) {

    /** However old, or however much. */
    public static final long NO_LIMIT = -1;

    /** Nothing is kept. */
    public static final RetentionPolicy NONE = new RetentionPolicy(0, 0);

    /** Whether nothing is kept. */
    public boolean isNone() {
        return millis == 0 && bytes == 0;
    }

    /**
     * Whether it may be kept for what came behind it.
     *
     * @param bytesBehind bytes of the destination's messages that were stored later
     */
    boolean allowsBytes(long bytesBehind) {
        return bytes == 0 || bytes == NO_LIMIT || bytesBehind < bytes;
    }

    /** Whether age matters. */
    boolean isTimed() {
        return millis > 0;
    }

    /** Whether messages of an age are kept. */
    boolean allowsAge(long ageMillis) {
        return !isTimed() || ageMillis <= millis;
    }
}
