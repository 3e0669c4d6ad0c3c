package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.Random;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a broker's restart does to branches: none before they are prepared outlives it (6.2.8). */
class ManagedRestartTest extends RestartedBroker {

    ManagedRestartTest() {
        super(1);
    }

    private static void assertCode(int code, Executable call) {
        assertEquals(code, assertThrows(XAException.class, call).errorCode);
    }

    /** Receives one from a queue and sends one to another, in a branch that is not over. */
    private static XAResource work(XASession session, TestXid xid) throws Exception {
        XAResource resource = session.getXAResource();
        MessageConsumer consumer = session.createConsumer(session.createQueue("in"));
        resource.start(xid, XAResource.TMNOFLAGS);
        Texts.receive(consumer);
        Texts.send(session, session.createQueue("out"), "1");
        return resource;
    }

    private void fill() throws JMSException {
        try (var connection = broker.factory("").createConnection()) {
            Session session = connection.createSession();
            Texts.send(session, session.createQueue("in"), "a");
        }
    }

    /** How often what is in a queue was delivered, with this; 0 if nothing is. */
    private int left(String name) throws JMSException {
        try (var connection = broker.factory("").createConnection()) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue(name);
            var message = session.createConsumer(queue).receiveNoWait();
            return message == null ? 0 : message.getIntProperty("JMSXDeliveryCount");
        }
    }

    @Test
    void whatIsPreparedIsDecidedAfterwards() throws Exception {
        for (boolean commit : new boolean[] {true, false}) {
            fill();
            XAConnection connection = connectManaged("");
            TestXid xid = TestXid.next();
            XAResource resource = work(connection.createXASession(), xid);
            resource.end(xid, XAResource.TMSUCCESS);
            assertEquals(XAResource.XA_OK, resource.prepare(xid));
            broker.restart();
            XAResource another = connectManaged("").createXASession().getXAResource();
            assertTrue(
                    Stream.of(another.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                            .anyMatch(xid::isSame));
            if (commit) {
                resource.commit(xid, false);
            } else {
                another.rollback(xid);
            }
            assertCode(XAException.XAER_NOTA, () -> another.rollback(xid));
            connection.close();
            assertEquals(commit ? 1 : 0, left("out"));
            assertEquals(commit ? 0 : 2, left("in"));
        }
    }

    @Test
    void whatIsNotPreparedIsRolledBack() throws Exception {
        fill();
        XAConnection connection = connectManaged("");
        XASession session = connection.createXASession();
        TestXid xid = TestXid.next();
        XAResource resource = work(session, xid);
        broker.restart();
        Texts.send(session, session.createQueue("out"), "2");
        assertCode(XAException.XA_RBCOMMFAIL, () -> resource.end(xid, XAResource.TMSUCCESS));
        resource.rollback(xid);
        TestXid next = TestXid.next();
        resource.start(next, XAResource.TMNOFLAGS);
        Texts.send(session, session.createQueue("out"), "3");
        resource.end(next, XAResource.TMSUCCESS);
        broker.restart();
        assertCode(XAException.XA_RBCOMMFAIL, () -> resource.prepare(next));
        assertCode(XAException.XAER_NOTA, () -> resource.rollback(next));
        connection.close();
        assertEquals(0, left("out"));
        assertTrue(left("in") >= 2, "it was given to the application");
    }

    @Test
    void inOnePhaseItWasRolledBackBeforeItIsAskedFor() throws Exception {
        XAConnection connection = connectManaged("");
        XASession session = connection.createXASession();
        XAResource resource = session.getXAResource();
        TestXid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        Texts.send(session, session.createQueue("out"), "1");
        resource.end(xid, XAResource.TMSUCCESS);
        broker.restart();
        // Answered over the next link, over which the commit goes.
        assertEquals(0, resource.recover(XAResource.TMSTARTRSCAN).length);
        assertCode(XAException.XA_RBCOMMFAIL, () -> resource.commit(xid, true));
        assertCode(XAException.XAER_NOTA, () -> resource.commit(xid, true));
        assertEquals(0, left("out"));
    }

    @Test
    void aLargeBodyWaitsForTheDecision() throws Exception {
        byte[] content = new byte[(1 << 20) + 17];
        new Random(1).nextBytes(content);
        for (boolean commit : new boolean[] {true, false}) {
            TestXid xid = TestXid.next();
            try (XAConnection connection = connectManaged("")) {
                XASession session = connection.createXASession();
                XAResource resource = session.getXAResource();
                resource.start(xid, XAResource.TMNOFLAGS);
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(content);
                session.createProducer(session.createQueue("out")).send(message);
                resource.end(xid, XAResource.TMSUCCESS);
                assertEquals(XAResource.XA_OK, resource.prepare(xid));
            }
            broker.restart();
            XAResource another = connectManaged("").createXASession().getXAResource();
            if (commit) {
                another.commit(xid, false);
            } else {
                another.rollback(xid);
            }
            try (var connection = broker.factory("").createConnection()) {
                connection.start();
                Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue("out"));
                if (commit) {
                    assertArrayEquals(
                            content, consumer.receive(Texts.PATIENCE_MILLIS).getBody(byte[].class));
                }
                assertNull(consumer.receiveNoWait());
            }
        }
    }

    @Test
    void aBrokerThatDoesNotComeBackIsNoAnswer() throws Exception {
        fill();
        XAConnection connection = connectManaged("?reconnect.max.ms=500");
        TestXid xid = TestXid.next();
        XAResource resource = work(connection.createXASession(), xid);
        resource.end(xid, XAResource.TMSUCCESS);
        assertEquals(XAResource.XA_OK, resource.prepare(xid));
        broker.stop();
        assertCode(XAException.XAER_RMFAIL, () -> resource.commit(xid, false));
        assertCode(XAException.XAER_RMFAIL, () -> resource.rollback(xid));
        assertCode(XAException.XAER_RMFAIL, () -> resource.recover(XAResource.TMSTARTRSCAN));
        assertCode(XAException.XAER_INVAL, () -> resource.recover(XAResource.TMNOFLAGS));
        broker.start();
        XAResource another = connectManaged("").createXASession().getXAResource();
        another.commit(xid, false);
        assertEquals(1, left("out"));
        assertEquals(0, left("in"));
    }
}
