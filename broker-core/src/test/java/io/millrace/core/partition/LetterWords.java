package io.millrace.core.partition;

import io.millrace.wire.Id128;

/** What is said about dead letters that move between partitions, in the words of transcripts. */
final class LetterWords {

    private LetterWords() {}

    /**
     * {@code letter-queue LINK NAME PARTITION}; {@code letter-take LINK SOURCE NUMBER LOWEST NAME};
     * {@code letter-taken LINK NUMBER}. The link does not matter.
     */
    static PartitionCommand command(String[] words) {
        return new PartitionCommand.DeadLetter(
                switch (words[0]) {
                    case "letter-queue" ->
                            new DeadLetterStep.Found(words[2], Integer.parseInt(words[3]));
                    case "letter-take" ->
                            new DeadLetterStep.Take(
                                    Integer.parseInt(words[2]),
                                    Long.parseLong(words[3]),
                                    Long.parseLong(words[4]),
                                    words[5],
                                    null,
                                    PartitionHarness.batch(
                                            new Id128(9, 1), Long.parseLong(words[3]), 1));
                    default -> new DeadLetterStep.Taken(Long.parseLong(words[2]));
                });
    }
}
