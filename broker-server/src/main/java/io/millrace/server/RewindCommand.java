package io.millrace.server;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.Rewound;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private static final String QUEUE = "queue:";
    private static final String TOPIC = "topic:";
    private static final String BEGINNING = "beginning";
    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;

    @Mixin AskedBroker broker = new AskedBroker();

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

    @Override
    public Integer call() {
        ControlFrame.Rewind request;
        try {
            request = request();
            broker.check();
        } catch (IllegalArgumentException e) {
            System.err.println("millrace: " + e.getMessage());
            return USAGE_ERROR;
        }
        try (RequestLink link = broker.open()) {
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
