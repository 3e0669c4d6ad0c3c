package io.millrace.core.partition;

import io.millrace.wire.BranchId;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A branch of a distributed transaction that is not prepared: who takes part, and what they have
 * sent and received. Soft state, owned by the partition's thread.
 */
final class Branch {

    final BranchId id;
    final long number;

    /** Has what its sessions received and left to it. */
    final Holder lock;

    /** When it is rolled back, on the clock that nobody sets; {@link Long#MAX_VALUE} for never. */
    long endsAtMillis;

    final Map<Id128, Part> partsBySession = new LinkedHashMap<>();
    final List<PartitionCommand.Enqueue> sends = new ArrayList<>();

    /** Those of connections that have sent something, and may be gone before it is stored. */
    final Map<Id128, String> clientIdsByConnection = new HashMap<>();

    /** What its lock may have something of. */
    final Set<Long> subscriptionIds = new LinkedHashSet<>();

    /** The other partitions that sessions which have left have joined it at. */
    final Set<Integer> partitions = new TreeSet<>();

    long bytes;

    /** Why it can only be rolled back, and was; null while that is not so. */
    @Nullable Doom doom;

    /** Its transaction manager has rolled it back: only sessions that are in it do not know. */
    boolean rolledBack;

    /** Why a branch was rolled back. */
    record Doom(ErrorCode code, String message) {}

    /** What a session does in it. */
    static final class Part {
        final Id128 connectionId;

        /** Whether it has not left. */
        boolean joined = true;

        /** How many messages came since it joined. */
        int messages;

        Part(Id128 connectionId) {
            this.connectionId = connectionId;
        }
    }

    Branch(BranchId id, long number, long endsAtMillis) {
        this.id = id;
        this.number = number;
        this.lock = Holder.ofBranch(number);
        this.endsAtMillis = endsAtMillis;
    }

    /** Whether a session is in it that has not left. */
    boolean isJoined() {
        return partsBySession.values().stream().anyMatch(part -> part.joined);
    }

    /** Whether nobody is left to be told that it was rolled back. */
    boolean isOver() {
        return doom != null && (partsBySession.isEmpty() || rolledBack && !isJoined());
    }
}
