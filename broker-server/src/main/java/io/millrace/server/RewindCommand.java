package io.millrace.server;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.Rewound;
import java.io.Console;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rewind}: takes a queue, or a subscription, of a running broker back in time. */
@Command(
        name = "rewind",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a queue, or a subscription on a topic, back in time: what was acknowledged from"
                    + " there on is delivered again, with the property JMS_Millrace_Replay.",
            "With --dry-run it only counts."
        })
final class RewindCommand implements Callable<Integer> {

    /** An address of IPv6 stands in brackets. */
    private static final Pattern ADDRESS =
            Pattern.compile("millrace://([^\\[\\]:/]+|\\[[0-9a-fA-F:.]+\\])(?::([0-9]{1,5}))?/?");

    private static final String QUEUE = "queue:";
    private static final String TOPIC = "topic:";
    private static final String BEGINNING = "beginning";
    private static final String PASSWORD = "MILLRACE_PASSWORD";
    private static final int DEFAULT_PORT = 5670;
    private static final int MAX_PORT = 65_535;
    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;

    @Parameters(index = "0", paramLabel = "URI", description = "millrace://HOST:PORT")
    String uri = "";

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "queue:NAME or topic:NAME")
    String destination = "";

    @Option(
            names = "--from",
            required = true,
            paramLabel = "WHEN",
            description =
                    "beginning, a time such as 2026-11-21T09:14:00Z, or the number of a message.")
    String from = "";

    @Option(
            names = "--selector",
            paramLabel = "TEXT",
            description = "Only what this message selector matches.")
    @Nullable String selector;

    @Option(names = "--dry-run", description = "Count, and change nothing.")
    boolean dryRun;

    @Option(
            names = "--subscription",
            paramLabel = "NAME",
            description = "The durable or shared subscription on the topic.")
    @Nullable String subscription;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "The client id that the subscription belongs to; default none.")
    @Nullable String clientId;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "Who asks; the password is asked for, or taken from the variable " + PASSWORD)
    @Nullable String user;

    @Override
    public Integer call() {
        ControlFrame.Rewind request;
        String host;
        int port;
        try {
            request = request();
            Matcher address = ADDRESS.matcher(uri);
            require(address.matches(), "Expected millrace://HOST:PORT, but the URI is " + uri);
            host = address.group(1);
            port = address.group(2) == null ? DEFAULT_PORT : Integer.parseInt(address.group(2));
            require(
                    port > 0 && port <= MAX_PORT,
                    "Expected a port of 1 to " + MAX_PORT + ", but the URI is " + uri);
        } catch (IllegalArgumentException e) {
            System.err.println("millrace: " + e.getMessage());
            return USAGE_ERROR;
        }
        try (RequestLink link = new RequestLink(host, port, user, password())) {
            BrokerFrame answer = link.ask(request);
            if (!(answer instanceof Rewound rewound)) {
                throw new IOException("Expected what was rewound, but the broker said " + answer);
            }
            System.out.println(inWords(rewound));
            return 0;
        } catch (IOException e) {
            System.err.println("millrace: " + e.getMessage());
            return FAILURE;
        }
    }

    private ControlFrame.Rewind request() {
        boolean queue = destination.startsWith(QUEUE);
        require(
                queue || destination.startsWith(TOPIC),
                "Expected queue:NAME or topic:NAME, but it is " + destination);
        require(
                queue == (subscription == null),
                queue
                        ? "Expected no --subscription for a queue, but there is one"
                        : "Expected --subscription NAME for a topic, but there is none");
        RewindFrom kind = RewindFrom.BEGINNING;
        long value = 0;
        if (from.matches("[0-9]{1,18}")) {
            kind = RewindFrom.SEQUENCE;
            value = Long.parseLong(from);
        } else if (!from.equals(BEGINNING)) {
            kind = RewindFrom.TIME;
            value = millis(from);
        }
        return new ControlFrame.Rewind(
                1,
                queue ? DestinationKind.QUEUE : DestinationKind.TOPIC,
                destination.substring(QUEUE.length()),
                subscription,
                clientId,
                kind,
                value,
                selector,
                dryRun);
    }

    private static long millis(String text) {
        try {
            return Math.max(0, Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Expected --from beginning, a time such as 2026-11-21T09:14:00Z, or a number,"
                            + " but it is "
                            + text,
                    e);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    private char[] password() throws IOException {
        if (user == null) {
            return new char[0];
        }
        String given = System.getenv(PASSWORD);
        if (given != null) {
            return given.toCharArray();
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password: ");
        if (typed == null) {
            throw new IOException(
                    "Expected a password in the variable " + PASSWORD + ", but there is none");
        }
        return typed;
    }

    private String inWords(Rewound rewound) {
        String first =
                rewound.messages() == 0
                        ? ""
                        : ", the first is number "
                                + rewound.firstSequence()
                                + ", stored "
                                + Instant.ofEpochMilli(rewound.firstMillis());
        return rewound.messages()
                + (dryRun ? " messages of " : " messages come again of ")
                + destination
                + (dryRun ? " would come again" : "")
                + first;
    }
}
