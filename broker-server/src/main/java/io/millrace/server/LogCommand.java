package io.millrace.server;

import io.millrace.core.log.LogFailure;
import io.millrace.server.logs.LogDump;
import io.millrace.server.logs.LogRepairs;
import io.millrace.server.logs.LogVerification;
import io.millrace.server.logs.PartitionDirectories;
import io.millrace.server.logs.PartitionDirectories.NoLogException;
import io.millrace.storage.file.Disk;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.segment.LogInspection;
import io.millrace.wire.WireFormatException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace log}: looks at logs and repairs them, without a broker. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description = "Looks at the log of a broker, or repairs it.")
final class LogCommand implements Callable<Integer> {

    private static final int INTACT = 0;
    private static final int FAULTS = 1;
    private static final int USAGE_ERROR = 2;

    private static final String ANY_DIRECTORY =
            "Data directory of a broker, or directory of one partition.";
    private static final String ONLY_READS =
            "Writes nothing, opens files for reading only, and takes no lock: it also works beside a"
                    + " running broker, and sees what is stored when it comes by.";

    private final Disk disk = new LocalDisk();

    /** Does something with one log, and says how it went. */
    private interface Tool {
        int use(Path log, PrintStream out) throws IOException;
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.err);
        return USAGE_ERROR;
    }

    @Command(
            name = "dump",
            mixinStandardHelpOptions = true,
            description = {"Prints what a log holds: checkpoints, segments, entries.", ONLY_READS})
    int dump(
            @Parameters(paramLabel = "DIR", description = ANY_DIRECTORY) Path directory,
            @Option(
                            names = "--from",
                            paramLabel = "OFFSET",
                            defaultValue = "0",
                            description = "Only entries from this offset on.")
                    long from,
            @Option(
                            names = "--to",
                            paramLabel = "OFFSET",
                            defaultValue = "" + LogInspection.END,
                            showDefaultValue = CommandLine.Help.Visibility.NEVER,
                            description = "Only entries before this offset.")
                    long to,
            @Option(names = "--segments", description = "Only segments and checkpoints.")
                    boolean segmentsOnly,
            @Option(
                            names = "--events",
                            description =
                                    "Also what is in the entries, but no contents of messages.")
                    boolean events) {
        LogDump.Options options = new LogDump.Options(from, to, segmentsOnly, events);
        return forEachLog(
                directory,
                (log, out) -> {
                    LogDump.print(LogInspection.of(disk, log), options, out);
                    return INTACT;
                });
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Reads all of a log and checks it; exits with 0 if it is intact, 1 if not.",
                ONLY_READS
            })
    int verify(@Parameters(paramLabel = "DIR", description = ANY_DIRECTORY) Path directory) {
        return forEachLog(
                directory,
                (log, out) ->
                        LogVerification.print(LogInspection.of(disk, log), out).isIntact()
                                ? INTACT
                                : FAULTS);
    }

    @Command(
            name = "repair",
            mixinStandardHelpOptions = true,
            description = {
                "Shows what would make a log openable that a broker refuses to open, or does it.",
                "Every file that it changes is copied before, to DIR.before-repair-TIME."
            })
    int repair(
            @Parameters(paramLabel = "DIR", description = ANY_DIRECTORY) Path directory,
            @Option(
                            names = "--apply",
                            description = "Does it; else nothing is changed. No broker may run.")
                    boolean apply,
            @Option(
                            names = "--accept-loss",
                            description = "Does it even if something is lost by it.")
                    boolean acceptLoss) {
        LogRepairs.Options options = new LogRepairs.Options(apply, acceptLoss);
        return forEachLog(
                directory, (log, out) -> LogRepairs.run(disk, log, options, out) ? INTACT : FAULTS);
    }

    private int forEachLog(Path directory, Tool tool) {
        PrintStream out =
                new PrintStream(
                        new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
        try {
            int worst = INTACT;
            for (Path log : PartitionDirectories.in(disk, directory)) {
                worst = Math.max(worst, tool.use(log, out));
            }
            return worst;
        } catch (NoLogException e) {
            System.err.println("millrace: " + e.getMessage());
            return USAGE_ERROR;
        } catch (IOException
                | UncheckedIOException
                | LogFailure
                | WireFormatException
                | IllegalArgumentException
                | IllegalStateException e) {
            out.flush();
            System.err.println("millrace: " + e.getMessage());
            return FAULTS;
        } finally {
            out.flush();
        }
    }
}
