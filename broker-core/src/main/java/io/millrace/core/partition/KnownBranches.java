package io.millrace.core.partition;

import io.millrace.wire.BranchId;
import java.util.function.ObjLongConsumer;

/**
 * What a partition has of branches of distributed transactions that are prepared, for those who
 * look after it. For the partition's thread alone.
 */
public interface KnownBranches {

    /** How many are prepared and not decided. */
    int preparedCount();

    /** How many an administrator decided and nobody has forgotten. */
    int decidedCount();

    /**
     * When the oldest of the prepared ones was, in milliseconds since 1970; {@link Long#MAX_VALUE}
     * if there is none.
     */
    long oldestMillis();

    /** The prepared ones with their times, the oldest first. */
    void forEachPrepared(ObjLongConsumer<BranchId> receiver);
}
