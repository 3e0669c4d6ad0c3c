package io.millrace.core.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.FilterWords;
import io.millrace.core.Origin;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripts of commands to the catalog and what it decided, kept as files. Run with {@code
 * -Dtranscripts.write=true} to write them anew, then read the difference.
 */
class CatalogTranscriptTest {

    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final long KEEP_CONNECTION_MILLIS = 10_000;

    private int partitions = 1;
    private CatalogMachine machine = new CatalogMachine(partitions, KEEP_CONNECTION_MILLIS);
    private final List<byte[]> loggedEvents = new ArrayList<>();
    private final List<String> transcript = new ArrayList<>();
    private long steadyMillis = 1_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "catalog-client-ids",
                "catalog-destinations",
                "catalog-placements",
                "catalog-subscriptions",
                "catalog-shared-subscriptions",
                "catalog-rewinds"
            })
    void decidesAsWritten(String name) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        List<String> expected = Files.readAllLines(file);
        for (String line : expected) {
            if (line.startsWith("#") || line.isBlank()) {
                transcript.add(line);
            } else if (line.startsWith("> ")) {
                transcript.add(line);
                execute(line.substring(2).split(" ", -1));
                assertArrayEquals(snapshot(machine), snapshot(rebuilt()), line);
            }
        }
        if (Boolean.getBoolean("transcripts.write")) {
            Files.write(file, transcript);
        }
        assertEquals(String.join("\n", expected), String.join("\n", transcript));
    }

    private void execute(String[] words) {
        switch (words[0]) {
            case "restart" -> machine = rebuilt();
            case "partitions" -> {
                partitions = (int) number(words[1]);
                machine = rebuilt();
            }
            case "wait" -> {
                steadyMillis += number(words[1]);
                handle(new CatalogCommand.Tick());
            }
            default -> handle(command(words));
        }
    }

    private void handle(CatalogCommand command) {
        Decision decision = new Decision(machine);
        decision.begin(loggedEvents.size());
        machine.handle(command, 0, steadyMillis, decision);
        for (Event event : decision.events()) {
            loggedEvents.add(EventCodec.encode(List.of(event)).toByteArray());
            transcript.add("    log " + shorten(event.toString()));
        }
        decision.gatedEffects().forEach(this::print);
        decision.immediateEffects().forEach(this::print);
    }

    /** The second word is the link; its connection has the same number, modulo 10. */
    private static CatalogCommand command(String[] words) {
        long link = number(words[1]);
        Origin origin = new Origin(link, new Id128(0, link % 10), null);
        return switch (words[0]) {
            case "link" -> new CatalogCommand.LinkOpened(origin);
            case "unlink" -> new CatalogCommand.LinkClosed(origin);
            case "end" -> new CatalogCommand.ConnectionEnded(origin.connectionId());
            case "claim" -> new CatalogCommand.ClaimClientId(origin, 1, words[2]);
            case "resolve" ->
                    new CatalogCommand.ResolveDestination(
                            origin, 1, DestinationKind.valueOf(words[2]), words[3]);
            case "subscribe" ->
                    new CatalogCommand.Subscribe(
                            origin,
                            1,
                            words[2],
                            words[3],
                            5,
                            FilterWords.of(words),
                            FilterWords.sharing(words));
            case "rewind" ->
                    new CatalogCommand.Rewind(
                            origin,
                            1,
                            DestinationKind.valueOf(words[2]),
                            words[3],
                            FilterWords.value(words, "name="),
                            FilterWords.value(words, "client="),
                            RewindFrom.SEQUENCE,
                            7,
                            FilterWords.value(words, "selector="),
                            false);
            case "unsubscribe" -> new CatalogCommand.Unsubscribe(origin, 1, words[2]);
            case "dropped" ->
                    new CatalogCommand.SubscriptionDropped(origin, 1, number(words[2]), null);
            case "replaced" ->
                    new CatalogCommand.SubscriptionDropped(
                            origin,
                            1,
                            number(words[2]),
                            new CatalogCommand.Subscribe(
                                    origin,
                                    1,
                                    words[3],
                                    words[4],
                                    5,
                                    FilterWords.of(words),
                                    FilterWords.sharing(words)));
            case "ended" ->
                    new CatalogCommand.SubscriptionDropped(
                            new Origin(0, Id128.NONE, null), 0, number(words[2]), null);
            default ->
                    throw new IllegalArgumentException(
                            "Expected a known command, but it is " + words[0]);
        };
    }

    /** Half of the log comes from a snapshot, the rest is replayed. */
    private CatalogMachine rebuilt() {
        CatalogMachine first = new CatalogMachine(partitions, KEEP_CONNECTION_MILLIS);
        int half = loggedEvents.size() / 2;
        replay(first, 0, half);
        CatalogMachine second = new CatalogMachine(partitions, KEEP_CONNECTION_MILLIS);
        second.restore(new WireInput(snapshot(first)));
        replay(second, half, loggedEvents.size());
        return second;
    }

    private void replay(CatalogMachine into, int from, int to) {
        for (int at = from; at < to; at++) {
            long offset = at;
            EventCodec.decode(loggedEvents.get(at), event -> into.apply(event, offset));
        }
    }

    private static byte[] snapshot(CatalogMachine machine) {
        WireOutput to = new WireOutput(256);
        machine.snapshot(to);
        return to.toByteArray();
    }

    private void print(Effect effect) {
        String text =
                effect instanceof Effect.Tell tell
                        ? "Tell " + tell.linkId() + " " + tell.frame()
                        : effect.toString();
        transcript.add("    do  " + shorten(text));
    }

    private static String shorten(String text) {
        return text.replaceAll("\\b0{16}(?=[0-9a-f]{16}\\b)", "")
                .replaceAll("\\b0{8,}(?=[0-9a-f])", "");
    }

    private static long number(String word) {
        return Long.parseLong(word);
    }
}
