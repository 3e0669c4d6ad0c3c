package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a session's transactions have at one partition, and what is asked of that. */
final class TransactionPart implements ProducerPort {

    private final BrokerConnection connection;
    private final int partition;
    private final TransactionCore core;

    /** The partition knows the session, so that it can tell a commit that comes again. */
    private final CompletableFuture<Void> known;

    TransactionPart(BrokerConnection connection, int partition, TransactionNumbers numbers) {
        this.connection = connection;
        this.partition = partition;
        int handle = connection.nextHandle();
        this.core =
                new TransactionCore(connection.options(), connection, partition, handle, numbers);
        connection.register(this);
        this.known =
                connection
                        .askLater(
                                id ->
                                        new TrafficFrame.OpenProducer(
                                                handle, partition, numbers.sessionId(), false, id))
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

    int partition() {
        return partition;
    }

    CompletableFuture<Void> known() {
        return known;
    }

    boolean isEmpty() {
        synchronized (core) {
            return core.isEmpty();
        }
    }

    /** How much was sent, about: who decides writes it once, and others twice. */
    long bytes() {
        synchronized (core) {
            return core.bytes();
        }
    }

    void flush() {
        synchronized (core) {
            core.flush();
        }
    }

    /**
     * Has another partition decide about this part, once it is durable.
     *
     * @param whenPrepared the partition has it from then on, whatever happens; called before
     *     anything that the broker says later is heard
     */
    CompletableFuture<Void> prepareLater(
            int coordinator, List<TransactionFrame.Settlement> settlements, Runnable whenPrepared) {
        return connection
                .askLater(
                        id -> {
                            synchronized (core) {
                                return core.prepare(id, coordinator, settlements);
                            }
                        })
                .thenAccept(
                        prepared -> {
                            synchronized (core) {
                                core.prepared();
                            }
                            whenPrepared.run();
                        });
    }

    /** Commits, for the participants as well. */
    CompletableFuture<BrokerFrame> commitLater(
            List<TransactionFrame.Settlement> settlements, PartitionSet participants) {
        return connection.askLater(
                id -> {
                    synchronized (core) {
                        return core.commit(id, settlements, participants);
                    }
                });
    }

    void next() {
        synchronized (core) {
            core.next();
        }
    }

    void rollback() {
        synchronized (core) {
            core.rollback();
        }
    }

    void close() {
        Ports.end(connection, () -> connection.unregister(this));
    }
}
