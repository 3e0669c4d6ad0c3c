package io.millrace.jms.client;

import io.millrace.wire.Id128;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A session's transactions at one partition, for the threads that wait for their outcomes. */
public final class SessionTransaction implements ProducerPort {

    private final BrokerConnection connection;
    private final TransactionCore core;
    private final int partition;

    /** The broker knows the session, so that it can tell a commit that comes again. */
    private final CompletableFuture<Void> known;

    public SessionTransaction(BrokerConnection connection, int partition) {
        this.connection = connection;
        this.partition = partition;
        int handle = connection.nextHandle();
        Id128 sessionId = connection.newProducerId();
        this.core =
                new TransactionCore(connection.options(), connection, partition, handle, sessionId);
        connection.register(this);
        this.known =
                connection
                        .askLater(
                                id ->
                                        new TrafficFrame.OpenProducer(
                                                handle, partition, sessionId, false, id))
                        .thenAccept(
                                done -> {
                                    synchronized (core) {
                                        core.known();
                                    }
                                });
    }

    @Override
    public TransactionCore core() {
        return core;
    }

    @Override
    public void done(List<ProducerCore.Batch> batches) {
        // Nobody waits for a batch, only for the outcome of the whole.
    }

    /**
     * Adds a message to the transaction.
     *
     * @throws RefusedException if it cannot be added
     */
    public void send(long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        synchronized (core) {
            core.add(destinationId, nowMillis, message);
        }
    }

    /** Where it is. */
    public int partition() {
        return partition;
    }

    /** Whether nothing was sent in it. */
    public boolean isEmpty() {
        synchronized (core) {
            return core.isEmpty();
        }
    }

    /** Whether the broker has forgotten the session. */
    public boolean isExpired() {
        synchronized (core) {
            return core.isExpired();
        }
    }

    /**
     * Commits, without waiting. Never fails.
     *
     * @param settlements what of consumers' deliveries the transaction is done with
     */
    public CompletableFuture<CommitOutcome> commitLater(
            List<TransactionFrame.Settlement> settlements) {
        synchronized (core) {
            core.flush();
        }
        return known.thenCompose(
                        done ->
                                connection.askLater(
                                        id -> {
                                            synchronized (core) {
                                                return core.commit(id, settlements);
                                            }
                                        }))
                .handle(
                        (done, failed) -> {
                            synchronized (core) {
                                return core.decided(failed == null ? null : cause(failed));
                            }
                        });
    }

    private static RuntimeException cause(Throwable failed) {
        Throwable cause = failed.getCause();
        if (failed instanceof CompletionException && cause instanceof RuntimeException refused) {
            return refused;
        }
        return failed instanceof RuntimeException runtime
                ? runtime
                : new IllegalStateException("Expected an answer, but " + failed, failed);
    }

    /** Commits and waits for the outcome, over as many links as it takes. */
    public CommitOutcome commit(List<TransactionFrame.Settlement> settlements) {
        CompletableFuture<CommitOutcome> outcome = commitLater(settlements);
        connection.lendUntil(outcome::isDone);
        return outcome.join();
    }

    /** Forgets what was sent. */
    public void rollback() {
        synchronized (core) {
            core.rollback();
        }
    }

    /** Rolls back and ends. */
    public void close() {
        rollback();
        Ports.end(connection, () -> connection.unregister(this));
    }
}
