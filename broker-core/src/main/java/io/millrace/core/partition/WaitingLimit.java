package io.millrace.core.partition;

/**
 * How much may wait in a destination: what is not settled yet, of the subscription that is furthest
 * behind. A destination in which nothing waits takes any batch.
 *
 * @param messages how many messages; 0 for no limit
 * @param bytes how many bytes of messages, by the sizes of those that came or went last; 0 for no
 *     limit
 * @param whenFull what becomes of a send beyond it
 * @param blockMillis how long a send waits at most, with {@link WhenFull#BLOCK}
 */
public record WaitingLimit(long messages, long bytes, WhenFull whenFull, long blockMillis) {

    /** How long a send waits for room unless something else is said. */
    public static final long BLOCK_MILLIS = 30_000;

    /** No limit. */
    public static final WaitingLimit NONE = new WaitingLimit(0, 0, WhenFull.REFUSE, BLOCK_MILLIS);

    /** What becomes of a send for which there is no room. */
    public enum WhenFull {
        /** It is refused at once. */
        REFUSE,
        /** It waits for room, and is refused after a time. */
        BLOCK,
        /**
         * The oldest NON_PERSISTENT messages of a topic make room for NON_PERSISTENT ones; all else
         * is refused.
         */
        DROP_OLDEST
    }

    boolean isNone() {
        return messages == 0 && bytes == 0;
    }

    /**
     * How many messages are too many if more come; 0 or less if there is room.
     *
     * @param waiting how many wait
     * @param bytesEach of one of them, on average
     * @param more how many come
     * @param moreBytes how many bytes these have
     */
    long excess(long waiting, double bytesEach, long more, long moreBytes) {
        long excess = messages == 0 ? 0 : waiting + more - messages;
        if (bytes > 0 && bytesEach > 0) {
            double tooMany = (waiting * bytesEach + moreBytes - bytes) / bytesEach;
            excess = Math.max(excess, (long) Math.ceil(tooMany));
        }
        return waiting <= 0 ? 0 : excess;
    }
}
