package io.millrace.server;

import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.OutcomeTold;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What the command line asks a running broker about transactions, each partition in turn. */
final class AskedTransactions {

    private static final int PAGE = 500;

    private final RequestLink link;
    private long lastRequestId;

    AskedTransactions(RequestLink link) {
        this.link = link;
    }

    /**
     * A branch that is prepared, or that an administrator decided.
     *
     * @param decided what the administrator said; null if it is prepared
     * @param preparedMillis when it was prepared first, in milliseconds since 1970
     * @param partitions those that take part
     * @param messages how many were sent in it
     * @param deliveries how many were received in it
     */
    record Listed(
            BranchId id,
            @Nullable Resolution decided,
            long preparedMillis,
            List<Integer> partitions,
            long messages,
            long deliveries) {

        private static Listed of(int partition, BranchesRecovered.Branch branch) {
            return new Listed(
                    BranchId.of(branch.transactionId()),
                    branch.decided(),
                    branch.preparedMillis(),
                    List.of(partition),
                    branch.messages(),
                    branch.deliveries());
        }

        /** What two partitions say of one branch; it is decided once it is everywhere. */
        private Listed and(Listed other) {
            List<Integer> all = new ArrayList<>(partitions);
            all.addAll(other.partitions);
            return new Listed(
                    id,
                    decided == null || other.decided == null ? null : decided,
                    Math.min(preparedMillis, other.preparedMillis),
                    all,
                    messages + other.messages,
                    deliveries + other.deliveries);
        }
    }

    /** All that there are, in the order in which they were prepared. */
    List<Listed> list() throws IOException {
        Map<BranchId, Listed> found = new LinkedHashMap<>();
        for (int partition = 1; partition <= link.partitions(); partition++) {
            boolean atEnd = false;
            for (long after = 0; !atEnd; ) {
                BranchFrame.Recover request =
                        new BranchFrame.Recover(++lastRequestId, partition, after, PAGE);
                if (!(link.ask(request) instanceof BranchesRecovered page)) {
                    throw new IOException("Expected a list of branches, but there was none");
                }
                for (BranchesRecovered.Branch each : page.branches()) {
                    Listed listed = Listed.of(partition, each);
                    found.merge(listed.id(), listed, Listed::and);
                    after = each.number();
                }
                atEnd = page.atEnd() || page.branches().isEmpty();
            }
        }
        return List.copyOf(found.values());
    }

    /** Decides a branch in its transaction manager's place. */
    void resolve(BranchId id, Resolution resolution) throws IOException {
        ask(
                partition ->
                        new BranchFrame.Resolve(
                                ++lastRequestId,
                                partition,
                                id.toBytes(),
                                resolution,
                                PartitionSet.NONE));
    }

    /** Has what was decided so forgotten. */
    void forget(BranchId id) throws IOException {
        ask(partition -> new BranchFrame.Forget(++lastRequestId, partition, id.toBytes()));
    }

    /** What became of a session's transaction; its coordinator knows. */
    OutcomeTold outcome(TransactionReference transaction) throws IOException {
        TransactionFrame.AskOutcome request =
                new TransactionFrame.AskOutcome(
                        ++lastRequestId, transaction.coordinator(), transaction.id().toBytes());
        if (!(link.ask(request) instanceof OutcomeTold told)) {
            throw new IOException("Expected an outcome, but there was none");
        }
        return told;
    }

    /** Of each partition; those that do not know the branch take no part in it. */
    private void ask(IntFunction<ClientFrame> requestOfPartition) throws IOException {
        RequestLink.RefusedException unknown = null;
        boolean done = false;
        for (int partition = 1; partition <= link.partitions(); partition++) {
            try {
                BrokerFrame answer = link.ask(requestOfPartition.apply(partition));
                done |= answer instanceof BrokerFrame.Done;
            } catch (RequestLink.RefusedException refused) {
                if (refused.code() != ErrorCode.UNKNOWN_TRANSACTION) {
                    throw refused;
                }
                unknown = refused;
            }
        }
        if (!done && unknown != null) {
            throw unknown;
        }
    }
}
