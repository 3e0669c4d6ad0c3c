package io.millrace.server;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code millrace}. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        version = "Millrace 0.1",
        description = "A Jakarta Messaging broker on a durable log.",
        subcommands = {
            BrokerCommand.class,
            UserCommand.class,
            LogCommand.class,
            RewindCommand.class,
            TransactionCommand.class
        })
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
}
