package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import io.millrace.wire.WireOutput;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer core with the threads that wait for it: bounds what is unconfirmed, and wakes senders.
 */
public final class SessionProducer implements ProducerPort {

    private static final Logger LOG = LoggerFactory.getLogger(SessionProducer.class);

    private final BrokerConnection connection;
    private final ProducerCore core;
    private final Consumer<ProducerCore.Batch> completions;

    /** A message on its way. */
    public interface Outgoing {

        /** Writes it as one record of a batch. May be called twice. */
        void encode(WireOutput to, long baseTimeMillis);

        /** Whether it is PERSISTENT (Jakarta Messaging 3.1, 3.4.2). */
        boolean isPersistent();

        /** Whether its sender waits to hear what became of it, even if it is NON_PERSISTENT. */
        default boolean isAwaited() {
            return false;
        }

        /** Its id is known now; called before anybody can hear of its confirmation. */
        void numbered(Id128 producerId, long sequence);
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
                        connection.newProducerId());
        this.completions = completions;
        connection.register(this);
    }

    @Override
    public ProducerCore core() {
        return core;
    }

    /** The partition that it sends to. */
    public int partition() {
        return core.partition();
    }

    @Override
    public void done(List<ProducerCore.Batch> batches) {
        synchronized (core) {
            // Handed over before close can find this idle, so that no completion comes after it.
            for (ProducerCore.Batch batch : batches) {
                if (!batch.attachments().isEmpty()) {
                    completions.accept(batch);
                }
                reportUnawaited(batch);
            }
            core.notifyAll();
        }
    }

    private void reportUnawaited(ProducerCore.Batch batch) {
        RuntimeException refusal = batch.refusal();
        if (refusal == null || !batch.isUnawaited() || core.failure() != null) {
            return;
        }
        LOG.warn("{} NON_PERSISTENT messages: {}", batch.count(), refusal.getMessage());
        if (!batch.isLost()) {
            connection.unawaitedRefused(refusal);
        }
    }

    /**
     * Sends a message; waits while too much is unconfirmed. Without an attachment it waits for the
     * confirmation of a PERSISTENT message, and does not for that of a NON_PERSISTENT one, unless
     * option {@code nonPersistent} is {@code confirmed}.
     *
     * @param attachment comes back with the batch once it is done
     */
    public void send(
            long destinationId, long nowMillis, Outgoing message, @Nullable Object attachment) {
        ProducerCore.Mode mode = ProducerCore.Mode.PERSISTENT;
        if (!message.isPersistent()) {
            boolean heard =
                    attachment != null
                            || message.isAwaited()
                            || connection.options().nonPersistentConfirmed();
            mode = heard ? ProducerCore.Mode.NON_PERSISTENT : ProducerCore.Mode.UNAWAITED;
        }
        boolean awaited = attachment == null && mode != ProducerCore.Mode.UNAWAITED;
        ProducerCore.Batch batch;
        synchronized (core) {
            awaitRoom();
            batch = write(destinationId, nowMillis, message, mode);
            core.added(batch, attachment);
            if (awaited) {
                core.flushAwaited();
            } else {
                core.flush(false);
            }
        }
        if (awaited) {
            awaitDone(batch);
            RuntimeException refusal = batch.refusal();
            if (refusal != null) {
                throw refusal;
            }
        }
    }

    private ProducerCore.Batch write(
            long destinationId, long nowMillis, Outgoing message, ProducerCore.Mode mode) {
        ProducerCore.Batch batch = core.batchFor(destinationId, nowMillis, mode);
        if (fits(batch, message)) {
            return batch;
        }
        if (!batch.isEmpty()) {
            // Behind others it does not fit a frame; alone it may.
            core.flush(true);
            batch = core.batchFor(destinationId, nowMillis, mode);
            if (fits(batch, message)) {
                return batch;
            }
        }
        throw new RefusedException(
                ErrorCode.LIMIT,
                "Expected a message that fits a frame of "
                        + Frame.MAX_SEND_BYTES
                        + " bytes, but it is larger; send it in parts");
    }

    private boolean fits(ProducerCore.Batch batch, Outgoing message) {
        int before = batch.frame().size();
        boolean written = false;
        try {
            message.encode(batch.frame(), batch.baseTimeMillis());
            if (!batch.isOversized()) {
                message.numbered(core.producerId(), core.nextSequence());
                written = true;
            }
        } finally {
            if (!written) {
                core.abandon(batch, before);
            }
        }
        return written;
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
        connection.lendUntil(batch::isDone);
        if (batch.isDone()) {
            return;
        }
        boolean interrupted = false;
        synchronized (core) {
            while (!batch.isDone()) {
                interrupted |= !pause();
            }
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

    /** What was sent so far leaves in batches of its own: nothing that follows joins it. */
    public void flush() {
        synchronized (core) {
            core.flush(true);
        }
    }

    /** Waits until everything sent is confirmed or refused. */
    public void awaitIdle() {
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
    }

    /** Waits until everything sent is confirmed or refused, then closes the window. */
    public void close() {
        awaitIdle();
        if (core.failure() == null) {
            Ports.end(connection, () -> connection.unregister(this));
        }
    }
}
