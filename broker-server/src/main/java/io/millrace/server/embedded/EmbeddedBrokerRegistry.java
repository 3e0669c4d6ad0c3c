package io.millrace.server.embedded;

import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.Broker;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpener;
import io.millrace.server.LogOpeners;
import io.millrace.server.configuration.BrokerKey;
import io.millrace.server.users.Authenticator;
import io.millrace.server.users.FileAuthenticator;
import io.millrace.server.users.UserFile;
import io.millrace.wire.EmbeddedBrokers;
import io.millrace.wire.FrameLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The brokers of this JVM, by URI. Factories with one path share a broker; the last one to let go
 * stops it.
 *
 * <p>A hand-over point: any thread may acquire and release.
 */
public final class EmbeddedBrokerRegistry implements EmbeddedBrokers {

    private static final String FILE = "millrace:file:";
    private static final String MEMORY = "millrace:mem:";

    /** One map for all instances: the service loader makes a new instance for each lookup. */
    private static final Map<String, Shared> SHARED_BY_KEY = new HashMap<>();

    private static final class Shared {
        final Broker broker;
        int references;

        Shared(Broker broker) {
            this.broker = broker;
        }
    }

    @Override
    public Reference acquire(String uri, Map<String, String> configuration) {
        BrokerConfiguration parsed = BrokerConfiguration.parse(configuration);
        String key = keyOf(uri);
        synchronized (SHARED_BY_KEY) {
            Shared shared = SHARED_BY_KEY.get(key);
            if (shared == null) {
                shared = new Shared(start(key, parsed));
                SHARED_BY_KEY.put(key, shared);
            }
            shared.references++;
            return new Hold(key, shared);
        }
    }

    private static String keyOf(String uri) {
        if (uri.startsWith(MEMORY)) {
            return uri;
        }
        if (!uri.startsWith(FILE) || uri.length() == FILE.length()) {
            throw new IllegalArgumentException(
                    "Expected millrace:file:PATH or millrace:mem:NAME, but the URI is " + uri);
        }
        Path path = Path.of(uri.substring(FILE.length()));
        try {
            Files.createDirectories(path);
            return FILE + path.toRealPath();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Expected a directory that can be written at "
                            + path
                            + ", but "
                            + e
                            + "; choose another path",
                    e);
        }
    }

    private static Broker start(String key, BrokerConfiguration configuration) {
        LogOpener logs =
                key.startsWith(MEMORY)
                        ? LogOpeners.inMemory(configuration)
                        : LogOpeners.inDirectory(
                                Path.of(key.substring(FILE.length())), configuration);
        try {
            return Broker.start(
                    logs,
                    configuration.limit(PartitionLimits.EMBEDDED),
                    authenticator(key, configuration.users()));
        } catch (LogFailure e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * A broker has users if its directory or the option says so; one in memory without the option
     * has none.
     */
    private static Authenticator authenticator(String key, @Nullable String users) {
        if (users != null) {
            UserFile named = new UserFile(Path.of(users));
            if (!named.exists()) {
                // Who names a file wants users: without it everybody could connect.
                throw new IllegalArgumentException(
                        "Expected a file of users at "
                                + users
                                + " (option broker."
                                + BrokerKey.USERS.key()
                                + "), but there is none; make it with 'millrace user add NAME"
                                + " --users FILE'");
            }
            return new FileAuthenticator(named);
        }
        return key.startsWith(MEMORY)
                ? Authenticator.everybody()
                : new FileAuthenticator(
                        new UserFile(Path.of(key.substring(FILE.length())).resolve(UserFile.NAME)));
    }

    /** One user's hold on a shared broker. */
    private static final class Hold implements Reference {

        private final String key;
        private final Shared shared;
        private final AtomicBoolean released = new AtomicBoolean();

        Hold(String key, Shared shared) {
            this.key = key;
            this.shared = shared;
        }

        @Override
        public FrameLink connect(FrameLink.Listener listener) {
            return shared.broker.connect(listener);
        }

        @Override
        public void close() {
            if (!released.compareAndSet(false, true)) {
                return;
            }
            synchronized (SHARED_BY_KEY) {
                shared.references--;
                if (shared.references == 0) {
                    SHARED_BY_KEY.remove(key, shared);
                    // Closed under the lock: whoever asks for the same directory next must find it
                    // free.
                    shared.broker.close();
                }
            }
        }
    }
}
