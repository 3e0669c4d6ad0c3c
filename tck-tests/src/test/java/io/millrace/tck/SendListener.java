package io.millrace.tck;

import static org.awaitility.Awaitility.await;

import jakarta.jms.CompletionListener;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A completion listener that runs something, and keeps what was thrown, in it or at it. */
final class SendListener implements CompletionListener {

    final List<Exception> failures = new CopyOnWriteArrayList<>();
    final AtomicInteger returned = new AtomicInteger();
    private final Callback callback;

    /** What is done with a message that was sent. */
    interface Callback {
        void completed(Message message) throws Exception;
    }

    SendListener(Callback callback) {
        this.callback = callback;
    }

    @Override
    public void onCompletion(Message message) {
        try {
            callback.completed(message);
        } catch (Exception e) {
            failures.add(e);
        }
        returned.incrementAndGet();
    }

    @Override
    public void onException(Message message, Exception exception) {
        failures.add(exception);
        returned.incrementAndGet();
    }

    void awaitReturned(int times) {
        await().atMost(Duration.ofMillis(Texts.PATIENCE_MILLIS))
                .until(() -> returned.get() == times);
    }
}
