package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.MillraceTransactions;
import io.millrace.jms.PreparedBranch;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches of distributed transactions over destinations in three partitions (6.2.8). */
class PartitionedBranchesTest extends RestartedBroker {

    /** Homes differ from branch to branch. */
    private static final int ROUNDS = 6;

    PartitionedBranchesTest() {
        super(3);
    }

    private XASession session() throws JMSException {
        return connectManaged("").createXASession();
    }

    private static void assertCode(int code, Executable call) {
        assertEquals(code, assertThrows(XAException.class, call).errorCode);
    }

    private void fill() throws JMSException {
        try (Connection connection = broker.factory("").createConnection()) {
            Session filling = connection.createSession();
            for (String name : ThreePartitions.NAMES) {
                Texts.send(filling, filling.createQueue(name), "in");
            }
        }
    }

    /** What is in a queue, one behind the other, is taken. */
    private void expect(int deliveryCount, String... texts) throws JMSException {
        try (Connection connection = broker.factory("").createConnection()) {
            connection.start();
            Session reading = connection.createSession();
            for (String name : ThreePartitions.NAMES) {
                MessageConsumer consumer = reading.createConsumer(reading.createQueue(name));
                for (String text : texts) {
                    Message message = consumer.receiveNoWait();
                    assertNotNull(message, name + " should have " + text);
                    assertEquals(text, message.getBody(String.class));
                    assertEquals(deliveryCount, message.getIntProperty("JMSXDeliveryCount"));
                }
                assertNull(consumer.receiveNoWait(), name);
            }
        }
    }

    /** Receives what there is in each queue and sends one to each, and leaves. */
    private static XAResource work(XASession session, TestXid xid) throws Exception {
        XAResource resource = session.getXAResource();
        List<MessageConsumer> consumers = new CopyOnWriteArrayList<>();
        for (String name : ThreePartitions.NAMES) {
            consumers.add(session.createConsumer(session.createQueue(name)));
        }
        resource.start(xid, XAResource.TMNOFLAGS);
        for (MessageConsumer each : consumers) {
            Texts.expect(each, "in");
        }
        for (String name : ThreePartitions.NAMES) {
            Texts.send(session, session.createQueue(name), "out");
        }
        for (MessageConsumer each : consumers) {
            each.close();
        }
        resource.end(xid, XAResource.TMSUCCESS);
        return resource;
    }

