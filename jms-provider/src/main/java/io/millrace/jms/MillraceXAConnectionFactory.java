package io.millrace.jms;

import io.millrace.jms.jndi.MillraceObjects;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.TopicConnection;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicConnectionFactory;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import javax.naming.Reference;
import javax.naming.Referenceable;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections whose sessions take part in the transactions of a transaction manager, with
 * databases and others: what is sent and received happens with all the rest or not at all, whatever
 * crashes (Jakarta Messaging 3.1, 6.2.8).
 *
 * <p>URIs and options are those of {@link MillraceConnectionFactory}. In a session
 *
 * <ul>
 *   <li>what is sent while no transaction has begun is refused; what is received then belongs to
 *       the next
 *   <li>a transaction that is not prepared is rolled back when its connection is lost, and after
 *       its timeout, 600 seconds unless the transaction manager says otherwise; one that is
 *       prepared waits for its decision, over restarts of client and broker
 *   <li>session and consumers may be closed before the transaction is decided, the connection after
 * </ul>
 *
 * <p>Thread-safe, serializable, and can be stored in a naming service, as that one is.
 */
public final class MillraceXAConnectionFactory
        implements XAConnectionFactory,
                XAQueueConnectionFactory,
                XATopicConnectionFactory,
                Referenceable,
                Serializable {

    private static final long serialVersionUID = 1L;

    private final transient MillraceConnectionFactory plain;

    /** For a broker at {@link MillraceConnectionFactory#DEFAULT_URI}. */
    public MillraceXAConnectionFactory() {
        this(MillraceConnectionFactory.DEFAULT_URI);
    }

    /**
     * For a broker at a URI.
     *
     * @throws IllegalArgumentException if the URI has another form or an unknown option; lists the
     *     known ones
     */
    public MillraceXAConnectionFactory(String uri) {
        this(new MillraceConnectionFactory(uri));
    }

    private MillraceXAConnectionFactory(MillraceConnectionFactory plain) {
        this.plain = plain;
    }

    /** The URI as it was given. */
    public String getUri() {
        return plain.getUri();
    }

    /** As {@link MillraceConnectionFactory#setTrustedPackages}. */
    public void setTrustedPackages(List<String> packagesOrClasses) {
        plain.setTrustedPackages(packagesOrClasses);
    }

    /** What was set, or the option {@code trustedPackages} of the URI. */
    public List<String> getTrustedPackages() {
        return plain.getTrustedPackages();
    }

    /** As {@link MillraceConnectionFactory#setThreadFactory}. */
    public void setThreadFactory(ThreadFactory threadFactory) {
        plain.setThreadFactory(threadFactory);
    }

    /** As {@link MillraceConnectionFactory#setClassLoader}. */
    public void setClassLoader(@Nullable ClassLoader classLoader) {
        plain.setClassLoader(classLoader);
    }

    /** A reference for a naming service: {@link MillraceObjects} makes a factory of it again. */
    @Override
    public Reference getReference() {
        return MillraceObjects.reference(this);
    }

    private Object writeReplace() {
        return new SerializedFactory(plain);
    }

    private void readObject(ObjectInputStream from) throws InvalidObjectException {
        throw new InvalidObjectException("Expected a SerializedFactory, but it is a factory");
    }

    /** What is kept of a factory. */
    private record SerializedFactory(MillraceConnectionFactory plain) implements Serializable {

        private Object readResolve() {
            return new MillraceXAConnectionFactory(plain);
        }
    }

    private MillraceXAConnection open(Domain domain) throws JMSException {
        ConnectionSettings settings = plain.settings();
        return open(
                settings.address().options().user(),
                settings.address().options().password(),
                domain);
    }

    private MillraceXAConnection open(
            @Nullable String user, @Nullable String password, Domain domain) throws JMSException {
        try {
            return new MillraceXAConnection(plain.settings(), user, password, domain);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public XAConnection createXAConnection() throws JMSException {
        return open(Domain.BOTH);
    }

    @Override
    public XAConnection createXAConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password, Domain.BOTH);
    }

    @Override
    public XAQueueConnection createXAQueueConnection() throws JMSException {
        return open(Domain.QUEUES);
    }

    @Override
    public XAQueueConnection createXAQueueConnection(
            @Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password, Domain.QUEUES);
    }

    @Override
    public XATopicConnection createXATopicConnection() throws JMSException {
        return open(Domain.TOPICS);
    }

    @Override
    public XATopicConnection createXATopicConnection(
            @Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password, Domain.TOPICS);
    }

    @Override
    public XAJMSContext createXAContext() {
        return MillraceContext.unchecked(() -> context(open(Domain.BOTH)));
    }

    @Override
    public XAJMSContext createXAContext(@Nullable String user, @Nullable String password) {
        return MillraceContext.unchecked(() -> context(open(user, password, Domain.BOTH)));
    }

    private static XAJMSContext context(MillraceXAConnection connection) throws JMSException {
        try {
            return MillraceXAContext.over(connection);
        } catch (JMSException e) {
            connection.close();
            throw e;
        }
    }

    // Jakarta Messaging 3.1, 11.3.1: the connections of its other interfaces decide for themselves.

    @Override
    public Connection createConnection() throws JMSException {
        return plain.createConnection();
    }

    @Override
    public Connection createConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return plain.createConnection(user, password);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return plain.createQueueConnection();
    }

    @Override
    public QueueConnection createQueueConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return plain.createQueueConnection(user, password);
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return plain.createTopicConnection();
    }

    @Override
    public TopicConnection createTopicConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return plain.createTopicConnection(user, password);
    }

    @Override
    public JMSContext createContext() {
        return plain.createContext();
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return plain.createContext(sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return plain.createContext(user, password);
    }

    @Override
    public JMSContext createContext(
            @Nullable String user, @Nullable String password, int sessionMode) {
        return plain.createContext(user, password, sessionMode);
    }

    @Override
    public String toString() {
        return "MillraceXAConnectionFactory[" + getUri() + "]";
    }
}
