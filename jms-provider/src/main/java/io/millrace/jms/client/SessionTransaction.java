package io.millrace.jms.client;

import io.millrace.wire.BranchFrame;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.TransactionReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's transactions, one after the other, each over any number of partitions.
 *
 * <p>One that is at a single partition is committed there. Of several one is the coordinator, that
 * with the most bytes: all others prepare their parts, and then it commits for them as well. If one
 * cannot prepare, the coordinator is told to roll all back. Nothing else is ever said to a
 * participant, so that it is one place where a transaction is decided, whatever gets lost.
 */
public final class SessionTransaction {

    private final BrokerConnection connection;
    private final TransactionNumbers numbers;

    // Guarded by this.
    private final Map<Integer, TransactionPart> partsByPartition = new TreeMap<>();
    private boolean expired;
    private TransactionReference committing;

    public SessionTransaction(BrokerConnection connection) {
        this.connection = connection;
        this.numbers = new TransactionNumbers(connection.newProducerId());
        this.committing = new TransactionReference(numbers.id(), Frame.FIRST_PARTITION);
    }

    /** Something at a partition is about to become part of it. */
    public void open(int partition) {
        var unused = at(partition);
    }

    private synchronized TransactionPart at(int partition) {
        return partsByPartition.computeIfAbsent(
                partition, number -> new TransactionPart(connection, number, numbers));
    }

    private synchronized List<TransactionPart> parts() {
        return List.copyOf(partsByPartition.values());
    }

    /**
     * Adds a message to the transaction.
     *
     * @throws RefusedException if it cannot be added
     */
    public void send(
            int partition, long destinationId, long nowMillis, SessionProducer.Outgoing message) {
        TransactionCore core = at(partition).core();
        synchronized (core) {
            core.add(destinationId, nowMillis, message);
        }
    }

    /** Whether it can take messages: the connection is not gone for good. */
    public boolean isUsable() {
        return connection.failure() == null;
    }

    /** Whether nothing was sent in it. */
    public boolean isEmpty() {
        return parts().stream().allMatch(TransactionPart::isEmpty);
    }

    /**
     * Whether it must not be used any more: a partition has forgotten the session, or may still
     * have to decide about a transaction of it.
     */
    public boolean isExpired() {
        synchronized (this) {
            if (expired) {
                return true;
            }
        }
        for (TransactionPart part : parts()) {
            synchronized (part.core()) {
                if (part.core().isExpired()) {
                    return true;
                }
            }
        }
        return false;
    }

    private synchronized void expire() {
        expired = true;
    }

    // ---- commit ----

