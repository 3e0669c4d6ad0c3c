package io.millrace.wire;

/** What a client says. Tables in {@code docs/PROTOCOL.md}. */
public sealed interface ClientFrame extends Frame
        permits ControlFrame, TrafficFrame, TransactionFrame, BranchFrame {

    <R> R dispatch(Handler<R> handler);

    /** One method for each frame: a new frame does not compile until every handler knows it. */
    interface Handler<R> {
        R hello(ControlFrame.Hello frame);

        R authenticate(ControlFrame.Authenticate frame);

        R ping(ControlFrame.Ping frame);

        R goodbye(ControlFrame.Goodbye frame);

        R claimClientId(ControlFrame.ClaimClientId frame);

        R resolveDestination(ControlFrame.ResolveDestination frame);

        R createTemporary(ControlFrame.CreateTemporary frame);

        R deleteTemporary(ControlFrame.DeleteTemporary frame);

        R subscribe(ControlFrame.Subscribe frame);

        R unsubscribe(ControlFrame.Unsubscribe frame);

        R rewind(ControlFrame.Rewind frame);

        R openProducer(TrafficFrame.OpenProducer frame);

        R closeProducer(TrafficFrame.CloseProducer frame);

        R send(TrafficFrame.Send frame);

        R attach(TrafficFrame.Attach frame);

        R detach(TrafficFrame.Detach frame);

        R credit(TrafficFrame.Credit frame);

        R settle(TrafficFrame.Settle frame);

        R browse(TrafficFrame.Browse frame);

        /** Those about transactions have a handler of their own. */
        R transaction(TransactionFrame frame);

        /** Those about branches have a handler of their own. */
        R branch(BranchFrame frame);
    }
}
