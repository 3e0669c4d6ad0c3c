package io.millrace.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchPrepared;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a client asks of which partition, and in which order, when a transaction is at several. */
class SharedCommittingTest {

    private static BrokerFrame prepared(TransactionFrame.PreparePart prepare) {
        return new BranchPrepared(prepare.requestId(), false, PartitionSet.NONE);
    }

    /** A small message to the first partition, a large one to the second. */
    private static void send(Session session) throws JMSException {
        MessageProducer producer = session.createProducer(null);
        producer.send(session.createQueue("a"), session.createTextMessage("1"));
        producer.send(session.createQueue("b@2"), session.createTextMessage("2".repeat(1_000)));
    }

    private static CompletableFuture<Void> committing(Session session) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        session.commit();
                    } catch (JMSException e) {
                        throw new CompletionException(e);
                    }
                });
    }

    /** Has as many partitions know the session. */
    private static void answerOpenings(ScriptedBroker broker, int number)
            throws InterruptedException {
        int left = number;
        while (left > 0) {
            TrafficFrame.OpenProducer open = broker.next(TrafficFrame.OpenProducer.class);
            if (open.requestId() != 0) {
                broker.send(new BrokerFrame.Done(open.requestId()));
                left--;
            }
        }
    }

    private static TransactionFrame.PreparePart prepare(ScriptedBroker broker)
            throws InterruptedException {
        TransactionFrame.PreparePart prepare = broker.next(TransactionFrame.PreparePart.class);
        assertEquals(1, prepare.partition());
        assertEquals(2, prepare.coordinator());
        assertEquals(1, prepare.messages());
        assertFalse(broker.hasArrived(TransactionFrame.Commit.class));
        return prepare;
    }

    private static TransactionFrame.Commit commit(ScriptedBroker broker)
            throws InterruptedException {
        TransactionFrame.Commit commit = broker.next(TransactionFrame.Commit.class);
        assertEquals(2, commit.partition());
        assertEquals(PartitionSet.of(List.of(1)), commit.participants());
        assertEquals(1, commit.messages());
        return commit;
    }

    private static Throwable failure(CompletableFuture<Void> committing) {
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> committing.get(30, TimeUnit.SECONDS));
        return Objects.requireNonNull(failed.getCause());
    }

    @Test
    void theOneWithTheMostBytesDecidesOnceTheOtherHasPrepared() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    send(session);
                    CompletableFuture<Void> committing = committing(session);
                    answerOpenings(broker, 2);
                    TransactionFrame.PreparePart prepare = prepare(broker);
                    broker.send(prepared(prepare));
                    TransactionFrame.Commit commit = commit(broker);
                    assertArrayEquals(prepare.transactionId(), commit.transactionId());
                    assertFalse(committing.isDone());
                    broker.send(new BrokerFrame.Done(commit.requestId()));
                    committing.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void whatIsAllAtOnePartitionIsOneCommit() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    session.createProducer(session.createQueue("b@2"))
                            .send(session.createTextMessage("1"));
                    CompletableFuture<Void> committing = committing(session);
                    answerOpenings(broker, 1);
                    TransactionFrame.Commit commit = broker.next(TransactionFrame.Commit.class);
                    assertEquals(2, commit.partition());
                    assertTrue(commit.participants().isEmpty());
                    assertFalse(broker.hasArrived(TransactionFrame.PreparePart.class));
                    broker.send(new BrokerFrame.Done(commit.requestId()));
                    committing.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void ifOneCannotPrepareTheOtherIsToldToRollAllBack() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    send(session);
                    CompletableFuture<Void> committing = committing(session);
                    answerOpenings(broker, 2);
                    TransactionFrame.PreparePart prepare = prepare(broker);
                    broker.send(
                            new BrokerFrame.Refused(
                                    prepare.requestId(), ErrorCode.ROLLED_BACK, "full", 0));
                    BranchFrame.Resolve resolve = broker.next(BranchFrame.Resolve.class);
                    assertEquals(2, resolve.partition());
                    assertEquals(Resolution.ROLLBACK, resolve.resolution());
                    assertEquals(PartitionSet.of(List.of(1)), resolve.participants());
                    assertFalse(broker.hasArrived(TransactionFrame.Commit.class));
                    assertFalse(committing.isDone());
                    broker.send(new BrokerFrame.Done(resolve.requestId()));
                    TransactionRolledBackException rolledBack =
                            (TransactionRolledBackException) failure(committing);
                    assertTrue(String.valueOf(rolledBack.getMessage()).contains("full"));
                    // It goes on with the next one.
                    send(session);
                    CompletableFuture<Void> next = committing(session);
                    TransactionFrame.PreparePart second = prepare(broker);
                    assertEquals(2, TransactionId.of(second.transactionId()).number());
                    broker.send(prepared(second));
                    broker.send(new BrokerFrame.Done(commit(broker).requestId()));
                    next.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void overANewLinkOnlyTheCommitIsAskedAgain() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    send(session);
                    CompletableFuture<Void> committing = committing(session);
                    answerOpenings(broker, 2);
                    broker.send(prepared(prepare(broker)));
                    TransactionFrame.Commit first = commit(broker);
                    broker.cut();
                    TransactionFrame.Commit second = commit(broker);
                    assertEquals(first.requestId(), second.requestId());
                    assertFalse(broker.hasArrived(TransactionFrame.PreparePart.class));
                    broker.send(new BrokerFrame.Done(second.requestId()));
                    committing.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void whatWasNotPreparedIsSentAgainAndPreparedOverANewLink() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    send(session);
                    CompletableFuture<Void> committing = committing(session);
                    answerOpenings(broker, 2);
                    TransactionFrame.PreparePart first = prepare(broker);
                    broker.cut();
                    TransactionFrame.PreparePart second = prepare(broker);
                    assertEquals(first.requestId(), second.requestId());
                    broker.send(prepared(second));
                    broker.send(new BrokerFrame.Done(commit(broker).requestId()));
                    committing.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void whoDecidesIsInTheIdOfAnUnknownOutcome() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            String uri = broker.uri("reconnect.max.ms=200");
            Connection connection = new MillraceConnectionFactory(uri).createConnection();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            send(session);
            CompletableFuture<Void> committing = committing(session);
            answerOpenings(broker, 2);
            broker.send(prepared(prepare(broker)));
            TransactionFrame.Commit commit = commit(broker);
            broker.close();
            MillraceOutcomeUnknownException unknown =
                    (MillraceOutcomeUnknownException) failure(committing);
            assertEquals(
                    TransactionId.of(commit.transactionId()) + "@2", unknown.getTransactionId());
            connection.close();
        }
    }
}
