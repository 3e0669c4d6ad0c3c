package io.millrace.server;

import io.millrace.wire.BranchId;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.OutcomeTold;
import io.millrace.wire.Resolution;
import io.millrace.wire.TransactionReference;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace transaction}: what a running broker knows of transactions. */
@Command(
        name = "transaction",
        mixinStandardHelpOptions = true,
        description =
                "Branches of distributed transactions that are prepared, decisions by hand, and what"
                        + " became of a commit.")
final class TransactionCommand implements Callable<Integer> {

    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;
    private static final String BRANCH_ID = "As 'millrace transaction list' prints it.";
    private static final String ROW = "%-20s %9s %11s %6s %9s  %s%n";

    /** Asks a broker, and says how it went. */
    private interface Question {
        int ask(AskedTransactions broker) throws IOException;
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.err);
        return USAGE_ERROR;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists the branches of distributed transactions that are prepared, which only their"
                        + " transaction manager or an administrator can end, and those that an"
                        + " administrator decided and nobody has forgotten.",
                "For each: its state, how long ago it was prepared, the partitions that take part,"
                        + " how many messages were sent and received in it, and its id."
            })
    int list(@Mixin AskedBroker at) {
        return ask(
                at,
                broker -> {
                    List<AskedTransactions.Listed> all = broker.list();
                    if (all.isEmpty()) {
                        System.out.println("No branch is prepared, or was decided by hand.");
                    } else {
                        long now = System.currentTimeMillis();
                        System.out.printf(
                                ROW, "STATE", "AGE", "PARTITIONS", "SENT", "RECEIVED", "ID");
                        all.forEach(each -> print(each, now));
                    }
                    return 0;
                });
    }

    private static void print(AskedTransactions.Listed branch, long now) {
        System.out.printf(
                ROW,
                state(branch.decided()),
                inWords(Duration.ofMillis(Math.max(0, now - branch.preparedMillis()))),
                branch.partitions().stream().map(String::valueOf).collect(Collectors.joining(",")),
                branch.messages(),
                branch.deliveries(),
                branch.id());
    }

    private static String state(@Nullable Resolution decided) {
        if (decided == null) {
            return "prepared";
        }
        return decided.isCommit() ? "committed by hand" : "rolled back by hand";
    }

    /** The two largest units of a time. */
    static String inWords(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + "d " + age.toHoursPart() + "h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h " + age.toMinutesPart() + "m";
        }
        return age.toMinutes() > 0
                ? age.toMinutes() + "m " + age.toSecondsPart() + "s"
                : age.toSeconds() + "s";
    }

    @Command(
            name = "commit",
            mixinStandardHelpOptions = true,
            description = {
                "Commits a prepared branch in its transaction manager's place.",
                "What the other participants of the transaction do is not known here: ask the"
                        + " transaction manager first, if it can still be asked. The broker"
                        + " remembers the decision, and tells the transaction manager, until"
                        + " 'millrace transaction forget'."
            })
    int commit(
            @Mixin AskedBroker at,
            @Parameters(index = "1", paramLabel = "ID", description = BRANCH_ID) String id) {
        return decide(at, id, Resolution.HEURISTIC_COMMIT, "committed");
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = {
                "Rolls back a prepared branch in its transaction manager's place: what was sent in"
                        + " it never happened, what was received comes again.",
                "Mind what 'millrace transaction commit --help' says."
            })
    int rollback(
            @Mixin AskedBroker at,
            @Parameters(index = "1", paramLabel = "ID", description = BRANCH_ID) String id) {
        return decide(at, id, Resolution.HEURISTIC_ROLLBACK, "rolled back");
    }

    private static int decide(AskedBroker at, String text, Resolution resolution, String how) {
        return askAbout(
                at,
                text,
                (broker, id) -> {
                    broker.resolve(id, resolution);
                    System.out.println(
                            "Branch "
                                    + id
                                    + " is "
                                    + how
                                    + ". Its transaction manager will be told so until: "
                                    + command("forget", at, id));
                });
    }

    @Command(
            name = "forget",
            mixinStandardHelpOptions = true,
            description = {
                "Ends the broker's memory of a decision by hand. Transaction managers do so"
                        + " themselves once they have been told; this is for those that never"
                        + " will."
            })
    int forget(
            @Mixin AskedBroker at,
            @Parameters(index = "1", paramLabel = "ID", description = BRANCH_ID) String id) {
        return askAbout(
                at,
                id,
                (broker, branch) -> {
                    broker.forget(branch);
                    System.out.println("Branch " + branch + " is forgotten.");
                });
    }

    @Command(
            name = "outcome",
            mixinStandardHelpOptions = true,
            description = {
                "Tells what became of a session's own transaction whose commit was not answered"
                        + " (MillraceOutcomeUnknownException has its id).",
                "COMMITTED and ROLLED_BACK are certain, and stay so: who is told that it was rolled"
                        + " back may do its work again. Exits with 0 then; with 1 if it is PENDING,"
                        + " as its session is still connected, or NOT_KNOWN any more."
            })
    int outcome(
            @Mixin AskedBroker at,
            @Parameters(
                            index = "1",
                            paramLabel = "ID",
                            description = "SESSION:NUMBER, or SESSION:NUMBER@PARTITION")
                    String text) {
        TransactionReference id;
        try {
            id = TransactionReference.parse(text);
        } catch (IllegalArgumentException e) {
            return usageError(e);
        }
        return ask(
                at,
                broker -> {
                    OutcomeTold told = broker.outcome(id);
                    System.out.println(told.outcome() + ": " + told.message());
                    return told.outcome().isCertain() ? 0 : FAILURE;
                });
    }

    private static String command(String name, AskedBroker at, BranchId id) {
        return "millrace transaction " + name + " " + at.uri + " " + id;
    }

    /** Something that is asked about one branch. */
    private interface Request {
        void ask(AskedTransactions broker, BranchId id) throws IOException;
    }

    private static int askAbout(AskedBroker at, String text, Request request) {
        BranchId id;
        try {
            id = BranchId.parse(text);
        } catch (IllegalArgumentException e) {
            return usageError(e);
        }
        return ask(
                at,
                broker -> {
                    try {
                        request.ask(broker, id);
                        return 0;
                    } catch (RequestLink.RefusedException e) {
                        String todo = todo(e.code(), at, id);
                        throw todo.isEmpty() ? e : new IOException(e.getMessage() + todo, e);
                    }
                });
    }

    /** What to do about a refusal, if it does not say so. */
    private static String todo(ErrorCode code, AskedBroker at, BranchId id) {
        return switch (code) {
            case UNKNOWN_TRANSACTION -> "; to see all: millrace transaction list " + at.uri;
            case HEURISTIC_COMMIT, HEURISTIC_ROLLBACK -> ": " + command("forget", at, id);
            default -> "";
        };
    }

    private static int usageError(IllegalArgumentException e) {
        System.err.println("millrace: " + e.getMessage());
        return USAGE_ERROR;
    }

    private static int ask(AskedBroker at, Question question) {
        try {
            at.check();
        } catch (IllegalArgumentException e) {
            return usageError(e);
        }
        try (RequestLink link = at.open()) {
            return question.ask(new AskedTransactions(link));
        } catch (IOException e) {
            System.err.println("millrace: " + e.getMessage());
            return FAILURE;
        }
    }
}
