package io.millrace.jms;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAJMSContext;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;

/** The simplified API with a session that a transaction manager decides about (6.2.8). */
final class MillraceXAContext extends MillraceContext implements XAJMSContext {

    private final MillraceXASession session;

    private MillraceXAContext(MillraceConnection connection, MillraceXASession session) {
        super(connection, new AtomicInteger(1), session);
        this.session = session;
    }

    static MillraceXAContext over(MillraceXAConnection connection) throws JMSException {
        return new MillraceXAContext(connection, connection.openManagedSession(Domain.BOTH));
    }

    @Override
    public JMSContext getContext() {
        return this;
    }

    @Override
    public XAResource getXAResource() {
        return session.getXAResource();
    }
}
