package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.function.Executable;

/** Jakarta Messaging 3.1, 6.2.8: branches of distributed transactions, with the codes of XA. */
class ManagedTransactionsTest {

    private static MillraceXAConnectionFactory factory(Provider provider) {
        return new MillraceXAConnectionFactory(provider.factory().getUri());
    }

    private static XAConnection started(Provider provider) throws Exception {
        XAConnection connection = factory(provider).createXAConnection();
        connection.start();
        return connection;
    }

    private static void assertCode(int code, Executable call) {
        assertEquals(code, assertThrows(XAException.class, call).errorCode);
    }

    private static boolean isListed(XAResource resource, TestXid xid) throws XAException {
        Xid[] found = resource.recover(XAResource.TMSTARTRSCAN);
        assertEquals(0, resource.recover(XAResource.TMNOFLAGS).length);
        assertEquals(0, resource.recover(XAResource.TMENDRSCAN).length);
        return Stream.of(found).anyMatch(xid::isSame);
    }

    @OverEachUri
    void whatWasSentAndReceivedHappensAtTheCommit(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            Queue in = session.createQueue("in");
            Queue out = session.createQueue("out");
            Texts.send(others, in, "a", "b");
            MessageConsumer consumer = session.createConsumer(in);
            MessageConsumer watching = others.createConsumer(out);
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            Texts.expect(consumer, "a");
            Texts.send(session, out, "1", "2");
            resource.end(xid, XAResource.TMSUCCESS);
            assertNull(watching.receiveNoWait());
            assertFalse(isListed(resource, xid));
            assertEquals(XAResource.XA_OK, resource.prepare(xid));
            assertNull(watching.receiveNoWait());
            assertTrue(isListed(resource, xid));
            resource.commit(xid, false);
            assertFalse(isListed(resource, xid));
            assertEquals(List.of("1", "2"), Texts.receive(watching, 2));
            session.close();
            MessageConsumer rest = others.createConsumer(in);
            Texts.assertFirst(Texts.expect(rest, "b"));
            assertNull(rest.receiveNoWait());
        }
    }

    @OverEachUri
    void rollbackBringsBackInOrderFlaggedAndCounted(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            Queue in = session.createQueue("in");
            Queue out = session.createQueue("out");
            Texts.send(others, in, "a", "b", "c");
            MessageConsumer consumer = session.createConsumer(in);
            int count = 1;
            for (boolean prepared : new boolean[] {false, true}) {
                TestXid xid = TestXid.next();
                resource.start(xid, XAResource.TMNOFLAGS);
                assertEquals(
                        count, Texts.expect(consumer, "a").getIntProperty("JMSXDeliveryCount"));
                assertEquals(
                        count, Texts.expect(consumer, "b").getIntProperty("JMSXDeliveryCount"));
                Texts.send(session, out, "never");
                resource.end(xid, XAResource.TMSUCCESS);
                if (prepared) {
                    assertEquals(XAResource.XA_OK, resource.prepare(xid));
                }
                resource.rollback(xid);
                count++;
            }
            session.close();
            MessageConsumer rest = others.createConsumer(in);
            Texts.assertRedelivered(Texts.expect(rest, "a"), 3);
            Texts.assertRedelivered(Texts.expect(rest, "b"), 3);
            Texts.expect(rest, "c");
            assertNull(others.createConsumer(out).receiveNoWait());
        }
    }

    @OverEachUri
    void onePhaseIsEnoughForOne(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            Queue out = session.createQueue("out");
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            Texts.send(session, out, "1");
            resource.end(xid, XAResource.TMSUCCESS);
            resource.commit(xid, true);
            Texts.expect(others.createConsumer(out), "1");
            assertCode(XAException.XAER_NOTA, () -> resource.commit(xid, false));
        }
    }

    @OverEachUri
    void nothingToDecideIsReadOnly(Provider provider) throws Exception {
        try (XAConnection connection = started(provider)) {
            XAResource resource = connection.createXASession().getXAResource();
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            resource.end(xid, XAResource.TMSUCCESS);
            assertEquals(XAResource.XA_RDONLY, resource.prepare(xid));
            assertCode(XAException.XAER_NOTA, () -> resource.commit(xid, false));
        }
    }

    @OverEachUri
    void eachMisuseHasItsCode(Provider provider) throws Exception {
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            XAResource another = connection.createXASession().getXAResource();
            TestXid xid = TestXid.next();
            assertCode(XAException.XAER_NOTA, () -> resource.start(xid, XAResource.TMJOIN));
            assertCode(XAException.XAER_NOTA, () -> resource.start(xid, XAResource.TMRESUME));
            assertCode(XAException.XAER_NOTA, () -> resource.end(xid, XAResource.TMSUCCESS));
            assertCode(XAException.XAER_NOTA, () -> resource.prepare(xid));
            assertCode(XAException.XAER_NOTA, () -> resource.commit(xid, true));
            assertCode(XAException.XAER_NOTA, () -> resource.commit(xid, false));
            assertCode(XAException.XAER_NOTA, () -> resource.rollback(xid));
            assertCode(XAException.XAER_NOTA, () -> resource.forget(xid));
            assertCode(XAException.XAER_INVAL, () -> resource.start(null, XAResource.TMNOFLAGS));
            assertCode(XAException.XAER_INVAL, () -> resource.start(xid, XAResource.TMFAIL));
            assertCode(XAException.XAER_INVAL, () -> resource.recover(XAResource.TMJOIN));
            assertCode(XAException.XAER_INVAL, () -> resource.recover(XAResource.TMNOFLAGS));
            assertCode(XAException.XAER_INVAL, () -> resource.setTransactionTimeout(-1));
            resource.start(xid, XAResource.TMNOFLAGS);
            assertCode(XAException.XAER_DUPID, () -> another.start(xid, XAResource.TMNOFLAGS));
            assertCode(
                    XAException.XAER_PROTO,
                    () -> resource.start(TestXid.next(), XAResource.TMNOFLAGS));
            assertCode(XAException.XAER_INVAL, () -> resource.end(xid, XAResource.TMJOIN));
            assertCode(XAException.XAER_PROTO, () -> resource.prepare(xid));
            assertCode(XAException.XAER_PROTO, () -> another.prepare(xid));
            assertCode(XAException.XAER_PROTO, () -> another.commit(xid, false));
            Texts.send(session, session.createQueue("out"), "1");
            resource.end(xid, XAResource.TMSUCCESS);
            assertCode(XAException.XAER_PROTO, () -> resource.end(xid, XAResource.TMSUCCESS));
            assertCode(XAException.XAER_PROTO, () -> resource.commit(xid, false));
            assertEquals(XAResource.XA_OK, resource.prepare(xid));
            assertCode(XAException.XAER_PROTO, () -> another.start(xid, XAResource.TMJOIN));
            assertCode(XAException.XAER_PROTO, () -> another.commit(xid, true));
            assertCode(XAException.XAER_PROTO, () -> another.forget(xid));
            another.rollback(xid);
            assertCode(XAException.XAER_NOTA, () -> another.rollback(xid));
        }
    }

    @OverEachUri
    void sessionsOfTwoConnectionsShareABranch(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        try (XAConnection left = started(provider);
                XAConnection right = started(provider)) {
            XASession first = left.createXASession();
            XASession second = right.createXASession();
            XAResource resource = first.getXAResource();
            XAResource joined = second.getXAResource();
            assertTrue(resource.isSameRM(joined));
            Queue in = first.createQueue("in");
            Queue out = first.createQueue("out");
            Texts.send(others, in, "a");
            MessageConsumer consumer = second.createConsumer(in);
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            joined.start(xid, XAResource.TMJOIN);
            Texts.send(first, out, "1");
            Texts.expect(consumer, "a");
            Texts.send(second, out, "2");
            joined.end(xid, XAResource.TMSUCCESS);
            assertCode(XAException.XAER_PROTO, () -> joined.prepare(xid));
            resource.end(xid, XAResource.TMSUCCESS);
            assertEquals(XAResource.XA_OK, joined.prepare(xid));
            resource.commit(xid, false);
            List<String> sent = Texts.receive(others.createConsumer(out), 2);
            assertEquals(List.of("1", "2"), sent.stream().sorted().toList());
            second.close();
            assertNull(others.createConsumer(in).receiveNoWait());
        }
    }

    @OverEachUri
    void aSuspendedBranchGoesOn(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            Queue out = session.createQueue("out");
            TestXid one = TestXid.next();
            TestXid two = TestXid.next();
            resource.start(one, XAResource.TMNOFLAGS);
            Texts.send(session, out, "1");
            resource.end(one, XAResource.TMSUSPEND);
            assertCode(XAException.XAER_PROTO, () -> resource.prepare(one));
            resource.start(two, XAResource.TMNOFLAGS);
            Texts.send(session, out, "other");
            resource.end(two, XAResource.TMSUCCESS);
            resource.start(one, XAResource.TMRESUME);
            Texts.send(session, out, "2");
            resource.end(one, XAResource.TMSUSPEND);
            resource.end(one, XAResource.TMSUCCESS);
            assertCode(XAException.XAER_PROTO, () -> resource.start(one, XAResource.TMRESUME));
            resource.rollback(two);
            assertEquals(XAResource.XA_OK, resource.prepare(one));
            resource.commit(one, false);
            MessageConsumer consumer = others.createConsumer(out);
            assertEquals(List.of("1", "2"), Texts.receive(consumer, 2));
            assertNull(consumer.receiveNoWait());
        }
    }

    @OverEachUri
    void workThatFailedIsRolledBack(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            Queue in = session.createQueue("in");
            Texts.send(others, in, "a");
            MessageConsumer consumer = session.createConsumer(in);
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            Texts.expect(consumer, "a");
            resource.end(xid, XAResource.TMFAIL);
            assertCode(XAException.XA_RBROLLBACK, () -> resource.prepare(xid));
            // And it can take part in another one.
            TestXid next = TestXid.next();
            resource.start(next, XAResource.TMNOFLAGS);
            Texts.assertRedelivered(Texts.expect(consumer, "a"), 2);
            resource.end(next, XAResource.TMSUCCESS);
            resource.commit(next, true);
            session.close();
            assertNull(others.createConsumer(in).receiveNoWait());
        }
    }

    @OverEachUri
    void whatTakesTooLongIsRolledBack(Provider provider) throws Exception {
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            assertEquals(600, resource.getTransactionTimeout());
            assertTrue(resource.setTransactionTimeout(1));
            assertEquals(1, resource.getTransactionTimeout());
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            Texts.send(session, session.createQueue("out"), "1");
            XAResource another = connection.createXASession().getXAResource();
            // Another session may join until then; nothing else is said before.
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> hasTimedOut(another, xid));
            assertCode(XAException.XA_RBTIMEOUT, () -> resource.end(xid, XAResource.TMSUCCESS));
            resource.rollback(xid);
        }
    }

    private static boolean hasTimedOut(XAResource resource, Xid xid) throws XAException {
        try {
            resource.start(xid, XAResource.TMJOIN);
            resource.end(xid, XAResource.TMSUCCESS);
            return false;
        } catch (XAException e) {
            assertEquals(XAException.XA_RBTIMEOUT, e.errorCode);
            return true;
        }
    }

    @OverEachUri
    void sessionAndConsumerMayBeClosedBeforeTheDecision(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            Queue in = session.createQueue("in");
            Queue out = session.createQueue("out");
            Texts.send(others, in, "a", "b");
            MessageConsumer consumer = session.createConsumer(in);
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            Texts.expect(consumer, "a");
            Texts.send(session, out, "1");
            consumer.close();
            session.close();
            resource.end(xid, XAResource.TMSUCCESS);
            MessageConsumer rest = others.createConsumer(in);
            Texts.expect(rest, "b");
            assertNull(rest.receiveNoWait());
            assertEquals(XAResource.XA_OK, resource.prepare(xid));
            resource.commit(xid, false);
            Texts.expect(others.createConsumer(out), "1");
            assertNull(rest.receiveNoWait());
        }
    }

    @OverEachUri
    void aClosedSessionBeginsNothing(Provider provider) throws Exception {
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            TestXid suspended = TestXid.next();
            resource.start(suspended, XAResource.TMNOFLAGS);
            Texts.send(session, session.createQueue("out"), "never");
            resource.end(suspended, XAResource.TMSUSPEND);
            session.close();
            assertCode(
                    XAException.XAER_PROTO,
                    () -> resource.start(TestXid.next(), XAResource.TMNOFLAGS));
            assertCode(
                    XAException.XAER_PROTO, () -> resource.start(suspended, XAResource.TMRESUME));
            resource.end(suspended, XAResource.TMFAIL);
            assertCode(XAException.XA_RBCOMMFAIL, () -> resource.prepare(suspended));
            assertFalse(isListed(resource, suspended));
        }
    }

    @OverEachUri
    void aSessionDecidesNothingItself(Provider provider) throws Exception {
        try (XAConnection connection = started(provider)) {
            XASession session = connection.createXASession();
            assertTrue(session.getTransacted());
            assertSame(session, session.getSession());
            assertThrows(TransactionInProgressException.class, session::commit);
            assertThrows(TransactionInProgressException.class, session::rollback);
            Queue out = session.createQueue("out");
            assertThrows(IllegalStateException.class, () -> Texts.send(session, out, "1"));
        }
    }

    @OverEachUri
    void theOtherInterfacesWorkAlike(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        MillraceXAConnectionFactory factory = factory(provider);
        try (XAJMSContext context = factory.createXAContext();
                XAQueueConnection queues = factory.createXAQueueConnection();
                XATopicConnection topics = factory.createXATopicConnection()) {
            XAResource resource = context.getXAResource();
            assertTrue(
                    resource.isSameRM(queues.createXAQueueSession().getXAResource())
                            && resource.isSameRM(topics.createXATopicSession().getXAResource()));
            assertThrows(TransactionInProgressRuntimeException.class, context::commit);
            assertThrows(TransactionInProgressRuntimeException.class, context::rollback);
            Queue in = context.createQueue("in");
            Texts.send(others, in, "a");
            JMSConsumer consumer = context.createConsumer(in);
            TestXid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            assertEquals("a", consumer.receiveBody(String.class, Texts.PATIENCE_MILLIS));
            context.getContext().createProducer().send(context.createQueue("out"), "1");
            resource.end(xid, XAResource.TMSUCCESS);
            assertEquals(XAResource.XA_OK, resource.prepare(xid));
            resource.commit(xid, false);
            Texts.expect(others.createConsumer(context.createQueue("out")), "1");
        }
    }

    /** Another broker is another resource manager, whatever its name. */
    @OverEachUri
    void anotherBrokerIsAnotherResourceManager(Provider provider) throws Exception {
        try (XAConnection here = started(provider);
                XAConnection there =
                        new MillraceXAConnectionFactory("millrace:mem:other")
                                .createXAConnection()) {
            XAResource resource = here.createXASession().getXAResource();
            assertTrue(resource.isSameRM(resource));
            assertFalse(resource.isSameRM(there.createXASession().getXAResource()));
        }
    }
}
