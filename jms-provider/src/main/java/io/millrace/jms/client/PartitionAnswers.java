package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What several partitions answered to the same request.
 *
 * @param answers of those that did as they were asked, by partition
 * @param failures of the others
 */
record PartitionAnswers<T>(Map<Integer, T> answers, Map<Integer, RuntimeException> failures) {

    /** Asks each; never fails. */
    static <T> CompletableFuture<PartitionAnswers<T>> ask(
            Iterable<Integer> partitions, IntFunction<CompletableFuture<T>> question) {
        Map<Integer, CompletableFuture<T>> asked = new LinkedHashMap<>();
        partitions.forEach(each -> asked.put(each, question.apply(each)));
        return CompletableFuture.allOf(asked.values().toArray(new CompletableFuture<?>[0]))
                .handle((done, failed) -> of(asked));
    }

    private static <T> PartitionAnswers<T> of(Map<Integer, CompletableFuture<T>> asked) {
        PartitionAnswers<T> all =
                new PartitionAnswers<>(new LinkedHashMap<>(), new LinkedHashMap<>());
        asked.forEach(
                (partition, answer) -> {
                    try {
                        all.answers.put(partition, answer.join());
                    } catch (CompletionException e) {
                        all.failures.put(partition, causeOf(e));
                    }
                });
        return all;
    }

    /** Why something failed, of a future that depends on others. */
    static RuntimeException causeOf(Throwable failed) {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        return cause instanceof RuntimeException direct
                ? direct
                : new IllegalStateException("Expected an answer, but " + cause, cause);
    }

    /** A failure that says more than that a partition does not know the branch; null if none. */
    @Nullable RuntimeException failure() {
        return failures.values().stream().filter(each -> !isUnknown(each)).findFirst().orElse(null);
    }

    static boolean isUnknown(RuntimeException failure) {
        return RefusedException.isOf(failure, ErrorCode.UNKNOWN_TRANSACTION);
    }

    /** Some failure, if nobody did as he was asked. */
    @Nullable RuntimeException unknown() {
        return answers.isEmpty() ? failures.values().iterator().next() : null;
    }

    /**
     * All is done that was asked for, by at least one; who does not know the branch has nothing of
     * it, or not any more.
     *
     * @param commits whether it was to be committed; null if that was not the question
     * @throws RuntimeException what has to be told otherwise
     */
    void require(@Nullable Boolean commits) {
        boolean committed = !answers.isEmpty() && Boolean.TRUE.equals(commits);
        boolean rolledBack = !answers.isEmpty() && Boolean.FALSE.equals(commits);
        RuntimeException heuristic = null;
        for (RuntimeException each : failures.values()) {
            if (RefusedException.isOf(each, ErrorCode.HEURISTIC_COMMIT)) {
                committed = true;
                heuristic = each;
            } else if (RefusedException.isOf(each, ErrorCode.HEURISTIC_ROLLBACK)) {
                rolledBack = true;
                heuristic = each;
            } else if (!isUnknown(each)) {
                throw each;
            }
        }
        if (heuristic != null) {
            throw committed && rolledBack
                    ? new MixedOutcomeException(heuristic.getMessage())
                    : heuristic;
        }
        RuntimeException unknown = unknown();
        if (unknown != null) {
            throw unknown;
        }
    }
}
