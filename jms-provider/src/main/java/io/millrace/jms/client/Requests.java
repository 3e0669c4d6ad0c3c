package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for their answer. All can be asked again after a lost link. Guarded by its own
 * monitor.
 */
final class Requests {

    private final Map<Long, Pending> pendingById = new LinkedHashMap<>();
    private long lastId;

    record Pending(ClientFrame frame, CompletableFuture<BrokerFrame> answer) {}

    /** Waits for an answer; a refusal is thrown. */
    static <T extends @Nullable Object> T join(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Throws an answer that is a refusal. */
    static void check(BrokerFrame answer) {
        var unused = checked(answer);
    }

    /** The answer, unless it is a refusal, which is thrown. */
    static BrokerFrame checked(BrokerFrame answer) {
        if (answer instanceof BrokerFrame.Refused refused) {
            throw new RefusedException(refused.code(), refused.message());
        }
        return answer;
    }

    synchronized Pending add(LongFunction<ClientFrame> frameOfId) {
        long id = ++lastId;
        Pending pending = new Pending(frameOfId.apply(id), new CompletableFuture<>());
        pendingById.put(id, pending);
        return pending;
    }

    /** A number for a request whose answer somebody else awaits. */
    synchronized long nextId() {
        return ++lastId;
    }

    void answered(long id, BrokerFrame answer) {
        Pending pending;
        synchronized (this) {
            pending = pendingById.remove(id);
        }
        if (pending != null) {
            pending.answer.complete(answer);
        }
    }

    synchronized List<ClientFrame> unanswered() {
        List<ClientFrame> frames = new ArrayList<>(pendingById.size());
        for (Pending pending : pendingById.values()) {
            frames.add(pending.frame());
        }
        return frames;
    }

    void failAll(RuntimeException failure) {
        List<Pending> all;
        synchronized (this) {
            all = List.copyOf(pendingById.values());
            pendingById.clear();
        }
        all.forEach(each -> each.answer.completeExceptionally(failure));
    }
}
