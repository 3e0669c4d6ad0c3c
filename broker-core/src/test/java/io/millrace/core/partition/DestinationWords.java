package io.millrace.core.partition;

import io.millrace.core.FilterWords;
import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.wire.DestinationKind;
import java.util.List;

/** Words of transcripts about destinations and subscriptions. */
final class DestinationWords {

    private DestinationWords() {}

    static PartitionCommand command(Origin origin, String[] words) {
        return switch (words[0]) {
            case "queue" ->
                    PartitionHarness.openQueue(
                            origin, TranscriptTest.number(words[2]), "q" + words[2]);
            case "dead-letters" ->
                    PartitionHarness.openQueue(origin, TranscriptTest.number(words[2]), words[3]);
            case "topic" ->
                    new PartitionCommand.OpenDestination(
                            origin,
                            1,
                            TranscriptTest.number(words[2]),
                            DestinationKind.TOPIC,
                            "t" + words[2],
                            1);
            case "temporary", "temporary-topic" -> openTemporary(origin, words);
            case "find" -> new PartitionCommand.FindTemporary(origin, 1, words[2]);
            case "delete" ->
                    new PartitionCommand.DeleteTemporary(
                            origin, 1, TranscriptTest.number(words[2]));
            case "subscribe" -> subscribe(origin, words);
            case "drop" ->
                    new PartitionCommand.DropSubscription(
                            origin, 1, TranscriptTest.number(words[2]), null);
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static PartitionCommand openTemporary(Origin origin, String[] words) {
        DestinationKind kind =
                words[0].equals("temporary")
                        ? DestinationKind.TEMPORARY_QUEUE
                        : DestinationKind.TEMPORARY_TOPIC;
        return new PartitionCommand.OpenTemporary(origin, 1, kind, words[2]);
    }

    private static PartitionCommand subscribe(Origin origin, String[] words) {
        String name = "s" + words[3];
        Filter filter = FilterWords.of(words);
        Sharing sharing = FilterWords.sharing(words);
        String token = FilterWords.value(words, "token=");
        boolean again = List.of(words).contains("again");
        return new PartitionCommand.OpenSubscription(
                origin,
                1,
                TranscriptTest.number(words[2]),
                FilterWords.value(words, "temporary="),
                TranscriptTest.number(words[3]),
                name,
                token == null ? 5 : TranscriptTest.number(token),
                1,
                filter,
                sharing,
                again
                        ? new CatalogCommand.Subscribe(origin, 1, "t", name, 5, filter, sharing)
                        : null);
    }
}
