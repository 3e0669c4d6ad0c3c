package io.millrace.tck.official;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import io.millrace.server.users.FileAuthenticator;
import io.millrace.server.users.PasswordHash;
import io.millrace.server.users.UserFile;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * A broker for as long as the TCK runs: it keeps durable subscriptions from one test to the next,
 * and an embedded broker ends with its last connection.
 *
 * <p>The system property {@code millrace.tck.uri} says which: {@code mem}, {@code file}, {@code
 * network}, or the URI of one that runs already, has the user of the TCK and no options.
 */
public final class RunningBroker implements LauncherSessionListener {

    private static final String KIND = "millrace.tck.uri";

    /** Whom the TCK connects as, with the same password. */
    private static final String USER = "j2ee";

    /** Connections without a name are this user's, and bodies of the TCK's own classes are read. */
    private static final String OPTIONS =
            "user=" + USER + "&password=" + USER + "&trustedPackages=*";

    private static final String FACTORY = "connectionfactory.";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        String kind = System.getProperty(KIND);
        if (kind == null) {
            // A launcher that only looks for tests.
            return;
        }
        try {
            String uri = start(kind);
            for (String name :
                    List.of(
                            "MyConnectionFactory",
                            "MyQueueConnectionFactory",
                            "MyTopicConnectionFactory")) {
                System.setProperty(FACTORY + name, uri);
            }
            System.setProperty(FACTORY + "DURABLE_SUB_CONNECTION_FACTORY", uri + "&clientId=cts");
            Connection held = new MillraceConnectionFactory(uri).createConnection();
            opened.push(held);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JMSException e) {
            throw new IllegalStateException(
                    "Expected a broker to run the TCK on, but " + e.getMessage(), e);
        }
    }

    private String start(String kind) throws IOException {
        if (kind.startsWith("millrace:")) {
            return kind + "?" + OPTIONS;
        }
        Path directory = Files.createTempDirectory("millrace-tck");
        opened.push(() -> delete(directory));
        UserFile users = new UserFile(directory.resolve(UserFile.NAME));
        users.put(USER, PasswordHash.of(USER.toCharArray(), PasswordHash.DEFAULT_ITERATIONS));
        return switch (kind) {
            case "mem" -> "millrace:mem:tck?broker.users=" + users.path() + "&" + OPTIONS;
            case "file" -> "millrace:file:" + directory + "?" + OPTIONS;
            case "network" -> "millrace://127.0.0.1:" + listen(users) + "?" + OPTIONS;
            default ->
                    throw new IllegalArgumentException(
                            "Expected "
                                    + KIND
                                    + " to be mem, file, network or a Millrace URI, but it is "
                                    + kind);
        };
    }

    private int listen(UserFile users) {
        Broker broker =
                Broker.start(
                        LogOpeners.inMemory(),
                        PartitionLimits.NETWORK,
                        new FileAuthenticator(users));
        opened.push(broker);
        NettyAcceptor acceptor = NettyAcceptor.listen("127.0.0.1", 0, 1, broker::accept);
        opened.push(acceptor);
        return acceptor.port();
    }

    private static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(directory)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.delete(each);
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                // What AutoCloseable may throw; the tests are over and their outcome stands.
                System.err.println("Expected to end the broker of the TCK, but " + e);
            }
        }
    }
}
