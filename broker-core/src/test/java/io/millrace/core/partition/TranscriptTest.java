package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.FilterWords;
import io.millrace.core.Origin;
import io.millrace.wire.Id128;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripts of commands and what the machine decided, kept as files: lines with {@code >} are
 * commands, indented ones the decisions. Run with {@code -Dtranscripts.write=true} to write them
 * anew, then read the difference.
 */
class TranscriptTest {

    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final PartitionLimits LIMITS = new PartitionLimits(1_000, 10_000, 100_000);
    private static final PartitionLimits TIGHT =
            new PartitionLimits(
                    1_000,
                    10_000,
                    100_000,
                    2_000,
                    3_000,
                    PartitionLimits.TRANSACTION_MILLIS,
                    RedeliveryPolicies.USUAL,
                    WaitingLimits.NONE,
                    PartitionLimits.MESSAGE_BYTES,
                    PartitionLimits.HELD_TIMES,
                    1);

    /** At most five, or about as many bytes in q2; q3 blocks for a second, topics drop. */
    private static final PartitionLimits FIVE =
            LIMITS.holding(
                    new WaitingLimits(
                            new WaitingLimit(5, 0, WaitingLimit.WhenFull.REFUSE, 0),
                            Map.of(
                                    "q2",
                                    new WaitingLimit(0, 250, WaitingLimit.WhenFull.REFUSE, 0),
                                    "q3",
                                    new WaitingLimit(5, 0, WaitingLimit.WhenFull.BLOCK, 1_000),
                                    "t*",
                                    new WaitingLimit(5, 0, WaitingLimit.WhenFull.DROP_OLDEST, 0))));

