package io.millrace.jms;

import io.millrace.jms.client.BrokerAddress;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to a Millrace broker, on the network or in this JVM.
 *
 * <ul>
 *   <li>{@code millrace://host:port[,host:port…][?option=value&…]}: a broker on the network; the
 *       hosts are tried in turn
 *   <li>{@code millrace:file:PATH}: a broker in this JVM with its log in a directory. Factories
 *       with one path share it; it runs while a connection is open. A second process gets an error
 *       that names the holder
 *   <li>{@code millrace:mem:NAME}: the same without a disk
 * </ul>
 *
 * <p>Options: see {@link io.millrace.jms.client.ClientOptions}; {@code broker.KEY} sets a key of an
 * embedded broker's configuration. Thread-safe.
 */
public final class MillraceConnectionFactory
        implements ConnectionFactory, QueueConnectionFactory, TopicConnectionFactory {

    /** Where a broker is that was started without options. */
    public static final String DEFAULT_URI = "millrace://localhost:" + BrokerAddress.DEFAULT_PORT;

    private final String uri;
    private final BrokerAddress address;

    /** For a broker at {@link #DEFAULT_URI}. */
    public MillraceConnectionFactory() {
        this(DEFAULT_URI);
    }

    /**
     * For a broker at a URI.
     *
     * @throws IllegalArgumentException if the URI has another form or an unknown option; lists the
     *     known ones
     */
    public MillraceConnectionFactory(String uri) {
        this.uri = uri;
        this.address = BrokerAddress.parse(uri);
    }

    /** The URI as it was given. */
    public String getUri() {
        return uri;
    }

    @Override
    public Connection createConnection() throws JMSException {
        return open(address.options().user(), address.options().password());
    }

    @Override
    public Connection createConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return createQueueConnection(address.options().user(), address.options().password());
    }

    @Override
    public QueueConnection createQueueConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        try {
            return new MillraceQueueConnection(address, user, password);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return open(address.options().user(), address.options().password());
    }

    @Override
    public TopicConnection createTopicConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password);
    }

    @Override
    public JMSContext createContext() {
        return createContext(JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(address.options().user(), address.options().password(), sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return createContext(user, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(
            @Nullable String user, @Nullable String password, int sessionMode) {
        try {
            MillraceConnection connection = open(user, password);
            try {
                return MillraceContext.first(connection, sessionMode);
            } catch (JMSException e) {
                connection.close();
                throw e;
            }
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    private MillraceConnection open(@Nullable String user, @Nullable String password)
            throws JMSException {
        try {
            return new MillraceConnection(address, user, password);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public String toString() {
        return "MillraceConnectionFactory[" + address + "]";
    }
}
