package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;

/** The handling of one step of a transaction. */
record TransactionSteps(
        Transactions transactions,
        StagedTransactions staging,
        Coordination coordination,
        long nowMillis,
        Decision out)
        implements TransactionStep.Handler {

    /** What comes over a link that its connection does not have any more is asked again. */
    void handle(TransactionStep step, Connections connections) {
        Origin from = step.origin();
        if (from == null || connections.isCurrent(from)) {
            step.dispatch(this);
        }
    }

    @Override
    public void commit(TransactionStep.Commit step) {
        transactions.commit(step, out);
    }

    @Override
    public void rollback(TransactionStep.Rollback step) {
        staging.rollback(step);
    }

    @Override
    public void preparePart(TransactionStep.PreparePart step) {
        transactions.prepare(step, nowMillis, out);
    }

    @Override
    public void rollbackEverywhere(TransactionStep.RollbackEverywhere step) {
        transactions.rollbackEverywhere(step, out);
    }

    @Override
    public void decided(TransactionStep.Decided step) {
        coordination.decide(step, out);
    }

    @Override
    public void inquire(TransactionStep.Inquire step) {
        coordination.inquired(step, out);
    }

    @Override
    public void acknowledge(TransactionStep.Acknowledge step) {
        coordination.acknowledged(step, out);
    }
}
