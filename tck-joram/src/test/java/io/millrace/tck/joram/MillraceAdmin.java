package io.millrace.tck.joram;

import io.millrace.jms.jndi.MillraceInitialContextFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;
import org.objectweb.jtests.jms.admin.Admin;

/**
 * The suite's hands on the broker: it makes one of these for each test, with {@code newInstance}.
 *
 * <p>The system property {@code millrace.tck.uri} says which {@link FreshBroker.Kind} the broker
 * is.
 */
public final class MillraceAdmin implements Admin {

    private static final String KIND = "millrace.tck.uri";

    private static final String FACTORY = "connectionfactory.";
    private static final String QUEUE = "queue.";
    private static final String TOPIC = "topic.";

    /** What an application would write into its jndi.properties. */
    private final Hashtable<String, String> properties = new Hashtable<>();

    private @Nullable FreshBroker broker;

    @Override
    public String getName() {
        return "Millrace";
    }

    @Override
    public void startServer() throws JMSException, IOException {
        String kind = System.getProperty(KIND);
        if (kind == null) {
            throw new IllegalStateException(
                    "Expected the system property " + KIND + ", but it is not set");
        }
        broker = FreshBroker.start(FreshBroker.Kind.valueOf(kind));
    }

    /** Ends the broker, and what the test left in it. */
    @Override
    public void stopServer() throws JMSException, IOException {
        running().close();
        broker = null;
    }

    private FreshBroker running() {
        FreshBroker started = broker;
        if (started == null) {
            throw new IllegalStateException("Expected a started broker, but there is none");
        }
        return started;
    }

    /** The broker is all there is to start. */
    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public Context createContext() throws NamingException {
        properties.put(
                Context.INITIAL_CONTEXT_FACTORY, MillraceInitialContextFactory.class.getName());
        return new InitialContext(properties);
    }

    @Override
    public void createConnectionFactory(String name) {
        properties.put(FACTORY + name, running().uri());
    }

    @Override
    public void createQueueConnectionFactory(String name) {
        createConnectionFactory(name);
    }

    @Override
    public void createTopicConnectionFactory(String name) {
        createConnectionFactory(name);
    }

    @Override
    public void createQueue(String name) {
        properties.put(QUEUE + name, name);
    }

    @Override
    public void createTopic(String name) {
        properties.put(TOPIC + name, name);
    }

    @Override
    public void deleteQueue(String name) {
        properties.remove(QUEUE + name);
    }

    @Override
    public void deleteTopic(String name) {
        properties.remove(TOPIC + name);
    }

    @Override
    public void deleteConnectionFactory(String name) {
        properties.remove(FACTORY + name);
    }

    @Override
    public void deleteQueueConnectionFactory(String name) {
        deleteConnectionFactory(name);
    }

    @Override
    public void deleteTopicConnectionFactory(String name) {
        deleteConnectionFactory(name);
    }
}
