package io.millrace.jms;

import jakarta.jms.JMSException;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XATopicSession;
import javax.transaction.xa.XAResource;

/** A session whose transactions a transaction manager decides (Jakarta Messaging 3.1, 6.2.8). */
final class MillraceXASession extends MillraceSession implements XAQueueSession, XATopicSession {

    private final XAResource resource;

    MillraceXASession(MillraceConnection connection, Domain domain) {
        super(connection, Session.SESSION_TRANSACTED, domain, true);
        TransactedWork work = transactions();
        if (!(work instanceof ManagedTransactions managed)) {
            throw new IllegalStateException("Expected managed transactions, but they are " + work);
        }
        resource = new MillraceXAResource(connection.broker(), managed);
    }

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    @Override
    public Session getSession() throws JMSException {
        requireOpen();
        return this;
    }

    @Override
    public QueueSession getQueueSession() throws JMSException {
        requireOpen();
        return this;
    }

    @Override
    public TopicSession getTopicSession() throws JMSException {
        requireOpen();
        return this;
    }
}
