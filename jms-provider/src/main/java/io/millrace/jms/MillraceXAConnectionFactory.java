package io.millrace.jms;

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
 * <p>Thread-safe.
 */
public final class MillraceXAConnectionFactory
        implements XAConnectionFactory, XAQueueConnectionFactory, XATopicConnectionFactory {

    private final MillraceConnectionFactory plain;

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
        this.plain = new MillraceConnectionFactory(uri);
    }

    /** The URI as it was given. */
    public String getUri() {
        return plain.getUri();
    }

    private MillraceXAConnection open() throws JMSException {
        ConnectionSettings settings = plain.settings();
        return open(settings.address().options().user(), settings.address().options().password());
    }

    private MillraceXAConnection open(@Nullable String user, @Nullable String password)
            throws JMSException {
        try {
            return new MillraceXAConnection(plain.settings(), user, password);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public XAConnection createXAConnection() throws JMSException {
        return open();
    }

    @Override
    public XAConnection createXAConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password);
    }

    @Override
    public XAQueueConnection createXAQueueConnection() throws JMSException {
        return open();
    }

    @Override
    public XAQueueConnection createXAQueueConnection(
            @Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password);
    }

    @Override
    public XATopicConnection createXATopicConnection() throws JMSException {
        return open();
    }

    @Override
    public XATopicConnection createXATopicConnection(
            @Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password);
    }

    @Override
    public XAJMSContext createXAContext() {
        return MillraceContext.unchecked(() -> context(open()));
    }

    @Override
    public XAJMSContext createXAContext(@Nullable String user, @Nullable String password) {
        return MillraceContext.unchecked(() -> context(open(user, password)));
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