    private static long recovered(XAResource resource, TestXid xid) throws XAException {
        return Stream.of(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .filter(xid::isSame)
                .count();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isDecidedInTwoPhases(boolean commit) throws Exception {
        XASession session = session();
        for (int round = 0; round < ROUNDS; round++) {
            fill();
            TestXid xid = TestXid.next();
            XAResource resource = work(session, xid);
            assertEquals(XAResource.XA_OK, resource.prepare(xid));
            expect(1);
            assertEquals(1, recovered(resource, xid));
            if (commit) {
                resource.commit(xid, false);
            } else {
                resource.rollback(xid);
            }
            assertEquals(0, recovered(resource, xid));
            expect(commit ? 1 : 2, commit ? "out" : "in");
            assertCode(XAException.XAER_NOTA, () -> resource.commit(xid, false));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isListedAsOneAndDecidedByHandEverywhere(boolean commit) throws Exception {
        fill();
        TestXid xid = TestXid.next();
        XAResource resource = work(session(), xid);
        assertEquals(XAResource.XA_OK, resource.prepare(xid));
        String id = MillraceTransactions.idOf(xid);
        try (Connection connection = broker.factory("").createConnection()) {
            MillraceTransactions transactions = MillraceTransactions.of(connection);
            assertListed(PreparedBranch.State.PREPARED, id, transactions);
            if (commit) {
                transactions.commit(id);
            } else {
                transactions.rollback(id);
            }
            expect(commit ? 1 : 2, commit ? "out" : "in");
            assertListed(
                    commit
                            ? PreparedBranch.State.COMMITTED_BY_HAND
                            : PreparedBranch.State.ROLLED_BACK_BY_HAND,
                    id,
                    transactions);
            assertEquals(1, recovered(resource, xid));
            assertCode(
                    commit ? XAException.XA_HEURCOM : XAException.XA_HEURRB,
                    () -> resource.commit(xid, false));
            resource.forget(xid);
            assertEquals(List.of(), transactions.list());
            assertCode(XAException.XAER_NOTA, () -> resource.commit(xid, false));
        }
    }

    private static void assertListed(
            PreparedBranch.State state, String id, MillraceTransactions transactions)
            throws JMSException {
        List<PreparedBranch> listed = transactions.list();
        assertEquals(List.of(id), listed.stream().map(PreparedBranch::id).toList());
        PreparedBranch found = listed.get(0);
        assertEquals(state, found.state());
        assertEquals(List.of(1, 2, 3), found.partitions());
        if (state == PreparedBranch.State.PREPARED) {
            assertEquals(ThreePartitions.NAMES.size(), found.messages());
            assertEquals(ThreePartitions.NAMES.size(), found.deliveries());
        }
    }

    @Test
    void isCommittedInOnePhase() throws Exception {
        XASession session = session();
        for (int round = 0; round < ROUNDS; round++) {
            fill();
            TestXid xid = TestXid.next();
            XAResource resource = work(session, xid);
            assertEquals(0, recovered(resource, xid));
            resource.commit(xid, true);
            assertEquals(0, recovered(resource, xid));
            expect(1, "out");
            assertCode(XAException.XAER_NOTA, () -> resource.rollback(xid));
        }
    }

    @Test
    void isInOnePartitionOrInNone() throws Exception {
        XASession session = session();
        XAResource resource = session.getXAResource();
        for (String name : ThreePartitions.NAMES) {
            for (boolean onePhase : new boolean[] {true, false}) {
                TestXid xid = TestXid.next();
                resource.start(xid, XAResource.TMNOFLAGS);
                Texts.send(session, session.createQueue(name), "out");
                resource.end(xid, XAResource.TMSUCCESS);
                if (!onePhase) {
                    assertEquals(XAResource.XA_OK, resource.prepare(xid));
                }
                resource.commit(xid, onePhase);
            }
        }
        expect(1, "out", "out");
        TestXid nothing = TestXid.next();
        resource.start(nothing, XAResource.TMNOFLAGS);
        resource.end(nothing, XAResource.TMSUCCESS);
        assertEquals(XAResource.XA_RDONLY, resource.prepare(nothing));
    }

    /** Neither of the two knows where the other was; the home of the branch does. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalSessionsOfABranchAreInDifferentPartitions(boolean onePhase) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            TestXid xid = TestXid.next();
            XAResource last = null;
            for (String name : ThreePartitions.NAMES) {
                XASession session = session();
                last = session.getXAResource();
                last.start(
                        xid,
                        name.equals(ThreePartitions.NAMES.get(0))
                                ? XAResource.TMNOFLAGS
                                : XAResource.TMJOIN);
                Texts.send(session, session.createQueue(name), "out");
                last.end(xid, XAResource.TMSUCCESS);
            }
            assertNotNull(last);
            if (!onePhase) {
                assertEquals(XAResource.XA_OK, last.prepare(xid));
            }
            last.commit(xid, onePhase);
            expect(1, "out");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsPreparedIsDecidedAfterARestart(boolean commit) throws Exception {
        fill();
        TestXid xid = TestXid.next();
        assertEquals(XAResource.XA_OK, work(session(), xid).prepare(xid));
        broker.restart();
        XAResource another = session().getXAResource();
        assertEquals(1, recovered(another, xid));
        if (commit) {
            another.commit(xid, false);
        } else {
            another.rollback(xid);
        }
        assertEquals(0, recovered(another, xid));
        assertCode(XAException.XAER_NOTA, () -> another.rollback(xid));
        expect(commit ? 1 : 2, commit ? "out" : "in");
    }

    @Test
    void whatIsNotPreparedDoesNotOutliveARestart() throws Exception {
        fill();
        TestXid xid = TestXid.next();
        XAResource resource = work(session(), xid);
        broker.restart();
        assertCode(XAException.XA_RBCOMMFAIL, () -> resource.prepare(xid));
        expect(2, "in");
    }

    @Test
    void oneThatCannotBePreparedRollsBackAll() throws Exception {
        for (boolean onePhase : new boolean[] {true, false}) {
            fill();
            XASession session = session();
            TestXid xid = TestXid.next();
            XAResource resource = work(session, xid);
            resource.start(xid, XAResource.TMJOIN);
            String large = "x".repeat(100_000);
            for (int number = 0; number < 6; number++) {
                Texts.send(session, session.createQueue(ThreePartitions.NAMES.get(1)), large);
            }
            assertCode(
                    XAException.XA_RBROLLBACK,
                    () -> {
                        resource.end(xid, XAResource.TMSUCCESS);
                        if (onePhase) {
                            resource.commit(xid, true);
                        } else {
                            resource.prepare(xid);
                        }
                    });
            assertEquals(0, recovered(resource, xid));
            expect(2, "in");
        }
    }
}
