package io.millrace.jms;

import java.time.Instant;
import java.util.List;

/**
 * A branch of a distributed transaction that is prepared, or that an administrator decided and
 * nobody has forgotten.
 *
 * @param id its format id, global id and branch qualifier in hexadecimal digits, with colons
 *     between; the same in the broker's messages and in {@code millrace transaction}
 * @param state whether somebody has decided it
 * @param prepared when, by the broker's clock
 * @param partitions those of the broker that take part
 * @param messages how many were sent in it
 * @param deliveries how many were received in it
 */
public record PreparedBranch(
        String id,
        State state,
        Instant prepared,
        List<Integer> partitions,
        long messages,
        long deliveries) {

    /** The three that can be. */
    public enum State {
        /** It waits for its transaction manager's decision, whatever happens. */
        PREPARED,
        /** An administrator has committed it. */
        COMMITTED_BY_HAND,
        /** An administrator has rolled it back. */
        ROLLED_BACK_BY_HAND
    }

    public PreparedBranch {
        partitions = List.copyOf(partitions);
    }
}
