package io.millrace.jms.client;

import io.millrace.wire.BranchId;
import io.millrace.wire.BranchPrepared;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction manager asks of branches, at all partitions where they are, as if there were
 * one. Thread-safe.
 */
final class BranchDecisions {

    private final BranchParts parts;

    BranchDecisions(BranchParts parts) {
        this.parts = parts;
    }

    /** Prepares a branch, without waiting; whether nothing was done in it. */
    CompletableFuture<Boolean> prepareLater(BranchId id) {
        return prepareAll(id, 0)
                .thenCompose(
                        all -> {
                            RuntimeException failure = all.failure();
                            RuntimeException unknown =
                                    all.failures().values().stream().findFirst().orElse(null);
                            if (unknown == null) {
                                return CompletableFuture.completedFuture(parts.prepared(id, all));
                            }
                            if (all.answers().isEmpty() && failure == null) {
                                return CompletableFuture.failedFuture(unknown);
                            }
                            return undo(id, all, failure == null ? rolledBack(id) : failure);
                        });
    }

    private static RefusedException rolledBack(BranchId id) {
        return new RefusedException(
                ErrorCode.ROLLED_BACK,
                "Expected branch "
                        + id
                        + " to be at all partitions where sessions have joined it, but one does not"
                        + " know it any more");
    }

    /** One partition has rolled the branch back: the others do so, too. */
    private CompletableFuture<Boolean> undo(
            BranchId id, PartitionAnswers<BranchPrepared> all, RuntimeException failure) {
        if (!isRollback(failure)) {
            return CompletableFuture.failedFuture(failure);
        }
        return PartitionAnswers.ask(
                        all.answers().keySet(),
                        each ->
                                parts.at(each)
                                        .resolveLater(id, Resolution.ROLLBACK, PartitionSet.NONE))
                .thenCompose(done -> CompletableFuture.failedFuture(failure));
    }

    private static boolean isRollback(RuntimeException failure) {
        return RefusedException.isOf(failure, ErrorCode.ROLLED_BACK)
                || RefusedException.isOf(failure, ErrorCode.TRANSACTION_TIMED_OUT);
    }

    /** Asks where the session knows that the branch is, and then where else its home knows. */
    private CompletableFuture<PartitionAnswers<BranchPrepared>> prepareAll(
            BranchId id, int coordinator) {
        Set<Integer> asked = parts.joined(id);
        asked.add(parts.homeOf(id));
        asked.remove(coordinator);
        return PartitionAnswers.ask(asked, each -> parts.at(each).prepareLater(id, coordinator))
                .thenCompose(first -> prepareRest(id, coordinator, asked, first));
    }

    private CompletableFuture<PartitionAnswers<BranchPrepared>> prepareRest(
            BranchId id,
            int coordinator,
            Set<Integer> asked,
            PartitionAnswers<BranchPrepared> first) {
        Set<Integer> rest = new TreeSet<>();
        first.answers().values().forEach(each -> rest.addAll(each.partitions().numbers()));
        rest.removeAll(asked);
        rest.remove(coordinator);
        if (rest.isEmpty() || !first.failures().isEmpty()) {
            return CompletableFuture.completedFuture(first);
        }
        return PartitionAnswers.ask(rest, each -> parts.at(each).prepareLater(id, coordinator))
                .thenApply(
                        more -> {
                            first.answers().putAll(more.answers());
                            first.failures().putAll(more.failures());
                            return first;
                        });
    }

    /** Decides a branch, without waiting. */
    CompletableFuture<Void> resolveLater(BranchId id, Resolution resolution) {
        if (resolution == Resolution.COMMIT_ONE_PHASE) {
            return commitLater(id);
        }
        Set<Integer> known = parts.preparedAt(id);
        return PartitionAnswers.ask(
                        known.isEmpty() ? parts.all() : known,
                        each -> parts.at(each).resolveLater(id, resolution, PartitionSet.NONE))
                .thenAccept(
                        all -> {
                            all.require(resolution.isCommit());
                            parts.forget(id);
                        });
    }