    /**
     * Commits, without waiting. Never fails. What was received of partitions that have prepared
     * their part is let go of then: it is settled, or given back by the broker.
     *
     * @param received what the transaction is done with
     */
    public CompletableFuture<CommitOutcome> commitLater(List<ReceivedPart> received) {
        Map<Integer, List<ReceivedPart>> receivedByPartition = new TreeMap<>();
        for (ReceivedPart each : received) {
            open(each.partition());
            receivedByPartition
                    .computeIfAbsent(each.partition(), number -> new ArrayList<>())
                    .add(each);
        }
        List<TransactionPart> taking = new ArrayList<>();
        for (TransactionPart part : parts()) {
            if (!part.isEmpty() || receivedByPartition.containsKey(part.partition())) {
                part.flush();
                taking.add(part);
            }
        }
        if (taking.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new CommitOutcome(
                            CommitOutcome.Kind.COMMITTED,
                            new TransactionReference(numbers.id(), Frame.FIRST_PARTITION),
                            null));
        }
        TransactionPart coordinator =
                taking.stream().max(Comparator.comparingLong(TransactionPart::bytes)).orElseThrow();
        taking.remove(coordinator);
        committing(new TransactionReference(numbers.id(), coordinator.partition()));
        Commit commit = new Commit(coordinator, taking, receivedByPartition);
        return taking.isEmpty() ? commit.alone() : commit.shared();
    }

    private synchronized void committing(TransactionReference reference) {
        committing = reference;
    }

    /** By what the transaction can be asked for that {@link #commitLater} was called for last. */
    public synchronized TransactionReference committing() {
        return committing;
    }

    /** The course of one commit. */
    private final class Commit {
        private final TransactionId id = numbers.id();
        private final TransactionPart coordinator;
        private final List<TransactionPart> others;
        private final PartitionSet participants;
        private final Map<Integer, List<ReceivedPart>> receivedByPartition;

        Commit(
                TransactionPart coordinator,
                List<TransactionPart> others,
                Map<Integer, List<ReceivedPart>> receivedByPartition) {
            this.coordinator = coordinator;
            this.others = List.copyOf(others);
            this.participants =
                    PartitionSet.of(others.stream().map(TransactionPart::partition).toList());
            this.receivedByPartition = receivedByPartition;
        }

        CompletableFuture<CommitOutcome> alone() {
            return coordinator.known().thenCompose(done -> decide()).handle(this::decided);
        }

        /** Only once all know the session: then none is prepared that the coordinator forgets. */
        CompletableFuture<CommitOutcome> shared() {
            List<CompletableFuture<Void>> known = new ArrayList<>();
            known.add(coordinator.known());
            others.forEach(part -> known.add(part.known()));
            return all(known)
                    .thenCompose(done -> all(others.stream().map(this::prepare).toList()))
                    .handle((done, failed) -> failed == null ? decideForAll() : undo(failed))
                    .thenCompose(outcome -> outcome);
        }

        private CompletableFuture<Void> prepare(TransactionPart part) {
            List<ReceivedPart> received = received(part);
            return part.prepareLater(
                    coordinator.partition(),
                    settlements(part),
                    () -> received.forEach(ReceivedPart::letGo));
        }

        private CompletableFuture<CommitOutcome> decideForAll() {
            return decide().handle(this::decided);
        }

        private CompletableFuture<BrokerFrame> decide() {
            return coordinator.commitLater(settlements(coordinator), participants);
        }

        private CommitOutcome decided(@Nullable BrokerFrame done, @Nullable Throwable failed) {
            CommitOutcome outcome;
            synchronized (coordinator.core()) {
                outcome =
                        coordinator
                                .core()
                                .decided(failed == null ? null : PartitionAnswers.causeOf(failed));
            }
            if (!others.isEmpty() && outcome.kind() == CommitOutcome.Kind.UNKNOWN) {
                // Whoever has prepared a part of a session that is gone asks what became of it.
                expire();
            }
            next();
            return outcome;
        }

        /** Nobody was asked to commit: nothing of it happens. */
        private CompletableFuture<CommitOutcome> undo(Throwable failed) {
            RuntimeException reason = PartitionAnswers.causeOf(failed);
            if (reason instanceof RefusedException refused
                    && refused.code() == ErrorCode.PRODUCER_EXPIRED) {
                expire();
            }
            return connection
                    .askLater(
                            requestId ->
                                    new BranchFrame.Resolve(
                                            requestId,
                                            coordinator.partition(),
                                            id.toBytes(),
                                            Resolution.ROLLBACK,
                                            participants))
                    .handle(
                            (done, lost) -> {
                                if (lost != null) {
                                    expire();
                                }
                                next();
                                return new CommitOutcome(
                                        CommitOutcome.Kind.ROLLED_BACK,
                                        new TransactionReference(id, coordinator.partition()),
                                        reason);
                            });
        }

        private List<ReceivedPart> received(TransactionPart part) {
            return receivedByPartition.getOrDefault(part.partition(), List.of());
        }

        private List<TransactionFrame.Settlement> settlements(TransactionPart part) {
            return received(part).stream().map(ReceivedPart::settlement).toList();
        }
    }

    private static CompletableFuture<Void> all(Collection<CompletableFuture<Void>> each) {
        return CompletableFuture.allOf(each.toArray(new CompletableFuture<?>[0]));
    }

    private void next() {
        numbers.decided();
        parts().forEach(TransactionPart::next);
    }

    /** Commits and waits for the outcome, over as many links as it takes. */
    public CommitOutcome commit(List<ReceivedPart> received) {
        CompletableFuture<CommitOutcome> outcome = commitLater(received);
        connection.lendUntil(outcome::isDone);
        return outcome.join();
    }

    /** Forgets what was sent. */
    public void rollback() {
        parts().forEach(TransactionPart::rollback);
        next();
    }

    /** Rolls back and ends. */
    public void close() {
        rollback();
        parts().forEach(TransactionPart::close);
    }
}
