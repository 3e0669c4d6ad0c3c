package io.millrace.wire;

/** Broker frames that answer what was asked about transactions. */
public sealed interface TransactionAnswer extends BrokerFrame
        permits BranchPrepared, BranchesRecovered, OutcomeTold {

    long requestId();

    @Override
    default <R> R dispatch(Handler<R> handler) {
        return handler.transactionAnswer(this);
    }
}
