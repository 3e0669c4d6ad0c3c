package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.wire.OutcomeTold;
import io.millrace.wire.TransactionId;
import io.millrace.wire.TransactionOutcome;

/**
 * Answers those who ask later what became of a transaction whose commit was not answered.
 *
 * <p>One that is not committed may still be: its commit may be on its way, or come again over the
 * next link. So before somebody is told that it was rolled back, the log says that it is ruled out
 * ({@code TransactionRuledOut}): from then on its commit is refused, whenever it comes. Unless its
 * connection has a link: then it is up to that, and whoever asks is to ask again; asked over its
 * own connection it is over, for a session that is told "unknown" does not go on with it.
 *
 * <p>Owned by the partition's thread.
 */
final class Inquiries {

    private final PartitionState state;
    private final Connections connections;
    private final StagedTransactions staging;

    Inquiries(PartitionState state, Connections connections, StagedTransactions staging) {
        this.state = state;
        this.connections = connections;
        this.staging = staging;
    }

    void handle(PartitionCommand.AskOutcome command, Decision out) {
        if (!connections.isCurrent(command.origin())) {
            // Of a link that broke: it is asked again over the next one.
            return;
        }
        TransactionId id = command.id();
        ProducerWindow window = state.windowsByProducer.get(id.sessionId());
        if (window == null) {
            answer(
                    command,
                    TransactionOutcome.NOT_KNOWN,
                    "Expected session "
                            + id.sessionId()
                            + " to be known, but it is not, or not any more: it is forgotten when it"
                            + " is closed, and an hour after its connection was lost",
                    out);
            return;
        }
        BranchEvent.TransactionPrepared part = state.branches.prepared(id);
        if (part != null) {
            answer(command, TransactionOutcome.PENDING, isDecidedBy(part.coordinator(), id), out);
            return;
        }
        switch (window.fateOf(id.number())) {
            case COMMITTED ->
                    answer(
                            command,
                            TransactionOutcome.COMMITTED,
                            "All of transaction " + id + " happened",
                            out);
            case FORGOTTEN -> answer(command, TransactionOutcome.NOT_KNOWN, isForgotten(id), out);
            case ROLLED_BACK ->
                    answer(command, TransactionOutcome.ROLLED_BACK, isRuledOut(id), out);
            case OPEN -> answerOpen(command, window, out);
        }
    }

    private void answerOpen(
            PartitionCommand.AskOutcome command, ProducerWindow window, Decision out) {
        TransactionId id = command.id();
        if (connections.hasLink(window.connectionId)
                && !window.connectionId.equals(command.origin().connectionId())
                && !staging.isBehind(id)) {
            answer(
                    command,
                    TransactionOutcome.PENDING,
                    "Expected transaction "
                            + id
                            + " to be decided, but its session is connected and may still commit it;"
                            + " ask again",
                    out);
        } else {
            staging.ruledOut(id);
            out.emit(new TransactionEvent.TransactionRuledOut(id));
            answer(command, TransactionOutcome.ROLLED_BACK, isRuledOut(id), out);
        }
    }

    /** It may rest on what was decided before in this turn, so it waits for the whole log. */
    private static void answer(
            PartitionCommand.AskOutcome command,
            TransactionOutcome outcome,
            String message,
            Decision out) {
        out.tell(command.origin().linkId(), new OutcomeTold(command.requestId(), outcome, message));
    }

    private static String isDecidedBy(int coordinator, TransactionId id) {
        return "Expected transaction "
                + id
                + " to be asked of partition "
                + coordinator
                + ", which decides it ("
                + id
                + "@"
                + coordinator
                + ")";
    }

    static String isRuledOut(TransactionId id) {
        return "Nothing of transaction " + id + " happened, and nothing ever will";
    }

    static String isForgotten(TransactionId id) {
        return "Expected transaction "
                + id
                + " to be among those whose end is remembered, but its session has had too many"
                + " since";
    }
}
