package io.millrace.server;

import java.util.Map;
import java.util.TreeSet;

/**
 * What can be set for a broker.
 *
 * @param segmentBytes {@code log.segment.bytes}: size of a log segment, 1 MiB to 1 GiB, default 64
 *     MiB
 */
public record BrokerConfiguration(int segmentBytes) {

    /** Key of {@link #segmentBytes}. */
    public static final String SEGMENT_BYTES = "log.segment.bytes";

    private static final int DEFAULT_SEGMENT_BYTES = 64 << 20;
    private static final int MIN_SEGMENT_BYTES = 1 << 20;
    private static final int MAX_SEGMENT_BYTES = 1 << 30;

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
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected only the broker options "
                            + SEGMENT_BYTES
                            + " (in a URI with the prefix broker.), but there are also "
                            + unknown);
        }
        String segmentBytes = values.get(SEGMENT_BYTES);
        if (segmentBytes == null) {
            return defaults();
        }
        try {
            int parsed = Integer.parseInt(segmentBytes);
            if (parsed >= MIN_SEGMENT_BYTES && parsed <= MAX_SEGMENT_BYTES) {
                return new BrokerConfiguration(parsed);
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, like a number out of range.
        }
        throw new IllegalArgumentException(
                "Expected "
                        + SEGMENT_BYTES
                        + " to be "
                        + MIN_SEGMENT_BYTES
                        + " to "
                        + MAX_SEGMENT_BYTES
                        + " bytes, but it is "
                        + segmentBytes);
    }
}
