package io.millrace.core.partition;

import io.millrace.wire.DestinationKind;
import java.util.Map;

/**
 * The policy of each destination for what comes back.
 *
 * @param standard of all that have none of their own
 * @param byName as {@link ByDestination#find} has it
 */
public record RedeliveryPolicies(RedeliveryPolicy standard, Map<String, RedeliveryPolicy> byName) {

    /** The same for all destinations. */
    public static final RedeliveryPolicies USUAL =
            new RedeliveryPolicies(RedeliveryPolicy.USUAL, Map.of());

    /** Keeps a copy. */
    public RedeliveryPolicies {
        byName = Map.copyOf(byName);
    }

    /** The policy of a destination. */
    RedeliveryPolicy of(String destination) {
        return ByDestination.find(byName, destination, standard);
    }

    /** Whether a destination is a queue of dead letters: what comes back there stays there. */
    boolean isForDeadLetters(Destination destination) {
        return destination.kind == DestinationKind.QUEUE
                && (destination.name.equals(standard.deadLetters())
                        || byName.values().stream()
                                .anyMatch(each -> destination.name.equals(each.deadLetters())));
    }
}
