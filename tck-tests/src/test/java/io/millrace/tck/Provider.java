package io.millrace.tck;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A broker of one kind, alone for one test, and the connections that the test makes to it. */
final class Provider implements AutoCloseable {

    /** Where the broker is. */
    enum Kind {
        MEMORY,
        DISK,
        NETWORK
    }

    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();
    private final String uri;
    private final String options;
    private @Nullable Path directory;
    private @Nullable Broker broker;
    private @Nullable NettyAcceptor acceptor;

    Provider(Kind kind) {
        switch (kind) {
            case MEMORY -> {
                uri = "millrace:mem:" + UUID.randomUUID();
                options = "?";
            }
            case DISK -> {
                directory = newDirectory();
                uri = "millrace:file:" + directory;
                options = "?broker.log.segment.bytes=1048576&";
            }
            default -> {
                broker = Broker.start(LogOpeners.inMemory(), PartitionLimits.NETWORK);
                acceptor = NettyAcceptor.listen("127.0.0.1", 0, 1, broker::accept);
                uri = "millrace://127.0.0.1:" + acceptor.port();
                options = "?";
            }
        }
        try {
            // Held for the whole test: an embedded broker ends with its last connection.
            connect();
        } catch (JMSException e) {
            throw new IllegalStateException("Expected a broker at " + uri, e);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("millrace-tck");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The URI without options. */
    String uri() {
        return uri;
    }

    MillraceConnectionFactory factory() {
        return factory("");
    }

    MillraceConnectionFactory factory(String clientOptions) {
        return new MillraceConnectionFactory(
                uri + (options + clientOptions).replaceFirst("[?&]$", ""));
    }

    /** A connection that is not started. */
    Connection connect() throws JMSException {
        Connection connection = factory().createConnection();
        opened.add(connection);
        return connection;
    }

    Connection started() throws JMSException {
        Connection connection = connect();
        connection.start();
        return connection;
    }

    /** A started connection with a client id. */
    Connection startedAs(String clientId) throws JMSException {
        Connection connection = connect();
        connection.setClientID(clientId);
        connection.start();
        return connection;
    }

    JMSContext context(int mode) {
        JMSContext context = factory().createContext(mode);
        opened.add(context);
        return context;
    }

    @Override
    public void close() {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("Expected a connection that can be closed", e);
            }
        }
        if (acceptor != null) {
            acceptor.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (directory != null) {
            delete(directory);
        }
    }

    private static void delete(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
