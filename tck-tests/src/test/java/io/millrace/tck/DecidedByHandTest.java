package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceTransactions;
import io.millrace.jms.MillraceXAConnectionFactory;
import io.millrace.jms.PreparedBranch;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** An administrator ends what a transaction manager left behind: by API and by command. */
class DecidedByHandTest {

    @TempDir Path directory = Path.of("");

    private static XAResource prepare(XAConnection connection, TestXid xid) throws Exception {
        connection.start();
        XASession session = connection.createXASession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("in"));
        XAResource resource = session.getXAResource();
        resource.start(xid, XAResource.TMNOFLAGS);
        Texts.receive(consumer);
        Texts.send(session, session.createQueue("out"), "1", "2");
        resource.end(xid, XAResource.TMSUCCESS);
        assertEquals(XAResource.XA_OK, resource.prepare(xid));
        consumer.close();
        return resource;
    }

    private static void assertCode(int code, Executable call) {
        assertEquals(code, assertThrows(XAException.class, call).errorCode);
    }

    private static void assertRefused(String code, Executable call) {
        assertEquals(code, assertThrows(JMSException.class, call).getErrorCode());
    }

    @OverEachUri
    void aBranchIsListedDecidedAndForgotten(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        MillraceTransactions transactions = MillraceTransactions.of(provider.connect());
        assertEquals(List.of(), transactions.list());
        for (boolean commit : new boolean[] {true, false}) {
            Texts.send(session, session.createQueue("in"), "a");
            try (XAConnection managed =
                    new MillraceXAConnectionFactory(provider.factory().getUri())
                            .createXAConnection()) {
                TestXid xid = TestXid.next();
                XAResource resource = prepare(managed, xid);
                PreparedBranch found = transactions.list().get(0);
                assertEquals(MillraceTransactions.idOf(xid), found.id());
                assertEquals(PreparedBranch.State.PREPARED, found.state());
                assertEquals(List.of(1), found.partitions());
                assertEquals(2, found.messages());
                assertEquals(1, found.deliveries());
                Instant now = Instant.now();
                assertTrue(
                        found.prepared().isAfter(now.minusSeconds(60))
                                && !found.prepared().isAfter(now.plusSeconds(1)));
                assertRefused("TRANSACTION_STATE", () -> transactions.forget(found.id()));
                decide(transactions, found.id(), commit);
                // Asked again it is done.
                decide(transactions, found.id(), commit);
                String other = commit ? "HEURISTIC_COMMIT" : "HEURISTIC_ROLLBACK";
                assertRefused(other, () -> decide(transactions, found.id(), !commit));
                assertEquals(
                        commit
                                ? PreparedBranch.State.COMMITTED_BY_HAND
                                : PreparedBranch.State.ROLLED_BACK_BY_HAND,
                        transactions.list().get(0).state());
                assertCode(
                        commit ? XAException.XA_HEURCOM : XAException.XA_HEURRB,
                        () -> resource.commit(xid, false));
                transactions.forget(found.id());
                assertEquals(List.of(), transactions.list());
                assertRefused("UNKNOWN_TRANSACTION", () -> transactions.forget(found.id()));
                assertRefused(
                        "UNKNOWN_TRANSACTION", () -> decide(transactions, found.id(), commit));
            }
            MessageConsumer out = session.createConsumer(session.createQueue("out"));
            MessageConsumer in = session.createConsumer(session.createQueue("in"));
            if (commit) {
                assertEquals(List.of("1", "2"), Texts.receive(out, 2));
                assertNull(in.receiveNoWait());
            } else {
                assertNull(out.receiveNoWait());
                Texts.assertRedelivered(Texts.expect(in, "a"), 2);
            }
            out.close();
            in.close();
        }
    }

    private static void decide(MillraceTransactions transactions, String id, boolean commit)
            throws JMSException {
        if (commit) {
            transactions.commit(id);
        } else {
            transactions.rollback(id);
        }
    }

    @Test
    void aLongListIsComplete() throws Exception {
        try (Provider provider = new Provider(Provider.Kind.NETWORK);
                XAConnection managed =
                        new MillraceXAConnectionFactory(provider.factory().getUri())
                                .createXAConnection()) {
            XASession session = managed.createXASession();
            XAResource resource = session.getXAResource();
            List<String> prepared = new ArrayList<>();
            for (int number = 0; number <= 500; number++) {
                TestXid xid = TestXid.next();
                resource.start(xid, XAResource.TMNOFLAGS);
                Texts.send(session, session.createQueue("out"), "1");
                resource.end(xid, XAResource.TMSUCCESS);
                assertEquals(XAResource.XA_OK, resource.prepare(xid));
                prepared.add(MillraceTransactions.idOf(xid));
            }
            assertEquals(
                    prepared,
                    MillraceTransactions.of(managed).list().stream()
                            .map(PreparedBranch::id)
                            .toList());
            CommandLines listed = CommandLines.millrace("transaction", "list", provider.uri());
            assertEquals(
                    prepared,
                    listed.lines().stream()
                            .skip(1)
                            .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                            .toList());
        }
    }

    @OverEachUri
    void whatIsNotPreparedIsNotDecided(Provider provider) throws Exception {
        try (XAConnection managed =
                        new MillraceXAConnectionFactory(provider.factory().getUri())
                                .createXAConnection();
                JMSContext context = provider.factory().createContext()) {
            MillraceTransactions transactions = MillraceTransactions.of(context);
            XASession session = managed.createXASession();
            TestXid xid = TestXid.next();
            session.getXAResource().start(xid, XAResource.TMNOFLAGS);
            Texts.send(session, session.createQueue("out"), "1");
            String id = MillraceTransactions.idOf(xid);
            assertThrows(IllegalStateException.class, () -> transactions.commit(id));
            assertEquals(List.of(), transactions.list());
            session.getXAResource().end(xid, XAResource.TMSUCCESS);
            session.getXAResource().commit(xid, true);
            assertThrows(IllegalArgumentException.class, () -> transactions.commit("4d52"));
        }
    }

    @Test
    void aCommandDoesTheSame() throws Exception {
        try (NetworkBroker broker = new NetworkBroker(directory.resolve("data"))) {
            String uri = "millrace://127.0.0.1:" + broker.port();
            TestXid xid = TestXid.next();
            String id = MillraceTransactions.idOf(xid);
            CommandLines none = CommandLines.millrace("transaction", "list", uri);
            assertEquals(0, none.status(), none.errors());
            assertEquals(List.of("No branch is prepared, or was decided by hand."), none.lines());
            try (Connection connection = broker.factory("").createConnection();
                    XAConnection managed =
                            new MillraceXAConnectionFactory(uri).createXAConnection()) {
                Session session = connection.createSession();
                Texts.send(session, session.createQueue("in"), "a");
                var unused = prepare(managed, xid);
            }
            CommandLines listed = CommandLines.millrace("transaction", "list", uri);
            assertEquals(2, listed.lines().size(), listed.lines()::toString);
            assertTrue(
                    listed.lines().get(1).matches("prepared +[0-9]+s +1 +2 +1  " + id),
                    listed.lines()::toString);
            broker.restart();
            CommandLines early = CommandLines.millrace("transaction", "forget", uri, id);
            assertEquals(1, early.status());
            assertTrue(early.errors().contains("commit it or roll it back"), early.errors());
            CommandLines decided = CommandLines.millrace("transaction", "rollback", uri, id);
            assertEquals(0, decided.status(), decided.errors());
            String forget = "millrace transaction forget " + uri + " " + id;
            assertTrue(decided.lines().get(0).endsWith(forget), decided.lines()::toString);
            CommandLines other = CommandLines.millrace("transaction", "commit", uri, id);
            assertEquals(1, other.status());
            assertTrue(other.errors().strip().endsWith(forget), other.errors());
            broker.restart();
            listed = CommandLines.millrace("transaction", "list", uri);
            assertTrue(
                    listed.lines().get(1).matches("rolled back by hand +[0-9]+s +1 +2 +1  " + id),
                    listed.lines()::toString);
            CommandLines forgotten = CommandLines.millrace("transaction", "forget", uri, id);
            assertEquals(0, forgotten.status(), forgotten.errors());
            CommandLines again = CommandLines.millrace("transaction", "commit", uri, id);
            assertEquals(1, again.status());
            assertTrue(again.errors().contains("millrace transaction list"), again.errors());
        }
    }

    @Test
    void mistakesAreNamed() {
        CommandLines noId = CommandLines.millrace("transaction", "commit", "millrace://here", "12");
        assertEquals(2, noId.status());
        assertTrue(noId.errors().contains("4d52:0102ab:01"), noId.errors());
        CommandLines noUri = CommandLines.millrace("transaction", "list", "here:5670");
        assertEquals(2, noUri.status());
        assertTrue(noUri.errors().contains("millrace://HOST:PORT"), noUri.errors());
        CommandLines nobody =
                CommandLines.millrace("transaction", "list", "millrace://127.0.0.1:1");
        assertEquals(1, nobody.status());
        assertTrue(nobody.errors().startsWith("millrace: "), nobody.errors());
        assertEquals(2, CommandLines.millrace("transaction").status());
    }
}
