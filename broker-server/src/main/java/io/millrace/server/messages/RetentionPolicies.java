package io.millrace.server.messages;

import io.millrace.core.partition.ByDestination;
import java.util.Map;

/**
 * What of each destination stays in the log after nobody needs it any more.
 *
 * @param standard of all that have none of their own
 * @param byName as {@link ByDestination#find} has it
 */
public record RetentionPolicies(RetentionPolicy standard, Map<String, RetentionPolicy> byName) {

    /** Nothing stays. */
    public static final RetentionPolicies NONE =
            new RetentionPolicies(RetentionPolicy.NONE, Map.of());

    /** Keeps a copy. */
    public RetentionPolicies {
        byName = Map.copyOf(byName);
    }

    /** Whether nothing of any destination stays. */
    boolean areNone() {
        return standard.isNone() && byName.values().stream().allMatch(RetentionPolicy::isNone);
    }

    /** The policy of a destination. */
    RetentionPolicy of(String destination) {
        return ByDestination.find(byName, destination, standard);
    }
}
