package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.CommitOutcome;
import io.millrace.jms.client.ReceivedPart;
import io.millrace.jms.client.SessionProducer;
import io.millrace.jms.client.SessionTransaction;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionOutcome;
import io.millrace.wire.TransactionReference;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An application's transacted session, the real one without a thread that waits for it: sends to
 * several destinations, receives from several queues, and commits all of it or rolls it back.
 */
final class TransactedSession implements Receiving {

    private static final int MAX_CONSUMERS = 3;
    private static final int LONG_BYTES = 3_000;

    private final World world;
    private final Node node;
    private final Doubts doubts;
    private final Application application;
    private final BrokerConnection connection;
    private final String name;
    private SessionTransaction transaction;
    private final List<TransactedConsumer> consumers = new ArrayList<>();
    private TransactionRecord record;
    private boolean opening;
    private boolean deciding;
    private boolean ended;
    private int transactions;
    private Doubts.@Nullable Doubt doubt;

    /** Partitions that have committed something of the session, and so have had it. */
    private final Set<Integer> knownAt = new HashSet<>();

    TransactedSession(
            World world,
            Doubts doubts,
            Node node,
            Application application,
            BrokerConnection connection,
            String name) {
        this.world = world;
        this.doubts = doubts;
        this.node = node;
        this.application = application;
        this.connection = connection;
        this.name = name;
        this.transaction = new SessionTransaction(connection);
        this.record = next();
    }

    private TransactionRecord next() {
        return new TransactionRecord(name + ":" + ++transactions);
    }

    @Override
    public TransactionRecord record() {
        return record;
    }

    @Override
    public boolean mayReceive() {
        return !deciding && !ended;
    }

    /** Whether nothing waits for an answer. */
    boolean isIdle() {
        return !deciding && !opening;
    }

    @Override
    public String toString() {
        return name + (deciding ? " deciding " : " ") + record + " " + consumers;
    }

    /** Does something, whatever chance says. */
    void step() {
        consumers.removeIf(TransactedConsumer::isFinished);
        if (deciding || ended) {
            return;
        }
        int choice = node.random.nextInt(100);
        if (choice < 45) {
            send();
        } else if (choice < 55) {
            openConsumer(node.random.nextBoolean() ? application.owned() : application.shared());
        } else if (choice < 58) {
            closeConsumer();
        } else if (choice < 90) {
            commit();
        } else if (choice < 96) {
            rollback();
        }
    }

    /** Receives what there is for it alone, and commits. */
    void drain() {
        consumers.removeIf(TransactedConsumer::isFinished);
        if (deciding || ended) {
            return;
        }
        openConsumer(application.owned());
        commit();
    }

    private void send() {
        MillraceDestination destination = someDestination();
        BrokerFrame.Located to = application.locate(connection, destination);
        if (to == null) {
            return;
        }
        int count = node.random.nextInt(10) == 0 ? 30 : 1 + node.random.nextInt(4);
        for (int sent = 0; sent < count && transaction.isUsable(); sent++) {
            boolean persistent = node.random.nextInt(3) > 0;
            long now = node.clock.millis();
            long message = world.oracle().sending(destination.name(), name, persistent, record);
            int size = node.random.nextInt(node.random.nextInt(12) == 0 ? LONG_BYTES : 120);
            Outgoing outgoing = new Outgoing(message, persistent, size, destination.name(), now);
            transaction.send(to.partition(), to.destinationId(), now, outgoing);
        }
    }

    /** A message on its way. */
    record Outgoing(long id, boolean isPersistent, int size, String destination, long nowMillis)
            implements SessionProducer.Outgoing {

        @Override
        public void encode(WireOutput to, long baseTimeMillis) {
            Record.write(to, id, isPersistent, size, destination, nowMillis);
        }

        @Override
        public void numbered(Id128 producerId, long sequence) {
            // The oracle has numbers of its own.
        }
    }

    private MillraceDestination someDestination() {
        return switch (node.random.nextInt(5)) {
            case 0, 1 -> MillraceDestination.of(DestinationKind.QUEUE, application.owned());
            case 2 -> MillraceDestination.of(DestinationKind.QUEUE, application.own());
            case 3 -> MillraceDestination.of(DestinationKind.QUEUE, application.shared());
            default -> MillraceDestination.of(DestinationKind.TOPIC, application.topic());
        };
    }

