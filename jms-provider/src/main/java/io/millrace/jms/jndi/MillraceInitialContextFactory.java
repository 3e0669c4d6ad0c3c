package io.millrace.jms.jndi;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * A naming service in this JVM, filled from properties:
 *
 * <pre>
 * java.naming.factory.initial = io.millrace.jms.jndi.MillraceInitialContextFactory
 * connectionfactory.NAME = millrace://host:5670?clientId=orders
 * xaconnectionfactory.NAME = millrace://host:5670
 * queue.NAME = physical name of the queue
 * topic.NAME = physical name of the topic
 * </pre>
 *
 * <p>The properties come from the environment of the {@code InitialContext}, which includes {@code
 * jndi.properties}, then from system properties, then from the properties file that {@code
 * java.naming.provider.url} names; the first that has a key counts. Prefixes are in upper and lower
 * case alike. A NAME with slashes makes sub-contexts. If {@code java.naming.provider.url} is a
 * Millrace URI, a factory for it is bound as {@code ConnectionFactory}, {@code
 * QueueConnectionFactory} and {@code TopicConnectionFactory}, and one for distributed transactions
 * as {@code XAConnectionFactory}, {@code XAQueueConnectionFactory} and {@code
 * XATopicConnectionFactory}, unless these are configured.
 *
 * <p>{@code dynamicQueues/x} and {@code dynamicTopics/x} are the queue and the topic x without any
 * configuration. What an application binds is there for the contexts of one {@code InitialContext}.
 */
public final class MillraceInitialContextFactory implements InitialContextFactory {

    /**
     * A context with all that is configured.
     *
     * @throws NamingException if a property has a value that is not possible; names it
     */
    @Override
    public Context getInitialContext(@Nullable Hashtable<?, ?> environment) throws NamingException {
        Hashtable<Object, Object> copy = new Hashtable<>();
        if (environment != null) {
            copy.putAll(environment);
        }
        return new MemoryContext(ConfiguredNames.read(copy), "", copy);
    }
}
