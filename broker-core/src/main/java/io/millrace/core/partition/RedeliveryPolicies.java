package io.millrace.core.partition;

import io.millrace.wire.DestinationKind;
import java.util.Map;

/**
 * The policy of each destination for what comes back.
 *
 * @param standard of all that have none of their own
 * @param byName by the name of a destination, or by its beginning and an asterisk; the longest that
 *     fits counts
 */
public record RedeliveryPolicies(RedeliveryPolicy standard, Map<String, RedeliveryPolicy> byName) {

    /** The same for all destinations. */
    public static final RedeliveryPolicies USUAL =
            new RedeliveryPolicies(RedeliveryPolicy.USUAL, Map.of());

    private static final String ANY_END = "*";

    /** Keeps a copy. */
    public RedeliveryPolicies {
        byName = Map.copyOf(byName);
    }

    /** The policy of a destination. */
    RedeliveryPolicy of(String destination) {
        RedeliveryPolicy exact = byName.get(destination);
        if (exact != null) {
            return exact;
        }
        RedeliveryPolicy found = standard;
        int longest = 0;
        for (Map.Entry<String, RedeliveryPolicy> each : byName.entrySet()) {
            String pattern = each.getKey();
            if (pattern.endsWith(ANY_END)
                    && pattern.length() > longest
                    && destination.startsWith(pattern.substring(0, pattern.length() - 1))) {
                found = each.getValue();
                longest = pattern.length();
            }
        }
        return found;
    }

    /** Whether a destination is a queue of dead letters: what comes back there stays there. */
    boolean isForDeadLetters(Destination destination) {
        return destination.kind == DestinationKind.QUEUE
                && (destination.name.equals(standard.deadLetters())
                        || byName.values().stream()
                                .anyMatch(each -> destination.name.equals(each.deadLetters())));
    }
}
