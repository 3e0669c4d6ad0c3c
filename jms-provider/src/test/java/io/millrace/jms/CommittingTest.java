package io.millrace.jms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that loses its link in commit tells the truth (Jakarta Messaging 3.1, 6.2.7, 10.3). */
class CommittingTest {

    private static void send(Session session) throws JMSException {
        session.createProducer(session.createQueue("work")).send(session.createMessage());
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

    /** The request by which the client makes sure that the broker knows its session. */
    private static TrafficFrame.OpenProducer opening(ScriptedBroker broker)
            throws InterruptedException {
        TrafficFrame.OpenProducer open;
        do {
            open = broker.next(TrafficFrame.OpenProducer.class);
        } while (open.requestId() == 0);
        return open;
    }

    private static void answerOpening(ScriptedBroker broker) throws InterruptedException {
        broker.send(new BrokerFrame.Done(opening(broker).requestId()));
    }

    private static Throwable failure(CompletableFuture<Void> committing) {
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> committing.get(30, TimeUnit.SECONDS));
        return Objects.requireNonNull(failed.getCause());
    }

    @Test
    void theCommitWaitsUntilTheBrokerKnowsTheSession() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    send(session);
                    CompletableFuture<Void> committing = committing(session);
                    TrafficFrame.OpenProducer opening = opening(broker);
                    TrafficFrame.Send sent = broker.next(TrafficFrame.Send.class);
                    assertEquals(false, broker.hasArrived(TransactionFrame.Commit.class));
                    broker.send(new BrokerFrame.Done(opening.requestId()));
                    TransactionFrame.Commit commit = broker.next(TransactionFrame.Commit.class);
                    assertArrayEquals(commit.transactionId(), sent.batch().transactionId());
                    broker.send(new BrokerFrame.Done(commit.requestId()));
                    committing.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void aCommitThatWasNotAnsweredIsAskedAgainAndReturns() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    send(session);
                    answerOpening(broker);
                    CompletableFuture<Void> committing = committing(session);
                    TransactionFrame.Commit first = broker.next(TransactionFrame.Commit.class);
                    broker.cut();
                    TrafficFrame.OpenProducer again = broker.next(TrafficFrame.OpenProducer.class);
                    assertTrue(again.resuming(), "the broker must not take it for a new one");
                    assertArrayEquals(
                            first.transactionId(),
                            broker.next(TrafficFrame.Send.class).batch().transactionId());
                    TransactionFrame.Commit second = broker.next(TransactionFrame.Commit.class);
                    assertEquals(first.requestId(), second.requestId());
                    assertArrayEquals(first.transactionId(), second.transactionId());
                    broker.send(new BrokerFrame.Done(second.requestId()));
                    committing.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void aCommitThatRolledBackSaysSo() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    send(session);
                    answerOpening(broker);
                    CompletableFuture<Void> committing = committing(session);
                    TransactionFrame.Commit commit = broker.next(TransactionFrame.Commit.class);
                    broker.send(
                            new BrokerFrame.Refused(
                                    commit.requestId(), ErrorCode.ROLLED_BACK, "full", 0));
                    TransactionRolledBackException rolledBack =
                            (TransactionRolledBackException) failure(committing);
                    assertEquals("ROLLED_BACK", rolledBack.getErrorCode());
                    assertTrue(String.valueOf(rolledBack.getMessage()).contains("full"));
                    send(session);
                    CompletableFuture<Void> next = committing(session);
                    TransactionFrame.Commit second = broker.next(TransactionFrame.Commit.class);
                    assertEquals(2, TransactionId.of(second.transactionId()).number());
                    broker.send(new BrokerFrame.Done(second.requestId()));
                    next.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void aBrokerThatStaysAwayLeavesTheOutcomeUnknown() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            String uri = broker.uri("reconnect.max.ms=200");
            Connection connection = new MillraceConnectionFactory(uri).createConnection();
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            send(session);
            answerOpening(broker);
            CompletableFuture<Void> committing = committing(session);
            TransactionFrame.Commit commit = broker.next(TransactionFrame.Commit.class);
            broker.close();
            MillraceOutcomeUnknownException unknown =
                    (MillraceOutcomeUnknownException) failure(committing);
            assertEquals(
                    TransactionId.of(commit.transactionId()).toString(),
                    unknown.getTransactionId());
            assertEquals("OUTCOME_UNKNOWN", unknown.getErrorCode());
            connection.close();
        }
    }

    @Test
    void contextsSayTheSameUnchecked() {
        MillraceOutcomeUnknownRuntimeException unchecked =
                (MillraceOutcomeUnknownRuntimeException)
                        JmsErrors.unchecked(
                                new MillraceOutcomeUnknownException("no answer", "session:7"));
        assertEquals("session:7", unchecked.getTransactionId());
        assertEquals("OUTCOME_UNKNOWN", unchecked.getErrorCode());
        assertTrue(
                JmsErrors.unchecked(new TransactionRolledBackException("a", "b"))
                        instanceof TransactionRolledBackRuntimeException);
    }
}
