package io.millrace.server.messages;

import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.SealedSegment;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which segments stay in the log although nobody needs anything in them any more.
 *
 * <p>The machine is not asked and not told: what it remembers does not depend on where the log
 * begins. A segment stays as long as one destination wants what of it lies there; how old that is
 * says the append time of the last entry. Owned by the partition's thread.
 */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final RetentionPolicies policies;
    private final MessageStore store;
    private final BodyHomes homes;
    private final AppendTimes times;

    public Retention(
            RetentionPolicies policies, MessageStore store, BodyHomes homes, AppendTimes times) {
        this.homes = homes;
        this.policies = policies;
        this.store = store;
        this.times = times;
    }

    /**
     * From which offset on the log has to stay.
     *
     * @param needed from here on somebody needs it
     * @param namesById the destinations there are, without temporary ones: those end with their
     *     connection
     */
    public long keepFrom(long needed, Map<Long, String> namesById) {
        if (policies.areNone()) {
            return needed;
        }
        Map<Long, Long> bytesBehind = new HashMap<>();
        store.index()
                .bytesByDestination()
                .forEach((id, bytes) -> bytesBehind.merge(homes.homeOf(id), bytes, Long::sum));
        long now = times.nowMillis();
        for (Map.Entry<SealedSegment, Map<Long, BlockDirectory.Span>> each :
                store.index().spansBySegment().entrySet()) {
            if (each.getKey().to() > needed) {
                break;
            }
            for (Map.Entry<Long, BlockDirectory.Span> inside : each.getValue().entrySet()) {
                // A body counts for the destination of its message, and stays with it.
                long home = homes.homeOf(inside.getKey());
                String name = namesById.get(home);
                long behind = bytesBehind.merge(home, -inside.getValue().sizeBytes(), Long::sum);
                if (name != null && isWanted(policies.of(name), inside.getValue(), behind, now)) {
                    return each.getKey().from();
                }
            }
        }
        return needed;
    }

    private boolean isWanted(
            RetentionPolicy policy, BlockDirectory.Span span, long bytesBehind, long now) {
        return !policy.isNone()
                && policy.allowsBytes(bytesBehind)
                && (!policy.isTimed() || isYoung(policy, span.lastOffset(), now));
    }

    private boolean isYoung(RetentionPolicy policy, long offset, long now) {
        try {
            return policy.allowsAge(now - times.of(offset));
        } catch (LogFailure e) {
            // Nobody can read it again: it must not keep all behind it for ever.
            LOG.warn("entry at {} is not kept for its age: {}", offset, e.getMessage());
            return false;
        }
    }
}
