package io.millrace.jms;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A session's consumers that may have something for their listeners, in turn, each at most once: so
 * that the session's thread looks at those alone, however many there are.
 */
final class ReadyConsumers {

    private final Queue<MillraceConsumer> waiting = new ConcurrentLinkedQueue<>();

    /** What a consumer keeps for this. */
    static final class Mark {
        private final AtomicBoolean waiting = new AtomicBoolean();
    }

    /** Called by any thread. */
    void add(MillraceConsumer consumer) {
        if (consumer.readyMark().waiting.compareAndSet(false, true)) {
            waiting.add(consumer);
        }
    }

    /** The next one; what arrives for it from now on makes it ready again. */
    @Nullable MillraceConsumer take() {
        MillraceConsumer next = waiting.poll();
        if (next != null) {
            next.readyMark().waiting.set(false);
        }
        return next;
    }
}
