package io.millrace.server;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.RedeliveryPolicies;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What can be set for a broker.
 *
 * @param segmentBytes {@code log.segment.bytes}: size of a log segment, 1 MiB to 1 GiB, default 64
 *     MiB. A transaction can have a quarter of it, at most 16 MiB
 * @param stagedBytes {@code transactions.staged.bytes}: memory for what is sent in transactions and
 *     not committed yet, of all sessions together, 64 KiB to 2 GiB - 1, default 128 MiB. Beyond it,
 *     the transaction that sends more is rolled back
 * @param reserveBytes {@code log.reserve.bytes}: while less than this is free on the disk, nothing
 *     is taken from producers, so that there is room for acknowledgements; 0 for no reserve,
 *     default 256 MiB
 * @param redelivery how often and when messages that were given back are delivered again, and where
 *     dead letters go: {@code max.deliveries}, {@code redelivery.delay.ms}, {@code
 *     redelivery.backoff}, {@code redelivery.max.delay.ms}, {@code dead.letters}, each for one
 *     destination with {@code destination.NAME.} before it; default ten times, at once, {@code DLQ}
 */
public record BrokerConfiguration(
        int segmentBytes, int stagedBytes, long reserveBytes, RedeliveryPolicies redelivery) {

    /** Key of {@link #segmentBytes}. */
    public static final String SEGMENT_BYTES = "log.segment.bytes";

    /** Key of {@link #stagedBytes}. */
    public static final String STAGED_BYTES = "transactions.staged.bytes";

    /** Key of {@link #reserveBytes}. */
    public static final String RESERVE_BYTES = "log.reserve.bytes";

    private static final int DEFAULT_SEGMENT_BYTES = 64 << 20;
    private static final int MIN_SEGMENT_BYTES = 1 << 20;
    private static final int MAX_SEGMENT_BYTES = 1 << 30;
    private static final int MIN_STAGED_BYTES = 64 << 10;
    private static final long DEFAULT_RESERVE_BYTES = 256L << 20;

    /** With another size of segments. */
    public BrokerConfiguration(int segmentBytes) {
        this(
                segmentBytes,
                (int) PartitionLimits.STAGED_BYTES,
                DEFAULT_RESERVE_BYTES,
                RedeliveryPolicies.USUAL);
    }

    /** The defaults. */
    public static BrokerConfiguration defaults() {
        return new BrokerConfiguration(DEFAULT_SEGMENT_BYTES);
    }

    /**
     * Reads keys and values.
     *
     * @throws IllegalArgumentException for an unknown key or an impossible value; says which are
     *     known or possible
     */
    public static BrokerConfiguration parse(Map<String, String> values) {
        Map<String, String> others = new HashMap<>(values);
        RedeliveryPolicies redelivery = RedeliverySettings.take(others);
        TreeSet<String> unknown = new TreeSet<>(others.keySet());
        unknown.remove(SEGMENT_BYTES);
        unknown.remove(STAGED_BYTES);
        unknown.remove(RESERVE_BYTES);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected only the broker options "
                            + SEGMENT_BYTES
                            + ", "
                            + STAGED_BYTES
                            + ", "
                            + RESERVE_BYTES
                            + ", "
                            + RedeliverySettings.known()
                            + " (in a URI with the prefix broker.), but there are also "
                            + unknown);
        }
        BrokerConfiguration standard = defaults();
        return new BrokerConfiguration(
                (int)
                        bytes(
                                values,
                                SEGMENT_BYTES,
                                standard.segmentBytes,
                                MIN_SEGMENT_BYTES,
                                MAX_SEGMENT_BYTES),
                (int)
                        bytes(
                                values,
                                STAGED_BYTES,
                                standard.stagedBytes,
                                MIN_STAGED_BYTES,
                                Integer.MAX_VALUE),
                bytes(values, RESERVE_BYTES, standard.reserveBytes, 0, Long.MAX_VALUE / 2),
                redelivery);
    }

    /** Limits of a partition with what was set. */
    public PartitionLimits limit(PartitionLimits limits) {
        return limits.staging(stagedBytes).redelivering(redelivery);
    }

    private static long bytes(
            Map<String, String> values, String key, long standard, long smallest, long largest) {
        String text = values.get(key);
        if (text == null) {
            return standard;
        }
        try {
            long parsed = Long.parseLong(text);
            if (parsed >= smallest && parsed <= largest) {
                return parsed;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, like a number out of range.
        }
        throw new IllegalArgumentException(
                "Expected "
                        + key
                        + " to be "
                        + smallest
                        + " to "
                        + largest
                        + " bytes, but it is "
                        + text);
    }
}
