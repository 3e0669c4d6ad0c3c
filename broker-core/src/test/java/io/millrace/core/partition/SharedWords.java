package io.millrace.core.partition;

import io.millrace.core.Origin;
import io.millrace.wire.Id128;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WorkId;
import java.util.List;

/**
 * How transcripts tell of transactions: {@code commit LINK SESSION NUMBER MESSAGES
 * [with=PARTITIONS] [consumer:subscription:ranges...]}, {@code rollback LINK SESSION NUMBER},
 * {@code prepare-part LINK SESSION NUMBER COORDINATOR MESSAGES [consumer:subscription:ranges...]},
 * {@code roll-back LINK SESSION NUMBER with=PARTITIONS}, and between partitions, where an id is
 * {@code SESSION:NUMBER} or that of a branch, {@code decided 0 ID COORDINATOR commit|rollback},
 * {@code inquire 0 ID PARTICIPANT [deserted]}, {@code acknowledge 0 ID PARTICIPANT}.
 */
final class SharedWords {

    private SharedWords() {}

    static PartitionCommand command(Origin origin, String[] words) {
        TransactionStep step =
                switch (words[0]) {
                    case "commit" ->
                            new TransactionStep.Commit(
                                    origin,
                                    9,
                                    transaction(words[2], words[3]),
                                    Integer.parseInt(words[4]),
                                    BranchWords.settlements(words),
                                    BranchWords.partitions(words, "with="));
                    case "rollback" ->
                            new TransactionStep.Rollback(origin, transaction(words[2], words[3]));
                    case "prepare-part" ->
                            new TransactionStep.PreparePart(
                                    origin,
                                    9,
                                    transaction(words[2], words[3]),
                                    Integer.parseInt(words[4]),
                                    Integer.parseInt(words[5]),
                                    BranchWords.settlements(words));
                    case "rollback-everywhere" ->
                            new TransactionStep.RollbackEverywhere(
                                    origin,
                                    9,
                                    transaction(words[2], words[3]),
                                    BranchWords.partitions(words, "with="));
                    case "decided" ->
                            new TransactionStep.Decided(
                                    work(words[2]),
                                    Integer.parseInt(words[3]),
                                    words[4].equals("commit"));
                    case "inquire" ->
                            new TransactionStep.Inquire(
                                    work(words[2]),
                                    Integer.parseInt(words[3]),
                                    List.of(words).contains("deserted"));
                    default ->
                            new TransactionStep.Acknowledge(
                                    work(words[2]), Integer.parseInt(words[3]));
                };
        return new PartitionCommand.Transaction(step);
    }

    private static TransactionId transaction(String session, String number) {
        return new TransactionId(new Id128(9, Long.parseLong(session)), Long.parseLong(number));
    }

    private static WorkId work(String word) {
        String[] parts = word.split(":", -1);
        return parts.length == 1 ? BranchWords.branch(word) : transaction(parts[0], parts[1]);
    }
}
