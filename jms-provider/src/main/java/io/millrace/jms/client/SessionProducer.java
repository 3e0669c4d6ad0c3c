package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.WireOutput;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A producer core with the threads that wait for it: bounds what is unconfirmed, and wakes senders.
 */
public final class SessionProducer implements ProducerPort {

    private final BrokerConnection connection;
    private final ProducerCore core;
    private final Consumer<ProducerCore.Batch> completions;

    /** Writes one message. */
    public interface Encoder {
        void encode(WireOutput to, long baseTimeMillis);
    }

    /**
     * @param completions takes batches that are done and have attachments; called by the
     *     connection's thread
     */
    public SessionProducer(
            BrokerConnection connection, int partition, Consumer<ProducerCore.Batch> completions) {
        this.connection = connection;
        this.core =
                new ProducerCore(
                        connection.options(),
                        connection,
                        partition,
                        connection.nextHandle(),
                        BrokerConnection.newProducerId());
        this.completions = completions;
        connection.register(this);
    }

    @Override
    public ProducerCore core() {
        return core;
    }

    @Override
    public void done(List<ProducerCore.Batch> batches) {
        synchronized (core) {
            core.notifyAll();
        }
        for (ProducerCore.Batch batch : batches) {
            if (!batch.attachments().isEmpty()) {
                completions.accept(batch);
            }
        }
    }

    /**
     * Sends a message; waits while too much is unconfirmed.
     *
     * @param attachment comes back with the batch once it is done; null waits for the confirmation
     *     here
     * @return the message's sequence
     */
    public long send(
            long destinationId, long nowMillis, Encoder encoder, @Nullable Object attachment) {
        ProducerCore.Batch batch;
        long sequence;
        synchronized (core) {
            awaitRoom();
            batch = core.batchFor(destinationId, nowMillis);
            int before = batch.frame().size();
            boolean written = false;
            try {
                encoder.encode(batch.frame(), batch.baseTimeMillis());
                int bytes = batch.frame().size() - before;
                if (bytes > ProducerCore.maxMessageBytes()) {
                    throw new RefusedException(
                            ErrorCode.LIMIT,
                            "Expected a message of at most "
                                    + ProducerCore.maxMessageBytes()
                                    + " bytes, but it has "
                                    + bytes
                                    + "; send it in parts");
                }
                written = true;
            } finally {
                if (!written) {
                    core.abandon(batch, before);
                }
            }
            sequence = core.added(batch, attachment);
            core.flush(attachment == null);
            if (attachment == null) {
                awaitDone(batch);
            }
        }
        RuntimeException refusal = attachment == null ? batch.refusal() : null;
        if (refusal != null) {
            throw refusal;
        }
        return sequence;
    }

    private void awaitRoom() {
        boolean interrupted = false;
        while (!core.hasRoom() && core.failure() == null) {
            interrupted |= !pause();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException gone = core.failure();
        if (gone != null) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, String.valueOf(gone.getMessage()));
        }
    }

    private void awaitDone(ProducerCore.Batch batch) {
        boolean interrupted = false;
        while (!batch.isDone()) {
            interrupted |= !pause();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for news at the core, whose monitor is held. False if interrupted, which does not end
     * the wait.
     */
    @SuppressWarnings("WaitNotInLoop") // Both callers loop.
    private boolean pause() {
        try {
            core.wait();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Waits until everything sent is confirmed or refused, then closes the window. */
    public void close() {
        synchronized (core) {
            core.flush(true);
            boolean interrupted = false;
            while (!core.isIdle()) {
                interrupted |= !pause();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (core.failure() == null) {
            connection.unregister(this);
        }
    }
}
