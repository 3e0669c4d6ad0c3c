package io.millrace.server;

import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.configuration.BrokerKey;
import io.millrace.server.configuration.BrokerSettings;
import io.millrace.server.configuration.ConfigurationFile;
import io.millrace.server.configuration.Listener;
import io.millrace.server.net.NettyAcceptor;
import io.millrace.server.users.FileAuthenticator;
import io.millrace.server.users.UserFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace broker}: runs until SIGTERM. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description =
                "Runs a broker until it gets SIGTERM; what is confirmed survives a power loss.")
final class BrokerCommand implements Callable<Integer> {

    @Spec @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Keys and values as Java properties; docs/CONFIGURATION.md lists them.")
    @Nullable Path file;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Directory of the log; made if missing. The key log.dirs.")
    @Nullable Path data;

    @Option(
            names = "--host",
            description = "Address to listen on, instead of that of the key listeners: 127.0.0.1.")
    @Nullable String host;

    @Option(
            names = "--port",
            description =
                    "Port to listen on, instead of that of the key listeners: 5670. 0 for a free one.")
    @Nullable Integer port;

    @Option(
            names = "--users",
            paramLabel = "FILE",
            description =
                    "Who may connect; see 'millrace user'. Default: the file 'users' in the data"
                            + " directory if there is one, else everybody. The key users.")
    @Nullable Path users;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a key of the broker's configuration.")
    Map<String, String> settings = Map.of();

    @Override
    public Integer call() {
        Running running;
        try {
            BrokerSettings read = BrokerSettings.of(values(), false);
            running = start(read, directory(read), listeners(read));
        } catch (LogFailure | IllegalArgumentException | IllegalStateException e) {
            System.err.println("millrace: " + e.getMessage());
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(running::stop, "millrace-stop"));
        System.out.println(running.ready);
        while (true) {
            // The hook ends the process.
            LockSupport.park(this);
        }
    }

    /** What the file says, unless the command says otherwise. */
    private Map<String, String> values() {
        Map<String, String> values =
                new HashMap<>(file == null ? Map.of() : ConfigurationFile.read(file));
        values.putAll(settings);
        if (data != null) {
            values.put(BrokerKey.LOG_DIRS.key(), data.toString());
        }
        if (users != null) {
            values.put(BrokerKey.USERS.key(), users.toString());
        }
        return values;
    }

    private Path directory(BrokerSettings read) {
        String named = read.common().text(BrokerKey.LOG_DIRS);
        if (named == null) {
            String missing =
                    "Expected a directory for the log: --data=DIR, or "
                            + BrokerKey.LOG_DIRS.key()
                            + " in a configuration";
            throw spec == null
                    ? new IllegalArgumentException(missing)
                    : new ParameterException(spec.commandLine(), missing);
        }
        if (named.contains(",")) {
            throw new IllegalArgumentException(
                    "Expected "
                            + BrokerKey.LOG_DIRS.key()
                            + " to name one directory, but it is "
                            + named);
        }
        return Path.of(named);
    }

    private List<Listener> listeners(BrokerSettings read) {
        List<Listener> named =
                Listener.parse(
                        BrokerKey.LISTENERS,
                        String.valueOf(read.common().text(BrokerKey.LISTENERS)));
        if (host == null && port == null) {
            return named;
        }
        Listener first = named.get(0);
        return List.of(
                new Listener(
                        host == null ? first.host() : host, port == null ? first.port() : port));
    }

    private static Running start(BrokerSettings read, Path directory, List<Listener> listeners) {
        BrokerConfiguration configuration = BrokerConfiguration.of(read);
        String named = configuration.users();
        UserFile userFile =
                new UserFile(named == null ? directory.resolve(UserFile.NAME) : Path.of(named));
        if (named != null && !userFile.exists()) {
            // Who names a file wants users: without it everybody could connect.
            throw new IllegalArgumentException(
                    "Expected a file of users at "
                            + named
                            + ", but there is none; make it with 'millrace user add NAME --users FILE'");
        }
        Broker broker =
                Broker.start(
                        LogOpeners.inDirectory(directory, configuration),
                        configuration.limit(PartitionLimits.NETWORK),
                        new FileAuthenticator(userFile));
        int threads = (int) read.common().number(BrokerKey.NETWORK_THREADS);
        List<NettyAcceptor> acceptors = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        ServedMetrics metrics;
        try {
            metrics = ServedMetrics.open(read, broker);
            for (Listener each : listeners) {
                NettyAcceptor acceptor =
                        NettyAcceptor.listen(each.host(), each.port(), threads, broker::accept);
                acceptors.add(acceptor);
                addresses.add(each.host() + ":" + acceptor.port());
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            acceptors.forEach(NettyAcceptor::close);
            broker.close();
            throw e;
        }
        return new Running(
                broker,
                acceptors,
                metrics,
                "Millrace broker ready on "
                        + String.join(", ", addresses)
                        + ", data in "
                        + directory.toAbsolutePath()
                        + metrics.words());
    }

    /**
     * A broker that serves.
     *
     * @param ready where, for whoever started it
     */
    private record Running(
            Broker broker, List<NettyAcceptor> acceptors, ServedMetrics metrics, String ready) {

        /**
         * The virtual machine would exit with 143 after a SIGTERM, which service managers take for
         * a failure; a stop that was asked for and went well is none.
         */
        void stop() {
            acceptors.forEach(NettyAcceptor::close);
            metrics.close();
            broker.close();
            LogOpener.Usage usage = broker.usage();
            System.out.println(
                    "Millrace broker stopped, flushes="
                            + usage.flushes()
                            + " bytes="
                            + usage.flushedBytes());
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }
    }
}
