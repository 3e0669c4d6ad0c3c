package io.millrace.server.partition;

import io.millrace.core.partition.KnownBranches;
import io.millrace.wire.BranchId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a partition's prepared branches: counts them for whoever asks, and warns once of each
 * that nobody decides.
 *
 * <p>Looks when a branch was dealt with, which costs next to nothing, and at the time at which the
 * next one gets too old. Belongs to the partition's thread, but for {@link #report}.
 */
class PreparedWatch {

    private static final Logger LOG = LoggerFactory.getLogger(PreparedWatch.class);

    private final int partition;
    private final long alarmMillis;
    private final Set<BranchId> warned = new HashSet<>();

    /** When a branch may be too old, by the wall clock; {@link Long#MAX_VALUE} for never. */
    private long lookAgainMillis = Long.MIN_VALUE;

    private volatile PreparedReport report = PreparedReport.NONE;

    /**
     * A watch for one partition.
     *
     * @param alarmMillis after which a branch is too old; 0 for never
     */
    PreparedWatch(int partition, long alarmMillis) {
        this.partition = partition;
        this.alarmMillis = alarmMillis;
    }

    /** As it was when a branch was dealt with for the last time. May be asked by any thread. */
    PreparedReport report() {
        return report;
    }

    /**
     * Looks.
     *
     * @return in how many milliseconds to look again, at least 1; {@link Long#MAX_VALUE} when a
     *     branch was dealt with
     */
    long look(KnownBranches branches, long nowMillis) {
        long oldest = branches.oldestMillis();
        report = new PreparedReport(branches.preparedCount(), oldest, branches.decidedCount());
        if (alarmMillis == 0 || oldest == Long.MAX_VALUE) {
            warned.clear();
            lookAgainMillis = Long.MAX_VALUE;
        } else if (nowMillis >= lookAgainMillis) {
            raiseAlarm(branches, nowMillis);
        } else if (lookAgainMillis == Long.MAX_VALUE) {
            // Those that there were are known to be old: a new one will be.
            lookAgainMillis = nowMillis + alarmMillis;
        }
        return lookAgainMillis == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(1, lookAgainMillis - nowMillis);
    }

    private void raiseAlarm(KnownBranches branches, long nowMillis) {
        Set<BranchId> there = new HashSet<>();
        lookAgainMillis = Long.MAX_VALUE;
        branches.forEachPrepared(
                (id, preparedMillis) -> {
                    there.add(id);
                    long tooOldMillis = preparedMillis + alarmMillis;
                    if (tooOldMillis > nowMillis) {
                        lookAgainMillis = Math.min(lookAgainMillis, tooOldMillis);
                    } else if (warned.add(id)) {
                        tooOld(id, nowMillis - preparedMillis);
                    }
                });
        warned.retainAll(there);
    }

    /** Called once for each branch. */
    void tooOld(BranchId id, long ageMillis) {
        LOG.warn(
                "partition {}: branch {} has been prepared for {} s, and nobody decides it; what it"
                        + " received is nobody else's meanwhile. If its transaction manager is lost:"
                        + " millrace transaction list URI, then commit or rollback URI {}",
                partition,
                id,
                TimeUnit.MILLISECONDS.toSeconds(ageMillis),
                id);
    }
}
