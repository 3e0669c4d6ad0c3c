package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceOutcomeUnknownException;
import io.millrace.jms.MillraceTransactions;
import io.millrace.jms.MillraceTransactions.Outcome.Kind;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What became of a commit that was not answered (Jakarta Messaging 3.1, 6.2.7). */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AskedLaterTest {

    @TempDir Path directory = Path.of("");

    private NetworkBroker broker;
    private LossyWire wire;
    private Connection direct;

    @BeforeEach
    void startBroker() throws Exception {
        broker = new NetworkBroker(directory.resolve("data"));
        wire = new LossyWire(broker.port());
        direct = broker.factory("").createConnection();
        direct.start();
    }

    @AfterEach
    void stopBroker() throws Exception {
        direct.close();
        wire.close();
        broker.close();
    }

    private Connection connect(String options) throws JMSException {
        return new MillraceConnectionFactory(wire.uri() + options).createConnection();
    }

    /** One that the broker knows, as it has committed. */
    private static Session transacted(Connection connection) throws JMSException {
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Texts.send(session, session.createQueue("work"), "first");
        session.commit();
        Texts.send(session, session.createQueue("work"), "second");
        return session;
    }

    /** Until the broker has noticed that the link is gone. */
    private static Kind outcome(MillraceTransactions transactions, String id) {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> transactions.outcome(id).kind(), kind -> kind != Kind.PENDING);
    }

    private void assertOnTheQueue(String... texts) throws JMSException {
        Session session = direct.createSession();
        try (MessageConsumer consumer = session.createConsumer(session.createQueue("work"))) {
            for (String each : texts) {
                Texts.expect(consumer, each);
            }
            assertNull(consumer.receiveNoWait());
        }
    }

    @Test
    void aCommitThatWasLostIsRolledBackForGood() throws Exception {
        try (Connection connection = connect("?reconnect.max.ms=300&clientId=me")) {
            Session session = transacted(connection);
            wire.loseRequests();
            Background<Boolean> committing = Background.run(session::commit);
            await().until(() -> wire.lostBytes() > 0);
            wire.cut();
            MillraceOutcomeUnknownException unknown =
                    assertThrows(MillraceOutcomeUnknownException.class, committing::result);
            String id = unknown.getTransactionId();
            assertTrue(
                    String.valueOf(unknown.getMessage())
                            .contains("millrace transaction outcome URI " + id),
                    unknown::toString);
            wire.mend();
            // As a program does that starts again: under the same client id.
            try (Connection again = connect("?clientId=me")) {
                MillraceTransactions transactions = MillraceTransactions.of(again);
                assertEquals(Kind.ROLLED_BACK, outcome(transactions, id));
                broker.restart();
                assertEquals(Kind.ROLLED_BACK, outcome(transactions, id));
                String before = id.replaceFirst(":2$", ":1");
                assertEquals(Kind.COMMITTED, outcome(transactions, before));
            }
            assertOnTheQueue("first");
        }
    }

    @Test
    void aCommitWhoseAnswerWasLostIsCommitted() throws Exception {
        try (Connection connection = connect("?reconnect.max.ms=300")) {
            Session session = transacted(connection);
            wire.loseAnswers();
            Background<Boolean> committing = Background.run(session::commit);
            assertOnTheQueue("first", "second");
            wire.cut();
            MillraceOutcomeUnknownException unknown =
                    assertThrows(MillraceOutcomeUnknownException.class, committing::result);
            assertEquals(
                    Kind.COMMITTED,
                    outcome(MillraceTransactions.of(direct), unknown.getTransactionId()));
            broker.restart();
            assertEquals(
                    Kind.COMMITTED,
                    outcome(MillraceTransactions.of(direct), unknown.getTransactionId()));
        }
    }

    @Test
    void aCommitThatComesTooLateIsRefused() throws Exception {
        try (Connection connection = connect("?reconnect.max.ms=60000")) {
            Session session = transacted(connection);
            // The id of the transaction that the session is in, from one that is over.
            MillraceTransactions transactions = MillraceTransactions.of(direct);
            String id = idOfSecond();
            assertEquals(Kind.PENDING, transactions.outcome(id).kind());
            wire.loseRequests();
            Background<Boolean> committing = Background.run(session::commit);
            await().until(() -> wire.lostBytes() > 0);
            wire.cut();
            assertEquals(Kind.ROLLED_BACK, outcome(transactions, id));
            assertFalse(committing.isDone());
            wire.mend();
            assertThrows(TransactionRolledBackException.class, committing::result);
            Texts.send(session, session.createQueue("work"), "third");
            session.commit();
            assertEquals(Kind.ROLLED_BACK, transactions.outcome(id).kind());
        }
        assertOnTheQueue("first", "third");
    }

    /** A message's id begins with that of its session. */
    private String idOfSecond() throws JMSException {
        Session session = direct.createSession();
        var first =
                session.createBrowser(session.createQueue("work")).getEnumeration().nextElement();
        String messageId = ((jakarta.jms.Message) first).getJMSMessageID();
        assertTrue(messageId.matches("ID:[0-9a-f]{32}:1"), messageId);
        return messageId.substring("ID:".length(), messageId.length() - 1) + 2;
    }

    @Test
    void aCommandTellsToo() throws Exception {
        String uri = "millrace://127.0.0.1:" + broker.port();
        try (Connection connection = connect("")) {
            var unused = transacted(connection);
            String second = idOfSecond();
            String first = second.substring(0, second.length() - 1) + 1;
            CommandLines done = CommandLines.millrace("transaction", "outcome", uri, first);
            assertEquals(0, done.status(), done.errors());
            assertTrue(done.lines().get(0).startsWith("COMMITTED: "), done.lines()::toString);
            CommandLines open = CommandLines.millrace("transaction", "outcome", uri, second);
            assertEquals(1, open.status(), open.errors());
            assertTrue(open.lines().get(0).startsWith("PENDING: "), open.lines()::toString);
            connection.close();
            CommandLines gone = CommandLines.millrace("transaction", "outcome", uri, first);
            assertEquals(1, gone.status(), gone.errors());
            assertTrue(gone.lines().get(0).startsWith("NOT_KNOWN: "), gone.lines()::toString);
            CommandLines none = CommandLines.millrace("transaction", "outcome", uri, "1:02:03");
            assertEquals(2, none.status());
            assertTrue(none.errors().contains("32 hexadecimal digits"), none.errors());
        }
    }
}
