package io.millrace.jms;

import io.millrace.jms.client.ProducerCore;
import jakarta.jms.CompletionListener;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message that was sent asynchronously, and who wants to hear of it (Jakarta Messaging 3.1, 7.3).
 *
 * @param undo what to do if it is refused, null for nothing
 */
record AsyncSend(Message message, CompletionListener listener, @Nullable Runnable undo) {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncSend.class);

    private static final String THREW = "a completion listener threw";

    /**
     * In a transaction a send is done as soon as it is part of that; whether it happens, the commit
     * tells.
     */
    void joinedTransaction() {
        try {
            listener.onCompletion(message);
        } catch (RuntimeException | Error e) {
            LOG.warn(THREW, e);
        }
    }

    /** Calls the listeners of a batch that is done, in order. */
    static void completed(ProducerCore.Batch batch) {
        for (Object attachment : batch.attachments()) {
            ((AsyncSend) attachment).completed(batch.refusal());
        }
    }

    /**
     * Calls the listener: the send is done.
     *
     * @param refusal why the message was not taken; null if it was
     */
    void completed(@Nullable RuntimeException refusal) {
        if (refusal != null && undo != null) {
            undo.run();
        }
        try {
            if (refusal == null) {
                listener.onCompletion(message);
            } else {
                listener.onException(message, JmsErrors.of(refusal));
            }
        } catch (RuntimeException | Error e) {
            // The listener's own bug must not keep the others from hearing.
            LOG.warn(THREW, e);
        }
    }
}
