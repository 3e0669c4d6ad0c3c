package io.millrace.core.partition;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What becomes of a message that the application had and gave back: by a rollback, by recover, by a
 * listener that threw, or by closing (Jakarta Messaging 3.1, 6.2.10, 8.7).
 *
 * @param maxDeliveries what came back so often is a dead letter; 0 for no limit
 * @param delayMillis how long it waits after the first time before it is delivered again; with 0 it
 *     goes back to its place at once
 * @param backOff by what the delay is multiplied each further time, 1 or more
 * @param maxDelayMillis the longest delay
 * @param deadLetters name of the queue that dead letters move to
 */
public record RedeliveryPolicy(
        int maxDeliveries,
        long delayMillis,
        double backOff,
        long maxDelayMillis,
        String deadLetters) {

    /** Ten deliveries without delays; dead letters go to the queue {@code DLQ}. */
    public static final RedeliveryPolicy USUAL = new RedeliveryPolicy(10, 0, 1, 60_000, "DLQ");

    /** How many delays are listed at most. */
    private static final int LISTED = 20;

    /**
     * How long a message waited that came back so often, each time before it was delivered again,
     * as this policy has it: milliseconds with commas between, empty without delays.
     */
    String delaysBefore(int times) {
        if (delayMillis == 0) {
            return "";
        }
        String listed =
                IntStream.range(1, Math.min(times, LISTED + 1))
                        .mapToObj(each -> String.valueOf(delayAfter(each)))
                        .collect(Collectors.joining(", "));
        return times > LISTED + 1 ? listed + ", ..." : listed;
    }

    /** How long a message waits that came back so often, in milliseconds. */
    long delayAfter(int times) {
        double delay = delayMillis * Math.pow(backOff, Math.max(0, times - 1));
        return (long) Math.min(delay, Math.max(delayMillis, maxDelayMillis));
    }
}
