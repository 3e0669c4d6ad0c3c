package io.millrace.jms;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.Completions;
import io.millrace.jms.client.ProducerCore;
import io.millrace.jms.client.SessionProducer;
import io.millrace.wire.BrokerFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends outside of transactions: a window for each partition that it sends to.
 *
 * <p>Partitions confirm each in its own time, while the completion listeners of a session are
 * called in the order of its sends (Jakarta Messaging 3.1, 7.3.8). So once there is a second
 * window, it is remembered which asynchronous sends are under way, and a listener waits for those
 * before it. Thread-safe: confirmations come from the connection's thread.
 */
final class SendWindows {

    private final BrokerConnection broker;
    private final Completions completions;

    // Guarded by this.
    private final Map<Integer, SessionProducer> windowsByPartition = new TreeMap<>();

    // Guarded by itself.
    private final ArrayDeque<Departed> underWay = new ArrayDeque<>();

    /** Whether there are several windows, or were. */
    private volatile boolean ordering;

    SendWindows(BrokerConnection broker, Completions completions) {
        this.broker = broker;
        this.completions = completions;
    }

    /** An asynchronous send of a session with several windows. */
    private static final class Departed {
        private final AsyncSend send;
        private @Nullable RuntimeException refusal;
        private boolean done;

        Departed(AsyncSend send) {
            this.send = send;
        }

        void tell() {
            send.completed(refusal);
        }
    }

    /** The window at a partition, opened when it is first asked for. */
    synchronized SessionProducer at(int partition) {
        SessionProducer open = windowsByPartition.get(partition);
        if (open == null) {
            if (windowsByPartition.size() == 1) {
                // What is under way there is in no order with others yet.
                windowsByPartition.values().forEach(SessionProducer::awaitIdle);
                ordering = true;
            }
            open = new SessionProducer(broker, partition, this::done);
            windowsByPartition.put(partition, open);
        }
        return open;
    }

    /**
     * Sends a message through a window of these.
     *
     * @param async who wants to hear of it; null if the caller waits
     */
    void send(
            SessionProducer window,
            BrokerFrame.Located to,
            long nowMillis,
            SessionProducer.Outgoing message,
            @Nullable AsyncSend async) {
        if (async == null || !ordering) {
            window.send(to.destinationId(), nowMillis, message, async);
            return;
        }
        Departed departed = new Departed(async);
        synchronized (underWay) {
            underWay.add(departed);
        }
        boolean sent = false;
        try {
            window.send(to.destinationId(), nowMillis, message, departed);
            sent = true;
        } finally {
            if (!sent) {
                // The call throws, so the listener hears nothing (7.3.2).
                synchronized (underWay) {
                    underWay.removeLastOccurrence(departed);
                    tellInOrder();
                }
            }
        }
    }

    private void done(ProducerCore.Batch batch) {
        if (!ordering) {
            completions.add(batch);
            return;
        }
        synchronized (underWay) {
            for (Object attachment : batch.attachments()) {
                Departed departed = (Departed) attachment;
                departed.refusal = batch.refusal();
                departed.done = true;
            }
            tellInOrder();
        }
    }

    private void tellInOrder() {
        for (Departed next = underWay.peek(); next != null && next.done; next = underWay.peek()) {
            underWay.remove();
            completions.add(next::tell);
        }
    }

    private synchronized List<SessionProducer> open() {
        return new ArrayList<>(windowsByPartition.values());
    }

    /** Waits until everything sent is confirmed or refused. */
    void awaitIdle() {
        open().forEach(SessionProducer::awaitIdle);
    }

    /** Waits likewise, and closes the windows. */
    void close() {
        open().forEach(SessionProducer::close);
    }
}
