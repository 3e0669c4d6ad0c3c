package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ServerSession;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;

/** 11.2 with 11.3: an application server begins a branch, runs a session, and ends the branch. */
class ManagedServerSessionTest {

    @OverEachUri
    void whatAServerSessionProcessesIsInItsBranch(Provider provider) throws Exception {
        Session others = provider.started().createSession();
        Queue in = others.createQueue("in");
        Queue out = others.createQueue("out");
        try (XAConnection connection =
                new MillraceXAConnectionFactory(provider.factory().getUri()).createXAConnection()) {
            connection.start();
            XASession session = connection.createXASession();
            MessageProducer producer = session.createProducer(out);
            session.setMessageListener(message -> forward(message, producer));
            BlockingQueue<Runnable> runs = new LinkedBlockingQueue<>();
            connection.createConnectionConsumer(in, null, () -> server(session, runs), 1);
            Texts.send(others, in, "a");
            XAResource resource = session.getXAResource();
            for (boolean commit : new boolean[] {false, true}) {
                Runnable run = runs.poll(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                TestXid xid = TestXid.next();
                resource.start(xid, XAResource.TMNOFLAGS);
                Objects.requireNonNull(run).run();
                resource.end(xid, XAResource.TMSUCCESS);
                assertEquals(XAResource.XA_OK, resource.prepare(xid));
                if (commit) {
                    resource.commit(xid, false);
                } else {
                    resource.rollback(xid);
                }
            }
        }
        MessageConsumer consumer = others.createConsumer(out);
        assertEquals(2, Texts.expect(consumer, "a").getIntProperty("count"));
        assertNull(consumer.receiveNoWait());
        assertNull(others.createConsumer(in).receiveNoWait());
    }

    private static void forward(Message message, MessageProducer producer) {
        try {
            int count = message.getIntProperty("JMSXDeliveryCount");
            message.clearProperties();
            message.setIntProperty("count", count);
            producer.send(message);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static ServerSession server(XASession session, BlockingQueue<Runnable> runs) {
        return new ServerSession() {
            @Override
            public Session getSession() throws JMSException {
                return session.getSession();
            }

            @Override
            public void start() {
                runs.add(session);
            }
        };
    }
}
