package io.millrace.core.partition;

import io.millrace.core.FilterWords;
import io.millrace.core.Origin;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How transcripts tell of rewinds: {@code rewind LINK SUBSCRIPTION beginning|sequence=N|time=N},
 * {@code found} with the same and {@code first= oldest= millis=}, {@code recalled LINK RECALL
 * SUBSCRIPTION UPTO matching= [millis=] [special=sequence:priority:group:expiration:delivery,...]}.
 */
final class RewindWords {

    private RewindWords() {}

    static RewindStep step(Origin origin, String[] words) {
        return switch (words[0]) {
            case "rewind" -> ask(origin, words);
            case "found" ->
                    new RewindStep.Found(
                            ask(origin, words),
                            number(words, "first=", Long.MAX_VALUE),
                            number(words, "oldest=", Long.MAX_VALUE),
                            number(words, "millis=", 0),
                            "time " + number(words, "millis=", 0),
                            FilterWords.value(words, "failure="));
            default ->
                    new RewindStep.Recalled(
                            Long.parseLong(words[2]) + (PartitionHarness.EPOCH << Integer.SIZE),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4]),
                            ranges(FilterWords.value(words, "matching=")),
                            number(words, "millis=", 0),
                            special(FilterWords.value(words, "special=")),
                            FilterWords.value(words, "failure="));
        };
    }

    private static RewindStep.Ask ask(Origin origin, String[] words) {
        RewindFrom from =
                words[3].startsWith("sequence=")
                        ? RewindFrom.SEQUENCE
                        : words[3].startsWith("time=") ? RewindFrom.TIME : RewindFrom.BEGINNING;
        return new RewindStep.Ask(
                origin,
                number(words, "request=", 1),
                Long.parseLong(words[2]),
                from,
                number(words, "sequence=", number(words, "time=", 0)),
                open(origin, words) == null ? FilterWords.value(words, "selector=") : null,
                List.of(words).contains("dry"),
                open(origin, words));
    }

    /** {@code open=DESTINATION [name=] [token=]}: of a subscription that is to begin there. */
    private static PartitionCommand.@Nullable OpenSubscription open(Origin origin, String[] words) {
        String destination = FilterWords.value(words, "open=");
        String name = FilterWords.value(words, "name=");
        return destination == null
                ? null
                : new PartitionCommand.OpenSubscription(
                        origin,
                        number(words, "request=", 1),
                        Long.parseLong(destination),
                        null,
                        Long.parseLong(words[2]),
                        name == null ? "" : name,
                        number(words, "token=", 5),
                        1,
                        FilterWords.of(words),
                        Sharing.NONE,
                        null);
    }

    private static SequenceRanges ranges(@Nullable String text) {
        SequenceRanges.Builder ranges = new SequenceRanges.Builder();
        if (text != null) {
            for (String range : text.split(",", -1)) {
                String[] ends = range.split("-", -1);
                ranges.add(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
            }
        }
        return ranges.build();
    }

    private static List<RewoundMessage> special(@Nullable String text) {
        List<RewoundMessage> messages = new ArrayList<>();
        if (text != null) {
            for (String each : text.split(",", -1)) {
                String[] parts = each.split(":", -1);
                int group = parts[2].charAt(0);
                messages.add(
                        new RewoundMessage(
                                Long.parseLong(parts[0]),
                                Integer.parseInt(parts[1]),
                                group != '-',
                                group == '-' ? 0 : group,
                                Long.parseLong(parts[3]),
                                Long.parseLong(parts[4])));
            }
        }
        return messages;
    }

    private static long number(String[] words, String prefix, long otherwise) {
        String value = FilterWords.value(words, prefix);
        return value == null ? otherwise : Long.parseLong(value);
    }
}
