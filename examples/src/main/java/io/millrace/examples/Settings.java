package io.millrace.examples;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line of each program says.
 *
 * @param broker URI of the broker
 * @param directory for result files, and for the log when the broker is embedded
 * @param pause after each quake that the publisher sends
 * @param beginning what the demo does with what an earlier run left
 * @param words all that is not an option
 */
record Settings(
        String broker, Path directory, Duration pause, Beginning beginning, List<String> words) {

    /** What to do with what an earlier run left in the directory. */
    enum Beginning {
        /** Go on after an interrupted run; start over after a complete one. */
        AUTOMATIC,
        /** Go on in any case. */
        KEEP,
        /** Start over in any case. */
        FRESH
    }

    static final String USAGE =
            """
            Options:
              --data DIR    where results and an embedded broker's log live (default: demo-data)
              --broker URI  millrace://host:port, or millrace:file:PATH or millrace:mem:NAME for a
                            broker in this process (default: millrace:file:DIR/broker)
              --pause MS    after each quake that is published (default: 4)
              --keep        go on with what is in DIR, even when it is complete
              --fresh       start over, even when DIR holds an interrupted run
            """;

    /**
     * The one place that names the provider. All else sees {@link ConnectionFactory}; in an
     * application server it would be looked up in JNDI or injected.
     */
    ConnectionFactory connectionFactory() {
        return new MillraceConnectionFactory(broker);
    }

    /** The embedded broker whose log lies in the directory: the default. */
    String ownBroker() {
        return ownBroker(directory);
    }

    /** The same with a broker at another URI. */
    Settings at(String uri) {
        return new Settings(uri, directory, pause, beginning, words);
    }

    /** A program's file of results, by the program's name. */
    Path resultFile(String name) {
        return directory.resolve("results").resolve(name + ".tsv");
    }

    /** Reads a program's arguments; ends the program when they make no sense. */
    static Settings fromCommandLine(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            System.exit(0);
        }
        try {
            return parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(2);
            throw e;
        }
    }

    static Settings parse(List<String> arguments) {
        Path directory = Path.of("demo-data");
        String broker = "";
        int pauseMillis = 4;
        Beginning beginning = Beginning.AUTOMATIC;
        List<String> words = new ArrayList<>();
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            switch (argument) {
                case "--data" -> directory = Path.of(value(argument, rest));
                case "--broker" -> broker = value(argument, rest);
                case "--pause" -> pauseMillis = milliseconds(value(argument, rest));
                case "--keep" -> beginning = Beginning.KEEP;
                case "--fresh" -> beginning = Beginning.FRESH;
                default -> words.add(word(argument));
            }
        }
        directory = directory.toAbsolutePath().normalize();
        if (broker.isEmpty()) {
            broker = ownBroker(directory);
        }
        return new Settings(
                broker, directory, Duration.ofMillis(pauseMillis), beginning, List.copyOf(words));
    }

    private static String ownBroker(Path directory) {
        return "millrace:file:" + directory.resolve("broker");
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(
                    "Expected a value after " + option + ", but it ends");
        }
        return rest.next();
    }

    private static int milliseconds(String text) {
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException("Expected milliseconds, but got " + text);
        }
        return Integer.parseInt(text);
    }

    private static String word(String argument) {
        if (argument.startsWith("-")) {
            throw new IllegalArgumentException(
                    "Expected one of the options below, but got " + argument);
        }
        return argument;
    }
}
