package io.millrace.core.partition;

import java.util.Map;

/**
 * How much may wait in each destination.
 *
 * @param standard of all that have no limit of their own
 * @param byName as {@link ByDestination#find} has it
 */
public record WaitingLimits(WaitingLimit standard, Map<String, WaitingLimit> byName) {

    /** No limits. */
    public static final WaitingLimits NONE = new WaitingLimits(WaitingLimit.NONE, Map.of());

    /** Keeps a copy. */
    public WaitingLimits {
        byName = Map.copyOf(byName);
    }

    boolean areNone() {
        return standard.isNone() && byName.values().stream().allMatch(WaitingLimit::isNone);
    }

    /** The limit of a destination. */
    WaitingLimit of(String destination) {
        return ByDestination.find(byName, destination, standard);
    }
}