    private static final PartitionLimits TWICE =
            LIMITS.redelivering(
                    new RedeliveryPolicies(
                            new RedeliveryPolicy(2, 0, 1, 0, "DLQ"),
                            Map.of("q3", new RedeliveryPolicy(4, 100, 3, 500, "dead"))));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "queue-round-trip",
                "fair-shares",
                "redelivery",
                "resume-after-restart",
                "late-return",
                "clock-set-back",
                "topic-subscriptions",
                "temporary-destinations",
                "producer-window",
                "refused-resend",
                "queue-selectors",
                "topic-selectors",
                "no-local",
                "browsing",
                "shared-subscriptions",
                "transactions",
                "transactions-after-a-lost-link",
                "transaction-limits",
                "transaction-timeout",
                "transaction-outcomes",
                "branches",
                "branch-rollback",
                "branch-states",
                "branch-lost-links",
                "branch-restarts",
                "branch-heuristics",
                "branch-holds",
                "branch-groups",
                "branch-limits",
                "branch-timeouts",
                "branch-bodies",
                "branch-no-local",
                "shared-coordinator",
                "shared-participant",
                "shared-crashes",
                "shared-deserted",
                "shared-lost-links",
                "shared-limits",
                "shared-branches",
                "time-to-live",
                "delivery-delay",
                "priorities",
                "delayed-selection",
                "full-disk",
                "full-destinations",
                "non-persistent",
                "non-persistent-restarts",
                "non-persistent-selectors",
                "non-persistent-transactions",
                "non-persistent-terms",
                "groups",
                "groups-with-selectors",
                "redelivery-delay",
                "dead-letters",
                "dead-letters-asked-again",
                "dead-letters-elsewhere",
                "dead-letters-from-elsewhere",
                "non-persistent-groups",
                "non-persistent-dead-letters",
                "rewind",
                "rewind-while-consuming",
                "rewind-after-a-crash",
                "rewind-terms",
                "rewind-what-became-due",
                "rewind-groups",
                "rewind-selectors",
                "rewind-refusals",
                "rewind-stale-claims",
                "rewind-failure",
                "rewind-before-a-leap",
                "replay-consumers",
                "durable-in-the-past",
                "unreadable",
                "settled-while-read",
                "relocation",
                "large-bodies",
                "large-bodies-end",
                "large-bodies-move"
            })
    void decidesAsWritten(String name) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        List<String> expected = Files.readAllLines(file);
        List<String> actual = run(expected, limits(name));
        if (Boolean.getBoolean("transcripts.write")) {
            Files.write(file, actual);
        }
        assertEquals(String.join("\n", expected), String.join("\n", actual));
    }

    private static PartitionLimits limits(String transcript) {
        return switch (transcript) {
            case "transaction-limits", "branch-limits", "shared-limits" -> TIGHT;
            case "transaction-timeout" -> LIMITS.ending(600);
            case "full-destinations" -> FIVE;
            case "redelivery-delay",
                    "dead-letters",
                    "dead-letters-asked-again",
                    "dead-letters-elsewhere",
                    "branch-holds",
                    "groups",
                    "non-persistent-groups",
                    "non-persistent-dead-letters" ->
                    TWICE;
            case "large-bodies-move" -> TWICE.taking(1_500);
            default -> LIMITS;
        };
    }

    private static List<String> run(List<String> lines, PartitionLimits limits) {
        PartitionHarness harness = new PartitionHarness(limits);
        List<String> transcript = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("#") || line.isBlank()) {
                transcript.add(line);
            } else if (line.startsWith("> ")) {
                transcript.add(line);
                execute(harness, line.substring(2).split(" ", -1));
                harness.lastEvents.forEach(
                        event -> transcript.add("    log " + shorten(event.toString())));
                for (int index = 0; index < harness.lastEffects.size(); index++) {
                    String effect = shorten(print(harness.lastEffects.get(index)));
                    transcript.add("    do  " + after(harness, index) + effect);
                }
            }
        }
        return transcript;
    }

    /** Events are entries of their own here, from 0 on. */
    private static String after(PartitionHarness harness, int index) {
        boolean gated = index < harness.lastGates.size();
        return !gated || harness.lastGates.get(index) == Decision.TAIL
                ? ""
                : "(waits for " + harness.lastGates.get(index) + ") ";
    }

    /** What a line of a script says, after its mark. */
    static void execute(PartitionHarness harness, String[] words) {
        harness.lastEvents.clear();
        harness.lastEffects.clear();
        switch (words[0]) {
            case "restart" -> {
                byte[] live = PartitionHarness.snapshot(harness.machine);
                harness.restart();
                assertArrayEquals(live, PartitionHarness.snapshot(harness.machine), "replayed");
            }
            case "crash" -> harness.crash((int) number(words[1]));
            case "stop" -> harness.handle(new PartitionCommand.Stopping());
            case "space" ->
                    harness.handle(
                            new PartitionCommand.SpaceChanged(words.length == 1 ? null : words[1]));
            case "clock" -> harness.setClock(number(words[1]));
            case "wait" -> {
                harness.advance(number(words[1]));
                harness.handle(new PartitionCommand.Tick());
            }
            default -> harness.handle(command(words));
        }
    }

    /** {@code relocate LINK DESTINATION SEQUENCE PRODUCER SEQUENCE COUNT}. */
    private static PartitionCommand relocate(String[] words) {
        return new PartitionCommand.Relocate(
                new PartitionEvent.Enqueued(
                        number(words[2]),
                        number(words[3]),
                        new Id128(0, number(words[1])),
                        null,
                        PartitionHarness.batch(
                                producer(words[4]),
                                number(words[5]),
                                terms(words, (int) number(words[6])))));
    }

    /** The second word is the link; its connection has the same number, modulo 10. */
    private static PartitionCommand command(String[] words) {
        long link = number(words[1]);
        Origin origin = PartitionHarness.origin(link, link % 10);
        return switch (words[0]) {
            case "link" -> new PartitionCommand.LinkOpened(origin);
            case "unlink" -> new PartitionCommand.LinkClosed(origin);
            case "goodbye" -> new PartitionCommand.ConnectionEnded(origin.connectionId(), true);
            case "lose" -> new PartitionCommand.ConnectionEnded(origin.connectionId(), false);
            case "bury", "bury-np" ->
                    new PartitionCommand.BuryDeadLetter(
                            number(words[2]),
                            number(words[3]),
                            null,
                            PartitionHarness.batch(
                                    producer("1"), number(words[4]), terms(words, 1)));
            case "relocate" -> relocate(words);
            case "queue",
                    "dead-letters",
                    "topic",
                    "temporary",
                    "temporary-topic",
                    "find",
                    "delete",
                    "subscribe",
                    "drop" ->
                    DestinationWords.command(origin, words);
            case "client" -> new PartitionCommand.ClientIdClaimed(origin.connectionId(), words[2]);
            case "producer" ->
                    new PartitionCommand.OpenProducer(
                            origin, 1, producer(words[2]), words.length > 3);
            case "close-producer" -> new PartitionCommand.CloseProducer(origin, producer(words[2]));
            case "tx-send", "tx-send-np" -> send(origin, words);
            case "outcome" ->
                    new PartitionCommand.AskOutcome(
                            origin, 9, new TransactionId(producer(words[2]), number(words[3])));
            case "body", "part", "refer", "refer-np", "tx-refer", "branch-refer", "bury-large" ->
                    BodyWords.command(origin, words);
            case "join", "leave", "prepare", "resolve", "forget", "recover" ->
                    BranchWords.command(origin, words);
            case "commit",
                    "rollback",
                    "prepare-part",
                    "rollback-everywhere",
                    "decided",
                    "inquire",
                    "acknowledge" ->
                    SharedWords.command(origin, words);
            case "branch-send", "branch-send-np" ->
                    BranchWords.send(origin, words, terms(words, (int) number(words[6])));
            case "letter-queue", "letter-take", "letter-taken" -> LetterWords.command(words);
            case "unreadable" -> unreadable(origin, words);
            case "rewind", "found", "recalled" ->
                    new PartitionCommand.Rewind(RewindWords.step(origin, words));
            default -> traffic(origin, words);
        };
    }

    private static PartitionCommand send(Origin origin, String[] words) {
        return new PartitionCommand.Enqueue(
                origin,
                1,
                0,
                number(words[2]),
                PartitionHarness.batch(
                        producer(words[3]),
                        number(words[4]),
                        number(words[5]),
                        terms(words, (int) number(words[6]))));
    }

    private static PartitionCommand traffic(Origin origin, String[] words) {
        return switch (words[0]) {
            case "selected" ->
                    new PartitionCommand.SelectDone(
                            number(words[2]) + (PartitionHarness.EPOCH << Integer.SIZE),
                            number(words[3]),
                            number(words[4]),
                            list(words, "matching="));
            case "send", "send-np", "send-mixed" ->
                    new PartitionCommand.Enqueue(
                            origin,
                            1,
                            0,
                            number(words[2]),
                            PartitionHarness.batch(
                                    producer(words[3]),
                                    number(words[4]),
                                    terms(words, (int) number(words[5]))));
            case "attach" ->
                    new PartitionCommand.Attach(
                            origin,
                            1,
                            number(words[2]),
                            number(words[3]),
                            (int) number(words[4]),
                            100_000,
                            list(words, "settled="),
                            list(words, "held="),
                            list(words, "released="),
                            FilterWords.value(words, "selector="),
                            list(words, "replays="));
            case "detach" ->
                    new PartitionCommand.Detach(origin, 1, number(words[2]), list(words, "held="));
            case "credit" ->
                    new PartitionCommand.Credit(
                            origin,
                            number(words[2]),
                            (int) number(words[3]),
                            100_000,
                            words.length > 4,
                            false);
            case "settle" -> settle(origin, words, PartitionHarness.EPOCH);
            case "read" -> read(words);
            case "browse" -> browse(origin, words);
            case "settle-stale" -> settle(origin, words, PartitionHarness.EPOCH - 1);
            default ->
                    throw new IllegalArgumentException(
                            "Expected a known command, but it is " + words[0]);
        };
    }

    private static PartitionCommand settle(Origin origin, String[] words, long epoch) {
        return new PartitionCommand.Settle(
                origin,
                number(words[2]),
                1,
                epoch,
                Outcome.valueOf(words[3]),
                list(words, "of="),
                false,
                FilterWords.value(words, "why="));
    }

    /** {@code prio=} may give a priority to each message, {@code groups=} a group. */
    private static List<PartitionHarness.Terms> terms(String[] words, int count) {
        String priorities = FilterWords.value(words, "prio=");
        String expiration = FilterWords.value(words, "expires=");
        String deliveryTime = FilterWords.value(words, "due=");
        String groups = FilterWords.value(words, "groups=");
        List<PartitionHarness.Terms> terms = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            terms.add(
                    new PartitionHarness.Terms(
                            isPersistent(words[0], index),
                            priorities == null ? 4 : priorities.charAt(index) - '0',
                            expiration == null ? 0 : number(expiration),
                            deliveryTime == null ? 0 : number(deliveryTime),
                            groups == null || groups.charAt(index) == '-'
                                    ? 0
                                    : groups.charAt(index)));
        }
        return terms;
    }

    private static boolean isPersistent(String command, int index) {
        return !command.endsWith("-np") && (!command.endsWith("-mixed") || index % 2 == 0);
    }

    private static PartitionCommand unreadable(Origin origin, String[] words) {
        return new PartitionCommand.ReadFailed(
                new FailedRead(
                        number(words[2]),
                        number(words[3]),
                        origin.linkId(),
                        number(words[4]),
                        list(words, "undelivered="),
                        "damaged"));
    }

    private static PartitionCommand read(String[] words) {
        return new PartitionCommand.ReadDone(
                number(words[2]),
                number(words[3]),
                words.length == 4
                        ? List.of()
                        : List.of(new Block(number(words[4]), (int) number(words[5]), 100)));
    }

    private static PartitionCommand browse(Origin origin, String[] words) {
        return new PartitionCommand.Browse(
                origin,
                1,
                number(words[2]),
                number(words[3]),
                (int) number(words[4]),
                10_000,
                FilterWords.value(words, "selector="));
    }

    private static Id128 producer(String word) {
        return new Id128(9, number(word));
    }

    private static SequenceRanges list(String[] words, String prefix) {
        for (String word : words) {
            if (word.startsWith(prefix)) {
                SequenceRanges.Builder ranges = new SequenceRanges.Builder();
                for (String range : word.substring(prefix.length()).split(",", -1)) {
                    String[] ends = range.split("-", -1);
                    ranges.add(number(ends[0]), number(ends[ends.length - 1]));
                }
                return ranges.build();
            }
        }
        return SequenceRanges.EMPTY;
    }

    static long number(String word) {
        return Long.parseLong(word);
    }

    private static String print(Effect effect) {
        return effect instanceof Effect.Tell tell
                ? "Tell " + tell.linkId() + " " + tell.frame()
                : effect.toString();
    }

    /** Ids of 128 bits are 32 digits; these tests use small ones. Few name other partitions. */
    private static String shorten(String text) {
        return text.replaceAll(", parti(cipants|tions)=\\[]", "")
                .replaceAll("\\b0{16}(?=[0-9a-f]{16}\\b)", "")
                .replaceAll("\\b0{8,}(?=[0-9a-f])", "");
    }
}
