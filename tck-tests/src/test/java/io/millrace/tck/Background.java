package io.millrace.tck;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A call in a thread of its own, to see that it waits, for whom, and what comes of it. */
final class Background<T extends @Nullable Object> {

    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Thread thread;

    private Background(Callable<? extends T> call) {
        thread =
                new Thread(
                        () -> {
                            try {
                                outcome.complete(call.call());
                            } catch (Exception e) {
                                outcome.completeExceptionally(e);
                            }
                        },
                        "background");
        thread.setDaemon(true);
        thread.start();
    }

    /** A call without a result. */
    interface Action {
        void run() throws Exception;
    }

    static <T extends @Nullable Object> Background<T> call(Callable<? extends T> call) {
        return new Background<>(call);
    }

    static Background<Boolean> run(Action action) {
        return new Background<>(
                () -> {
                    action.run();
                    return true;
                });
    }

    /** Returns once the call stands still, or has ended. */
    Background<T> awaitBlocked() {
        await().atMost(Duration.ofMillis(Texts.PATIENCE_MILLIS))
                .until(
                        () ->
                                switch (thread.getState()) {
                                    case WAITING, TIMED_WAITING, TERMINATED -> true;
                                    default -> false;
                                });
        return this;
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** What the call returned; throws what it threw. */
    T result() throws Exception {
        try {
            return outcome.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            AssertionError stuck = new AssertionError("the call still waits");
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
    }
}
