package io.millrace.server;

import io.millrace.core.partition.PartitionLimits;
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
 */
public record BrokerConfiguration(int segmentBytes, int stagedBytes) {

    /** Key of {@link #segmentBytes}. */
    public static final String SEGMENT_BYTES = "log.segment.bytes";

    /** Key of {@link #stagedBytes}. */
    public static final String STAGED_BYTES = "transactions.staged.bytes";

    private static final int DEFAULT_SEGMENT_BYTES = 64 << 20;
    private static final int MIN_SEGMENT_BYTES = 1 << 20;
    private static final int MAX_SEGMENT_BYTES = 1 << 30;
    private static final int MIN_STAGED_BYTES = 64 << 10;

    /** With another size of segments. */
    public BrokerConfiguration(int segmentBytes) {
        this(segmentBytes, (int) PartitionLimits.STAGED_BYTES);
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
        TreeSet<String> unknown = new TreeSet<>(values.keySet());
        unknown.remove(SEGMENT_BYTES);
        unknown.remove(STAGED_BYTES);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected only the broker options "
                            + SEGMENT_BYTES
                            + " and "
                            + STAGED_BYTES
                            + " (in a URI with the prefix broker.), but there are also "
                            + unknown);
        }
        BrokerConfiguration standard = defaults();
        return new BrokerConfiguration(
                bytes(
                        values,
                        SEGMENT_BYTES,
                        standard.segmentBytes,
                        MIN_SEGMENT_BYTES,
                        MAX_SEGMENT_BYTES),
                bytes(
                        values,
                        STAGED_BYTES,
                        standard.stagedBytes,
                        MIN_STAGED_BYTES,
                        Integer.MAX_VALUE));
    }

    private static int bytes(
            Map<String, String> values, String key, int standard, int smallest, int largest) {
        String text = values.get(key);
        if (text == null) {
            return standard;
        }
        try {
            int parsed = Integer.parseInt(text);
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
