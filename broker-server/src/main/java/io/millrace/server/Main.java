package io.millrace.server;

import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.net.NettyAcceptor;
import io.millrace.server.users.FileAuthenticator;
import io.millrace.server.users.UserFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code millrace}. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        version = "Millrace 0.1",
        description = "A Jakarta Messaging broker on a durable log.",
        subcommands = {Main.BrokerCommand.class, UserCommand.class})
public final class Main implements Callable<Integer> {

    private static final int USAGE_ERROR = 2;

    /**
     * Exits with 0 after a clean stop, also one by SIGTERM or SIGINT, 1 if the broker cannot run, 2
     * if the arguments are wrong.
     */
    public static void main(String[] arguments) {
        int status = new CommandLine(new Main()).execute(arguments);
        System.exit(status);
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.err);
        return USAGE_ERROR;
    }

    /** {@code millrace broker}: runs until SIGTERM. */
    @Command(
            name = "broker",
            mixinStandardHelpOptions = true,
            description =
                    "Runs a broker until it gets SIGTERM; what is confirmed survives a power loss.")
    static final class BrokerCommand implements Callable<Integer> {

        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIR",
                description = "Directory of the log; created if missing.")
        Path data = Path.of("");

        @Option(
                names = "--host",
                defaultValue = "127.0.0.1",
                description = "Address to listen on. Default: ${DEFAULT-VALUE}")
        String host = "";

        @Option(
                names = "--port",
                defaultValue = "5670",
                description = "Port to listen on, 0 for a free one. Default: ${DEFAULT-VALUE}")
        int port;

        @Option(
                names = "--users",
                paramLabel = "FILE",
                description =
                        "Who may connect; see 'millrace user'. Default: the file 'users' in the data"
                                + " directory. Without the file everybody may.")
        @Nullable Path users;

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description = "Sets a key of the broker's configuration.")
        Map<String, String> settings = Map.of();

        @Override
        public Integer call() {
            Broker broker;
            try {
                BrokerConfiguration configuration = BrokerConfiguration.parse(settings);
                broker =
                        Broker.start(
                                LogOpeners.inDirectory(data, configuration),
                                configuration.limit(PartitionLimits.NETWORK),
                                new FileAuthenticator(new UserFile(userFile())));
            } catch (LogFailure | IllegalArgumentException e) {
                System.err.println("millrace: " + e.getMessage());
                return 1;
            }
            NettyAcceptor acceptor;
            try {
                acceptor = NettyAcceptor.listen(host, port, 1, broker::accept);
            } catch (IllegalStateException e) {
                System.err.println("millrace: " + e.getMessage());
                broker.close();
                return 1;
            }
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(acceptor, broker), "millrace-stop"));
            System.out.println(
                    "Millrace broker ready on "
                            + host
                            + ":"
                            + acceptor.port()
                            + ", data in "
                            + data.toAbsolutePath());
            while (true) {
                // The hook ends the process.
                LockSupport.park(this);
            }
        }

        private Path userFile() {
            Path named = users;
            return named == null ? data.resolve(UserFile.NAME) : named;
        }

        /**
         * The virtual machine would exit with 143 after a SIGTERM, which service managers take for
         * a failure; a stop that was asked for and went well is none.
         */
        private static void stop(NettyAcceptor acceptor, Broker broker) {
            acceptor.close();
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
