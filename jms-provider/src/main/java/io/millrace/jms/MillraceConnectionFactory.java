package io.millrace.jms;

import io.millrace.jms.client.BrokerAddress;
import io.millrace.jms.client.ClientThreads;
import io.millrace.jms.jndi.MillraceObjects;
import io.millrace.jms.message.TrustedClasses;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;
import javax.naming.Reference;
import javax.naming.Referenceable;
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
 * embedded broker's configuration.
 *
 * <p>Thread-safe, serializable, and can be stored in a naming service. What its setters change
 * holds for connections that are made afterwards. Thread factory and class loader are left out of
 * its serialized form and of its {@link #getReference reference}.
 */
public final class MillraceConnectionFactory
        implements ConnectionFactory,
                QueueConnectionFactory,
                TopicConnectionFactory,
                Referenceable,
                Serializable {

    private static final long serialVersionUID = 1L;

    /** Where a broker is that was started without options. */
    public static final String DEFAULT_URI = "millrace://localhost:" + BrokerAddress.DEFAULT_PORT;

    private final String uri;
    private transient volatile ConnectionSettings settings;

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
        BrokerAddress address = BrokerAddress.parse(uri);
        String trusted = address.options().trustedPackages();
        this.settings =
                new ConnectionSettings(
                        address,
                        trusted == null
                                ? TrustedClasses.SIMPLE_VALUES
                                : TrustedClasses.parse(trusted),
                        new ClientThreads(Thread::new),
                        null);
    }

    /**
     * What objects of received messages may be of, beside simple values of the JDK: numbers, texts,
     * collections, dates.
     *
     * @param packagesOrClasses each a package, trusted with those below it, or a class, or {@code
     *     *} for all; replaces what the URI says in {@code trustedPackages}
     * @throws IllegalArgumentException if one is none of these
     */
    public void setTrustedPackages(List<String> packagesOrClasses) {
        TrustedClasses trusted = TrustedClasses.of(packagesOrClasses);
        change(
                now ->
                        new ConnectionSettings(
                                now.address(), trusted, now.threads(), now.classLoader()));
    }

    /** What was set, or the option {@code trustedPackages} of the URI. */
    public List<String> getTrustedPackages() {
        return settings.trusted().names();
    }

    /**
     * Who makes the threads that call message listeners, completion listeners and exception
     * listeners, for an application server. The threads are made daemons and get names.
     */
    public void setThreadFactory(ThreadFactory threadFactory) {
        ClientThreads threads = new ClientThreads(threadFactory);
        change(
                now ->
                        new ConnectionSettings(
                                now.address(), now.trusted(), threads, now.classLoader()));
    }

    /**
     * Where the classes of received objects are looked for when the thread's context class loader
     * does not know them; null for the class loader of this class.
     */
    public void setClassLoader(@Nullable ClassLoader classLoader) {
        change(
                now ->
                        new ConnectionSettings(
                                now.address(), now.trusted(), now.threads(), classLoader));
    }

    private synchronized void change(UnaryOperator<ConnectionSettings> change) {
        settings = change.apply(settings);
    }

    /** A reference for a naming service: {@link MillraceObjects} makes a factory of it again. */
    @Override
    public Reference getReference() {
        return MillraceObjects.reference(this);
    }

    private Object writeReplace() {
        return new SerializedFactory(uri, new ArrayList<>(getTrustedPackages()));
    }

    private void readObject(ObjectInputStream from) throws InvalidObjectException {
        throw new InvalidObjectException("Expected a SerializedFactory, but it is a factory");
    }

    /** What is kept of a factory. */
    private record SerializedFactory(String uri, ArrayList<String> trustedPackages)
            implements Serializable {

        private Object readResolve() {
            MillraceConnectionFactory factory = new MillraceConnectionFactory(uri);
            factory.setTrustedPackages(trustedPackages);
            return factory;
        }
    }

    /** The URI as it was given. */
    public String getUri() {
        return uri;
    }

    @Override
    public Connection createConnection() throws JMSException {
        return open(
                settings.address().options().user(),
                settings.address().options().password(),
                Domain.BOTH);
    }

    @Override
    public Connection createConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password, Domain.BOTH);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return createQueueConnection(
                settings.address().options().user(), settings.address().options().password());
    }

    @Override
    public QueueConnection createQueueConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password, Domain.QUEUES);
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return createTopicConnection(
                settings.address().options().user(), settings.address().options().password());
    }

    @Override
    public TopicConnection createTopicConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password, Domain.TOPICS);
    }

    @Override
    public JMSContext createContext() {
        return createContext(JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(
                settings.address().options().user(),
                settings.address().options().password(),
                sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return createContext(user, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(
            @Nullable String user, @Nullable String password, int sessionMode) {
        try {
            MillraceConnection connection = open(user, password, Domain.BOTH);
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

    /** What it makes connections with. */
    ConnectionSettings settings() {
        return settings;
    }

    private MillraceConnection open(@Nullable String user, @Nullable String password, Domain domain)
            throws JMSException {
        try {
            return new MillraceConnection(settings, user, password, domain);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public String toString() {
        return "MillraceConnectionFactory[" + settings.address() + "]";
    }
}
