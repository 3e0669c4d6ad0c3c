package io.millrace.jms.client;

import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.OutcomeTold;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionReference;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What an administrator asks a broker about transactions: each of its partitions in turn. */
public final class BrokerTransactions {

    /** So many are listed at a time. */
    private static final int PAGE = 500;

    private final BrokerConnection connection;

    public BrokerTransactions(BrokerConnection connection) {
        this.connection = connection;
    }

    /** Those that are prepared, or that an administrator decided, by partition. */
    public TreeMap<Integer, List<BranchesRecovered.Branch>> list() {
        TreeMap<Integer, List<BranchesRecovered.Branch>> found = new TreeMap<>();
        for (int partition = 1; partition <= connection.locations().partitions(); partition++) {
            found.put(partition, list(partition));
        }
        return found;
    }

    private List<BranchesRecovered.Branch> list(int partition) {
        List<BranchesRecovered.Branch> found = new ArrayList<>();
        boolean atEnd = false;
        while (!atEnd) {
            long after = found.isEmpty() ? 0 : found.get(found.size() - 1).number();
            BranchesRecovered page =
                    (BranchesRecovered)
                            connection.ask(
                                    id -> new BranchFrame.Recover(id, partition, after, PAGE));
            found.addAll(page.branches());
            atEnd = page.atEnd() || page.branches().isEmpty();
        }
        return found;
    }

    /**
     * Decides a branch in its transaction manager's place.
     *
     * <p>Waits.
     *
     * @throws RefusedException if no partition knows it, or one refuses
     */
    public void resolve(BranchId id, Resolution resolution) {
        ask(
                partition ->
                        requestId ->
                                new BranchFrame.Resolve(
                                        requestId, partition, id.toBytes(), resolution));
    }

    /**
     * Has what was decided so forgotten.
     *
     * @throws RefusedException if no partition knows it, or one refuses
     */
    public void forget(BranchId id) {
        ask(partition -> requestId -> new BranchFrame.Forget(requestId, partition, id.toBytes()));
    }

    /** What became of a session's transaction, without waiting; its coordinator knows. */
    public CompletableFuture<OutcomeTold> outcomeLater(TransactionReference transaction) {
        return connection
                .askLater(
                        requestId ->
                                new TransactionFrame.AskOutcome(
                                        requestId,
                                        transaction.coordinator(),
                                        transaction.id().toBytes()))
                .thenApply(answer -> (OutcomeTold) answer);
    }

    private interface Request {
        LongFunction<ClientFrame> to(int partition);
    }

    /** Of each partition; those that do not know the branch take no part in it. */
    private void ask(Request request) {
        @Nullable RefusedException unknown = null;
        boolean done = false;
        for (int partition = 1; partition <= connection.locations().partitions(); partition++) {
            try {
                var unused = connection.ask(request.to(partition));
                done = true;
            } catch (RefusedException refused) {
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
