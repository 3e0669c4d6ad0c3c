package io.millrace.jms.jndi;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceXAConnectionFactory;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import javax.naming.CompositeName;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/** Reads the names that properties configure. */
final class ConfiguredNames {

    private static final String URI_SCHEME = "millrace:";

    private static final List<String> DEFAULT_FACTORIES =
            List.of("ConnectionFactory", "QueueConnectionFactory", "TopicConnectionFactory");

    private static final List<String> DEFAULT_XA_FACTORIES =
            List.of("XAConnectionFactory", "XAQueueConnectionFactory", "XATopicConnectionFactory");

    private final Directory root = new Directory(null);

    /** Which property says what a name means, for messages. */
    private final Map<String, String> keysByName = new TreeMap<>();

    /** What a property configures; lower case, up to its dot. */
    private enum Kind {
        CONNECTIONFACTORY {
            @Override
            Object make(String value) {
                return new MillraceConnectionFactory(value);
            }
        },
        XACONNECTIONFACTORY {
            @Override
            Object make(String value) {
                return new MillraceXAConnectionFactory(value);
            }
        },
        QUEUE {
            @Override
            Object make(String value) {
                return new MillraceQueue(value);
            }
        },
        TOPIC {
            @Override
            Object make(String value) {
                return new MillraceTopic(value);
            }
        };

        private final String prefix = name().toLowerCase(Locale.ROOT) + ".";

        abstract Object make(String value);

        static @Nullable Kind of(String key) {
            for (Kind kind : values()) {
                if (key.regionMatches(true, 0, kind.prefix, 0, kind.prefix.length())
                        && key.length() > kind.prefix.length()) {
                    return kind;
                }
            }
            return null;
        }
    }

    private ConfiguredNames() {}

    static Directory read(Map<?, ?> environment) throws NamingException {
        Object provider = environment.get(Context.PROVIDER_URL);
        String url = provider == null ? "" : provider.toString();
        Map<String, String> properties = new TreeMap<>();
        if (!url.isEmpty() && !url.startsWith(URI_SCHEME)) {
            addTo(properties, readFile(url));
        }
        addTo(properties, System.getProperties());
        addTo(properties, environment);
        ConfiguredNames names = new ConfiguredNames();
        names.root.put("dynamicQueues", new Directory(MillraceQueue::new));
        names.root.put("dynamicTopics", new Directory(MillraceTopic::new));
        for (Map.Entry<String, String> each : properties.entrySet()) {
            names.add(each.getKey(), each.getValue());
        }
        if (url.startsWith(URI_SCHEME)) {
            for (String name : DEFAULT_FACTORIES) {
                names.addDefault(name, Kind.CONNECTIONFACTORY, url);
            }
            for (String name : DEFAULT_XA_FACTORIES) {
                names.addDefault(name, Kind.XACONNECTIONFACTORY, url);
            }
        }
        return names.root;
    }

    private void addDefault(String name, Kind kind, String url) throws NamingException {
        if (root.get(name) == null) {
            root.put(name, made(kind, Context.PROVIDER_URL, url));
        }
    }

    private static void addTo(Map<String, String> properties, Map<?, ?> source) {
        // Somebody may change the system's properties meanwhile: a copy is taken under their lock.
        Map<Object, Object> copy;
        synchronized (source) {
            copy = new java.util.HashMap<>(source);
        }
        copy.forEach(
                (key, value) -> {
                    if (key instanceof String name
                            && value instanceof String text
                            && Kind.of(name) != null) {
                        properties.put(name, text.strip());
                    }
                });
    }

    private static Properties readFile(String url) throws NamingException {
        Properties properties = new Properties();
        try {
            Path path = url.startsWith("file:") ? Path.of(URI.create(url)) : Path.of(url);
            try (Reader from = Files.newBufferedReader(path)) {
                properties.load(from);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw refused(
                    "Expected "
                            + Context.PROVIDER_URL
                            + " to be a Millrace URI or a properties file that can be read, but it is "
                            + url,
                    e);
        }
        return properties;
    }

    private static Object made(Kind kind, String key, String value) throws NamingException {
        if (value.isEmpty()) {
            throw new ConfigurationException(
                    "Expected property " + key + " to have a value, but it is empty");
        }
        try {
            return kind.make(value);
        } catch (IllegalArgumentException e) {
            throw refused("Property " + key + ": " + e.getMessage(), e);
        }
    }

    private static NamingException refused(String message, Exception cause) {
        NamingException error = new ConfigurationException(message);
        error.setRootCause(cause);
        return error;
    }

    private void add(String key, String value) throws NamingException {
        Kind kind = Kind.of(key);
        if (kind == null) {
            return;
        }
        String name = key.substring(kind.prefix.length());
        String other = keysByName.put(name, key);
        List<String> path = MemoryContext.path(new CompositeName(name));
        if (path.isEmpty()) {
            throw new ConfigurationException(
                    "Expected property " + key + " to have a name after its prefix");
        }
        Directory directory = root;
        for (String part : path.subList(0, path.size() - 1)) {
            Object child = directory.get(part);
            if (child == null) {
                child = new Directory(null);
                directory.put(part, child);
            }
            if (!(child instanceof Directory below)) {
                throw new ConfigurationException(
                        "Expected property "
                                + key
                                + " to lead through contexts, but '"
                                + part
                                + "' is configured as something else");
            }
            directory = below;
        }
        String last = path.get(path.size() - 1);
        if (directory.get(last) != null) {
            throw new ConfigurationException(
                    "Expected one property for the name '"
                            + name
                            + "', but there are "
                            + (other == null ? "names below it" : other)
                            + " and "
                            + key);
        }
        directory.put(last, made(kind, key, value));
    }
}
