package io.millrace.simulation;

import io.millrace.jms.client.RefusedException;
import io.millrace.jms.client.SessionBranches;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Resolution;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction manager of one shard's applications. What it has decided survives them all; what
 * it finds prepared and has not decided to commit, it rolls back.
 */
final class TransactionManager {

    private static final int FORMAT = 7;

    private final World world;
    private final Map<BranchId, Branch> branchesById = new LinkedHashMap<>();
    private long lastNumber;

    /** A branch that is not over. */
    static final class Branch {
        final BranchId id;
        final TransactionRecord record;

        /** It is decided that it is committed. */
        boolean committing;

        /** Whoever worked in it is gone. */
        boolean orphaned;

        Branch(BranchId id, TransactionRecord record) {
            this.id = id;
            this.record = record;
        }
    }

    TransactionManager(World world) {
        this.world = world;
    }

    /** A branch begins. */
    Branch begin(TransactionRecord record) {
        byte[] global = ByteBuffer.allocate(Long.BYTES).putLong(++lastNumber).array();
        Branch branch = new Branch(new BranchId(FORMAT, global, new byte[0]), record);
        branchesById.put(branch.id, branch);
        return branch;
    }

    /** A branch is over. */
    void over(Branch branch) {
        branchesById.remove(branch.id);
    }

    @Override
    public String toString() {
        return branchesById.size()
                + " branches "
                + branchesById.values().stream().map(each -> each.record).toList();
    }

    /** Whether there are branches whose application is gone. */
    boolean hasOrphans() {
        return branchesById.values().stream().anyMatch(each -> each.orphaned);
    }

    /**
     * Resolves what nobody else will, over some session: branches whose application is gone, and
     * what is prepared and not known. What fails is for the next time.
     */
    void recover(SessionBranches over, Runnable then) {
        for (Branch each : List.copyOf(branchesById.values())) {
            if (each.orphaned) {
                resolve(over, each.id, each);
            }
        }
        var unused =
                over.recoverLater()
                        .whenComplete(
                                (listed, failed) -> {
                                    if (listed != null) {
                                        world.coverage().happened("seen recovery");
                                        presumeAbort(over, listed);
                                    }
                                    then.run();
                                });
    }

    private void presumeAbort(SessionBranches over, List<BranchesRecovered.Branch> listed) {
        for (BranchesRecovered.Branch each : listed) {
            BranchId id = BranchId.of(each.transactionId());
            if (!branchesById.containsKey(id)) {
                resolve(over, id, null);
            }
        }
    }

    private void resolve(SessionBranches over, BranchId id, @Nullable Branch known) {
        Resolution resolution =
                known != null && known.committing ? Resolution.COMMIT : Resolution.ROLLBACK;
        var unused =
                over.resolveLater(id, resolution)
                        .whenComplete(
                                (done, failed) -> {
                                    ErrorCode code = failed == null ? null : codeOf(failed);
                                    if (code == ErrorCode.HEURISTIC_COMMIT
                                            || code == ErrorCode.HEURISTIC_ROLLBACK) {
                                        var unusedToo = over.forgetLater(id);
                                    }
                                    // Not there: it never was prepared, or another has done the
                                    // same.
                                    if (failed == null || code == ErrorCode.UNKNOWN_TRANSACTION) {
                                        world.coverage()
                                                .happened("seen recovered branch " + resolution);
                                        if (known != null && branchesById.get(id) == known) {
                                            ended(known);
                                        }
                                    }
                                });
    }

    private void ended(Branch branch) {
        over(branch);
        if (branch.committing) {
            world.oracle().committed(branch.record, world.timeline().nowNanos());
        }
    }

    /** Why something was refused; null if it was not, but failed otherwise. */
    static @Nullable ErrorCode codeOf(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null
                        ? failed.getCause()
                        : failed;
        return cause instanceof RefusedException refused ? refused.code() : null;
    }
}
