package io.millrace.jms.client;

/**
 * What a consumer may still be sent, as far as it knows. Owned by its {@link ConsumerCore}.
 *
 * <p>Messages are counted alike on both sides. Bytes are not: the broker knows the size of a batch,
 * not of each message, and charges its own header. So the books drift apart by some bytes a run;
 * from time to time they are balanced, by a drain that takes both sides to zero.
 */
final class ConsumerCredit {

    /** More than the broker can charge for a run beyond the bytes of its messages. */
    private static final int DRIFT_BYTES = 64;

    /** Balanced when the drift may have grown to this part of the bytes. */
    private static final int DRIFT_PART = 4;

    // Valid for the session: survives a lost link.
    private int windowMessages;
    private int windowBytes;

    // Valid for the connection: begins anew with each link.
    private int messages;
    private long bytes;
    private int consumedMessages;
    private long consumedBytes;
    private long driftBytes;

    /** A listener's window: that much is kept outstanding. Zero for none. */
    void window(int newMessages, int newBytes) {
        windowMessages = newMessages;
        windowBytes = newBytes;
    }

    int windowMessages() {
        return windowMessages;
    }

    int windowBytes() {
        return windowBytes;
    }

    /** Both sides begin with this. */
    void reset(int newMessages, long newBytes) {
        messages = newMessages;
        bytes = newBytes;
        consumedMessages = 0;
        consumedBytes = 0;
        driftBytes = 0;
    }

    void granted(int moreMessages, long moreBytes) {
        messages += moreMessages;
        bytes += moreBytes;
    }

    void arrived(int newMessages, int newBytes) {
        messages -= newMessages;
        bytes -= newBytes;
        driftBytes += DRIFT_BYTES;
    }

    void consumed(int newBytes) {
        consumedMessages++;
        consumedBytes += newBytes;
    }

    /** How many messages may still come. */
    int messages() {
        return messages;
    }

    /** How many bytes may still come. */
    long bytes() {
        return Math.max(0, bytes);
    }

    /** Whether the broker may be unable to send anything more. */
    boolean isUsedUp() {
        return messages <= 0 || bytes <= driftBytes;
    }

    /** Whether so much of the window was consumed that it should be filled up. */
    boolean isRefillDue() {
        return windowMessages > 0
                && (consumedMessages * 2L >= windowMessages || consumedBytes * 2 >= windowBytes);
    }

    /** Whether the books should be balanced before more is granted. */
    boolean isBalanceDue(int grantBytes) {
        return driftBytes * DRIFT_PART >= grantBytes;
    }

    /** Whether the two sides may count differently. */
    boolean hasDrifted() {
        return driftBytes > 0;
    }

    int takeConsumedMessages() {
        int taken = consumedMessages;
        consumedMessages = 0;
        return taken;
    }

    int takeConsumedBytes() {
        long taken = Math.min(Integer.MAX_VALUE, consumedBytes);
        consumedBytes -= taken;
        return (int) taken;
    }

    /** What a number of messages takes beside what there is. */
    int missing(int wanted) {
        return Math.max(0, wanted - messages());
    }

    /** The same in bytes, for a full read-ahead. */
    int missingBytes(ClientOptions options) {
        return (int) Math.max(0, options.consumerCreditBytes() - bytes());
    }
}
