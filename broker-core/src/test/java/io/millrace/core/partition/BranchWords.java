package io.millrace.core.partition;

import io.millrace.core.FilterWords;
import io.millrace.core.Origin;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * How transcripts tell of branches: {@code join LINK SESSION BRANCH [fresh] [timeout=N]}, {@code
 * branch-send LINK DESTINATION SESSION BRANCH FIRST COUNT}, {@code leave LINK SESSION BRANCH
 * MESSAGES [failed] [also=PARTITIONS] [consumer:subscription:ranges...]}, {@code prepare LINK
 * BRANCH [COORDINATOR]}, {@code resolve LINK BRANCH RESOLUTION [with=PARTITIONS]}, {@code forget
 * LINK BRANCH}, {@code recover LINK AFTER MOST}.
 */
final class BranchWords {

    private BranchWords() {}

    static PartitionCommand command(Origin origin, String[] words) {
        BranchStep step =
                switch (words[0]) {
                    case "join" ->
                            new BranchStep.Join(
                                    origin,
                                    9,
                                    session(words[2]),
                                    branch(words[3]),
                                    List.of(words).contains("fresh"),
                                    timeout(words));
                    case "leave" ->
                            new BranchStep.Leave(
                                    origin,
                                    9,
                                    session(words[2]),
                                    branch(words[3]),
                                    Integer.parseInt(words[4]),
                                    List.of(words).contains("failed"),
                                    settlements(words),
                                    partitions(words, "also="));
                    case "prepare" ->
                            new BranchStep.Prepare(
                                    origin,
                                    9,
                                    branch(words[2]),
                                    words.length > 3 ? Integer.parseInt(words[3]) : 0);
                    case "resolve" ->
                            new BranchStep.Resolve(
                                    origin,
                                    9,
                                    branch(words[2]),
                                    Resolution.valueOf(words[3]),
                                    partitions(words, "with="));
                    case "forget" -> new BranchStep.Forget(origin, 9, branch(words[2]));
                    default ->
                            new BranchStep.Recover(
                                    origin,
                                    9,
                                    Long.parseLong(words[2]),
                                    Integer.parseInt(words[3]));
                };
        return new PartitionCommand.Branch(step);
    }

    static PartitionCommand send(
            Origin origin, String[] words, List<PartitionHarness.Terms> terms) {
        return new PartitionCommand.Enqueue(
                origin,
                1,
                0,
                Long.parseLong(words[2]),
                PartitionHarness.batch(
                        session(words[3]),
                        branch(words[4]).toBytes(),
                        Long.parseLong(words[5]),
                        terms));
    }

    private static Id128 session(String word) {
        return new Id128(9, Long.parseLong(word));
    }

    static BranchId branch(String word) {
        return new BranchId(1, new byte[] {Byte.parseByte(word)}, new byte[] {1});
    }

    private static long timeout(String[] words) {
        String timeout = FilterWords.value(words, "timeout=");
        return timeout == null ? 0 : Long.parseLong(timeout);
    }

    /** {@code with=2,3}. */
    static PartitionSet partitions(String[] words, String key) {
        String found = FilterWords.value(words, key);
        List<Integer> numbers = new ArrayList<>();
        for (String each : found == null ? new String[0] : found.split(",", -1)) {
            numbers.add(Integer.valueOf(each));
        }
        return PartitionSet.of(numbers);
    }

    static List<TransactionFrame.Settlement> settlements(String[] words) {
        List<TransactionFrame.Settlement> settlements = new ArrayList<>();
        for (int index = 5; index < words.length; index++) {
            String[] parts = words[index].split(":", -1);
            if (parts.length == 3 && !words[index].contains("=")) {
                SequenceRanges.Builder sequences = new SequenceRanges.Builder();
                for (String range : parts[2].split(",", -1)) {
                    String[] ends = range.split("-", -1);
                    sequences.add(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
                }
                settlements.add(
                        new TransactionFrame.Settlement(
                                Long.parseLong(parts[0]),
                                Long.parseLong(parts[1]),
                                sequences.build()));
            }
        }
        return settlements;
    }
}
