package io.millrace.jms.jndi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceXAConnectionFactory;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.NotContextException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names by properties (Jakarta Messaging 3.1, 5: administered objects). */
@SuppressWarnings("BanJNDI") // JNDI is what is tested.
class InitialContextTest {

    private static final String MEMORY = "millrace:mem:names";

    @TempDir Path directory = Path.of("");

    private static Context context(String... properties) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY, MillraceInitialContextFactory.class.getName());
        for (String each : properties) {
            int equals = each.indexOf('=');
            environment.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return new InitialContext(environment);
    }

    private static Map<String, String> listed(Context context, String name) throws NamingException {
        Map<String, String> classesByName = new TreeMap<>();
        for (NameClassPair each : Collections.list(context.list(name))) {
            classesByName.put(each.getName(), each.getClassName());
        }
        return classesByName;
    }

    @Test
    void oneFactoryIsAllThreeKinds() throws NamingException {
        Context context = context("connectionfactory.broker=" + MEMORY + "?clientId=me");
        Object factory = context.lookup("broker");
        assertInstanceOf(jakarta.jms.ConnectionFactory.class, factory);
        assertInstanceOf(jakarta.jms.QueueConnectionFactory.class, factory);
        assertInstanceOf(jakarta.jms.TopicConnectionFactory.class, factory);
        assertEquals(
                MEMORY + "?clientId=me",
                assertInstanceOf(MillraceConnectionFactory.class, factory).getUri());
        assertSame(factory, context.lookup("broker"));
    }

    @Test
    void factoriesForDistributedTransactionsHaveNamesToo() throws NamingException {
        Context context =
                context(
                        Context.PROVIDER_URL + "=" + MEMORY,
                        "XAConnectionFactory.jms/managed=" + MEMORY + "?user=me");
        assertEquals(
                MEMORY + "?user=me",
                ((MillraceXAConnectionFactory) context.lookup("jms/managed")).getUri());
        for (String name :
                List.of(
                        "XAConnectionFactory",
                        "XAQueueConnectionFactory",
                        "XATopicConnectionFactory")) {
            assertEquals(MEMORY, ((MillraceXAConnectionFactory) context.lookup(name)).getUri());
        }
    }

    @Test
    void destinationsHaveNamesOfTheirOwn() throws NamingException {
        Context context =
                context("Queue.orders = eu.orders".replace(" = ", "="), "TOPIC.news=eu.news");
        assertEquals(new MillraceQueue("eu.orders"), context.lookup("orders"));
        assertEquals(new MillraceTopic("eu.news"), context.lookup("news"));
        assertEquals(new MillraceTopic("eu.news"), context.lookup(new CompositeName("news")));
        NameNotFoundException missing =
                assertThrows(NameNotFoundException.class, () -> context.lookup("none"));
        assertEquals("none", missing.getRemainingName().toString());
        assertThrows(NotContextException.class, () -> context.lookup("orders/below"));
    }

    @Test
    void destinationsCanBeHadWithoutConfiguration() throws NamingException {
        Context context = context();
        assertEquals(new MillraceQueue("any"), context.lookup("dynamicQueues/any"));
        assertEquals(new MillraceTopic("a/b.c"), context.lookup("dynamicTopics/a/b.c"));
        Context queues = (Context) context.lookup("dynamicQueues");
        assertEquals(new MillraceQueue("other"), queues.lookup("other"));
        assertEquals(
                Map.of(
                        "dynamicQueues", MemoryContext.class.getName(),
                        "dynamicTopics", MemoryContext.class.getName()),
                listed(context, ""));
    }

    @Test
    void namesWithSlashesAreInSubContexts() throws NamingException {
        Context context =
                context(
                        "connectionFactory.jms/eu/broker=" + MEMORY,
                        "queue.jms/eu/orders=orders",
                        "queue.jms/work=work");
        assertEquals(new MillraceQueue("orders"), context.lookup("jms/eu/orders"));
        Context jms = (Context) context.lookup("jms");
        Context eu = (Context) jms.lookup("eu");
        assertEquals("jms/eu", eu.getNameInNamespace());
        assertEquals(new MillraceQueue("orders"), eu.lookup("orders"));
        assertInstanceOf(MillraceConnectionFactory.class, eu.lookup("broker"));
        assertEquals(
                Map.of(
                        "eu", MemoryContext.class.getName(),
                        "work", MillraceQueue.class.getName()),
                listed(context, "jms"));
        for (Binding each : Collections.list(eu.listBindings(""))) {
            assertEquals(eu.lookup(each.getName()), each.getObject());
            assertEquals("jms/eu/" + each.getName(), each.getNameInNamespace());
        }
        assertThrows(NameNotFoundException.class, () -> context.list("jms/us"));
        assertThrows(NotContextException.class, () -> context.list("jms/work"));
    }

    @Test
    void providerUrlNamesTheDefaultFactories() throws NamingException {
        Context context = context(Context.PROVIDER_URL + "=" + MEMORY);
        for (String name :
                List.of("ConnectionFactory", "QueueConnectionFactory", "TopicConnectionFactory")) {
            assertEquals(MEMORY, ((MillraceConnectionFactory) context.lookup(name)).getUri());
        }
        Context configured =
                context(
                        Context.PROVIDER_URL + "=" + MEMORY,
                        "connectionfactory.ConnectionFactory=millrace:mem:other");
        assertEquals(
                "millrace:mem:other",
                ((MillraceConnectionFactory) configured.lookup("ConnectionFactory")).getUri());
    }

    @Test
    void providerUrlMayBeAPropertiesFile() throws Exception {
        Path file = directory.resolve("names.properties");
        Files.writeString(file, "queue.orders = from file\ntopic.news = news\n");
        for (String url : List.of(file.toString(), file.toUri().toString())) {
            Context context = context(Context.PROVIDER_URL + "=" + url, "queue.orders=mine");
            assertEquals(new MillraceQueue("mine"), context.lookup("orders"));
            assertEquals(new MillraceTopic("news"), context.lookup("news"));
        }
        ConfigurationException refused =
                assertThrows(
                        ConfigurationException.class,
                        () -> context(Context.PROVIDER_URL + "=" + directory.resolve("none")));
        assertTrue(String.valueOf(refused.getMessage()).contains(Context.PROVIDER_URL));
        assertNotNull(refused.getRootCause());
    }

    /** As an application has them: on the class path, found by the context class loader. */
    @Test
    void propertiesComeFromJndiProperties() throws Exception {
        Files.writeString(
                directory.resolve("jndi.properties"),
                Context.INITIAL_CONTEXT_FACTORY
                        + "="
                        + MillraceInitialContextFactory.class.getName()
                        + "\nqueue.orders=from jndi.properties\n");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader application =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(application);
            assertEquals(
                    new MillraceQueue("from jndi.properties"),
                    new InitialContext().lookup("orders"));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void propertiesComeFromSystemProperties() throws NamingException {
        System.setProperty("queue.fromSystem", "of the system");
        System.setProperty("queue.both", "of the system");
        try {
            Context context = context("queue.both=of the environment");
            assertEquals(new MillraceQueue("of the system"), context.lookup("fromSystem"));
            assertEquals(new MillraceQueue("of the environment"), context.lookup("both"));
        } finally {
            System.clearProperty("queue.fromSystem");
            System.clearProperty("queue.both");
        }
    }

    private static void assertRefused(String says, String... properties) {
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> context(properties));
        assertTrue(String.valueOf(refused.getMessage()).contains(says), refused::toString);
    }

    @Test
    void mistakesInPropertiesAreNamed() {
        assertRefused("connectionfactory.broker", "connectionfactory.broker=tcp://127.0.0.1:1");
        assertRefused("queue.orders", "queue.orders=");
        assertRefused("topic.same", "queue.same=a", "topic.same=b");
        assertRefused("topic.a/b", "queue.a=a", "topic.a/b=b");
        assertRefused("queue./", "queue./=slash");
    }
}