    private void openConsumer(String queue) {
        boolean exclusive = queue.equals(application.owned());
        if (opening
                || !exclusive && consumers.size() >= MAX_CONSUMERS
                || exclusive
                        && consumers.stream().anyMatch(each -> each.subscription().equals(queue))) {
            return;
        }
        opening = true;
        var unused =
                connection
                        .locations()
                        .locateLater(MillraceDestination.of(DestinationKind.QUEUE, queue))
                        .whenComplete(
                                (located, failed) -> opened(queue, exclusive, located, failed));
    }

    private void opened(
            String queue,
            boolean exclusive,
            BrokerFrame.@Nullable Located located,
            @Nullable Throwable failed) {
        if (ended) {
            return;
        }
        opening = false;
        if (failed != null || located == null) {
            if (failed != null) {
                application.requireExpected(failed, ErrorCode.UNAVAILABLE);
            }
            return;
        }
        consumers.add(
                new TransactedConsumer(
                        world,
                        node,
                        connection,
                        this,
                        new SimulatedConsumer.Source(queue, exclusive, false),
                        located));
    }

    private void closeConsumer() {
        if (!consumers.isEmpty()) {
            consumers.get(node.random.nextInt(consumers.size())).close();
        }
    }

    private void commit() {
        if (record.isEmpty()) {
            return;
        }
        deciding = true;
        world.oracle().deciding(record);
        Doubts.Doubt asked = doubts.deciding(record);
        doubt = asked;
        consumers.forEach(TransactedConsumer::deciding);
        List<ReceivedPart> received = new ArrayList<>();
        for (TransactedConsumer consumer : consumers) {
            TransactionFrame.Settlement settlement = consumer.settlement();
            if (!settlement.sequences().isEmpty()) {
                received.add(
                        new ReceivedPart(consumer.partition(), settlement, consumer::handedOver));
            }
        }
        CompletableFuture<CommitOutcome> committing = transaction.commitLater(received);
        TransactionReference reference = transaction.committing();
        asked.refersTo(reference, knownAt.contains(reference.coordinator()));
        var unused = committing.thenAccept(outcome -> decided(received, outcome));
    }

    private void decided(List<ReceivedPart> received, CommitOutcome outcome) {
        if (ended) {
            return;
        }
        deciding = false;
        TransactionRecord decided = record;
        record = next();
        Doubts.Doubt asked = Objects.requireNonNull(doubt);
        doubt = null;
        world.coverage().happened("seen transaction " + outcome.kind());
        if (received.stream().anyMatch(ReceivedPart::isLetGo)) {
            world.coverage().happened("seen shared transaction " + outcome.kind());
        }
        if (outcome.kind() == CommitOutcome.Kind.COMMITTED) {
            knownAt.add(outcome.id().coordinator());
        }
        if (transaction.isExpired()) {
            transaction.close();
            transaction = new SessionTransaction(connection);
            knownAt.clear();
        }
        consumers.forEach(TransactedConsumer::workSoon);
        application.guarded(
                () -> {
                    switch (outcome.kind()) {
                        case COMMITTED -> {
                            doubts.decided(asked, TransactionOutcome.COMMITTED);
                            world.oracle().committed(decided, world.timeline().nowNanos());
                            received.forEach(ReceivedPart::letGo);
                            consumers.forEach(TransactedConsumer::branchCommitted);
                        }
                        case ROLLED_BACK -> {
                            doubts.decided(asked, TransactionOutcome.ROLLED_BACK);
                            world.oracle().rolledBack(decided, String.valueOf(outcome.reason()));
                            consumers.forEach(TransactedConsumer::branchRolledBack);
                        }
                        case UNKNOWN -> {
                            doubts.orphaned(asked);
                            world.oracle().undecided(decided);
                            consumers.forEach(TransactedConsumer::branchRolledBack);
                        }
                    }
                });
    }

    private void rollback() {
        TransactionRecord rolledBack = record;
        record = next();
        world.oracle().rolledBack(rolledBack, "the application wants it so");
        transaction.rollback();
        consumers.forEach(TransactedConsumer::rolledBack);
    }

    /** Its application died, or its connection is gone. */
    void died() {
        if (ended) {
            return;
        }
        ended = true;
        consumers.forEach(TransactedConsumer::gone);
        if (deciding) {
            world.oracle().undecided(record);
            doubts.orphaned(Objects.requireNonNull(doubt));
        } else {
            world.oracle().rolledBack(record, "its application is gone");
        }
    }
}