    /** In one phase: the partition with the most bytes decides, once all others have prepared. */
    private CompletableFuture<Void> commitLater(BranchId id) {
        int home = parts.homeOf(id);
        int decider = parts.withMostBytes(id);
        Set<Integer> joined = parts.joined(id);
        joined.add(home);
        if (joined.equals(Set.of(decider))) {
            return parts.at(decider)
                    .resolveLater(id, Resolution.COMMIT_ONE_PHASE, PartitionSet.NONE)
                    .handle((done, failed) -> failed)
                    .thenCompose(failed -> commitElsewhere(id, decider, failed));
        }
        return prepareAll(id, decider).thenCompose(all -> commitAll(id, decider, all));
    }

    /** Another session may have joined the branch at other partitions; its home knows that. */
    private CompletableFuture<Void> commitElsewhere(
            BranchId id, int coordinator, @Nullable Throwable failed) {
        if (failed == null) {
            return CompletableFuture.completedFuture(null);
        }
        boolean elsewhere =
                parts.count() > 1
                        && RefusedException.isOf(
                                PartitionAnswers.causeOf(failed), ErrorCode.TRANSACTION_STATE);
        if (!elsewhere) {
            return CompletableFuture.failedFuture(PartitionAnswers.causeOf(failed));
        }
        List<Integer> others = parts.all().stream().filter(each -> each != coordinator).toList();
        return PartitionAnswers.ask(others, each -> parts.at(each).prepareLater(id, coordinator))
                .thenCompose(
                        all -> {
                            all.failures().values().removeIf(PartitionAnswers::isUnknown);
                            return all.answers().isEmpty()
                                    ? CompletableFuture.<Void>failedFuture(
                                            PartitionAnswers.causeOf(failed))
                                    : commitAll(id, coordinator, all);
                        });
    }

    private CompletableFuture<Void> commitAll(
            BranchId id, int coordinator, PartitionAnswers<BranchPrepared> all) {
        RuntimeException refused =
                all.failures().isEmpty()
                        ? null
                        : all.failure() == null ? rolledBack(id) : all.failure();
        Set<Integer> participants = new TreeSet<>(all.answers().keySet());
        if (coordinator != parts.homeOf(id)) {
            // Its home wants to be told of all, for only it knows them.
            participants.removeIf(
                    each -> {
                        BranchPrepared answer = all.answers().get(each);
                        return answer != null && answer.readOnly();
                    });
        }
        if (refused != null) {
            return parts.at(coordinator)
                    .resolveLater(id, Resolution.ROLLBACK, PartitionSet.of(participants))
                    .handle((done, failed) -> refused)
                    .thenCompose(CompletableFuture::failedFuture);
        }
        return parts.at(coordinator)
                .resolveLater(id, Resolution.COMMIT_ONE_PHASE, PartitionSet.of(participants));
    }

    /** Has what an administrator decided forgotten, without waiting. */
    CompletableFuture<Void> forgetLater(BranchId id) {
        return PartitionAnswers.ask(parts.all(), each -> parts.at(each).forgetLater(id))
                .thenAccept(
                        all -> {
                            all.require(null);
                            parts.forget(id);
                        });
    }

    /**
     * All branches that are prepared, or that an administrator decided, each once, without waiting.
     * Fails if one partition cannot tell: what is missing would be taken for done.
     */
    CompletableFuture<List<BranchesRecovered.Branch>> recoverLater() {
        return PartitionAnswers.ask(parts.all(), each -> parts.at(each).recoverLater())
                .thenApply(
                        all -> {
                            for (RuntimeException failure : all.failures().values()) {
                                throw failure;
                            }
                            return once(all.answers().values());
                        });
    }

    private static List<BranchesRecovered.Branch> once(
            Iterable<List<BranchesRecovered.Branch>> lists) {
        Map<BranchId, BranchesRecovered.Branch> found = new LinkedHashMap<>();
        for (List<BranchesRecovered.Branch> list : lists) {
            list.forEach(each -> found.putIfAbsent(BranchId.of(each.transactionId()), each));
        }
        return List.copyOf(found.values());
    }
}
