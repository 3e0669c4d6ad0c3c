package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;

/** The handling of one step of a transaction in which several partitions take part. */
record SharedSteps(
        Transactions transactions, Coordination coordination, long nowMillis, Decision out)
        implements SharedWork.Handler {

    /** What comes over a link that its connection does not have any more is asked again. */
    void handle(SharedWork step, Connections connections) {
        Origin from = step.origin();
        if (from == null || connections.isCurrent(from)) {
            step.dispatch(this);
        }
    }

    @Override
    public void preparePart(SharedWork.PreparePart step) {
        transactions.prepare(step, nowMillis, out);
    }

    @Override
    public void rollBack(SharedWork.RollBack step) {
        transactions.rollBack(step, out);
    }

    @Override
    public void decided(SharedWork.Decided step) {
        coordination.decide(step, out);
    }

    @Override
    public void inquire(SharedWork.Inquire step) {
        coordination.inquired(step, out);
    }

    @Override
    public void acknowledge(SharedWork.Acknowledge step) {
        coordination.acknowledged(step, out);
    }
}
