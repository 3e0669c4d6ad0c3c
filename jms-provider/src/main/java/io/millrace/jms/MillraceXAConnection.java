package io.millrace.jms;

import jakarta.jms.JMSException;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose sessions may take part in the transactions of a transaction manager (Jakarta
 * Messaging 3.1, 6.2.8).
 */
final class MillraceXAConnection extends MillraceConnection
        implements XAQueueConnection, XATopicConnection {

    MillraceXAConnection(
            ConnectionSettings settings,
            @Nullable String user,
            @Nullable String password,
            Domain domain) {
        super(settings, user, password, domain);
    }

    @Override
    public XASession createXASession() throws JMSException {
        return openManagedSession(Domain.BOTH);
    }

    @Override
    public XAQueueSession createXAQueueSession() throws JMSException {
        return openManagedSession(Domain.QUEUES);
    }

    @Override
    public XATopicSession createXATopicSession() throws JMSException {
        return openManagedSession(Domain.TOPICS);
    }
}
