package io.millrace.wire;

/**
 * Turns received bytes into frames: the one place where a type number becomes a record.
 *
 * <p>Switches and not tables of method references: linking thirty of those delays the first message
 * of an application with a broker inside.
 */
public final class FrameReader {

    private FrameReader() {}

    /** Reads a client's frame from type, flags and payload. */
    public static ClientFrame clientFrame(byte[] array, int offset, int length) {
        WireInput from = new WireInput(array, offset, length);
        int type = typeOf(from);
        return switch (type) {
            case 0x01 -> ControlFrame.Hello.read(from);
            case 0x02 -> ControlFrame.Authenticate.read(from);
            case 0x03 -> ControlFrame.Ping.read(from);
            case 0x04 -> ControlFrame.Goodbye.read(from);
            case 0x10 -> ControlFrame.ClaimClientId.read(from);
            case 0x11 -> ControlFrame.ResolveDestination.read(from);
            case 0x12 -> ControlFrame.CreateTemporary.read(from);
            case 0x13 -> ControlFrame.DeleteTemporary.read(from);
            case 0x14 -> ControlFrame.Subscribe.read(from);
            case 0x15 -> ControlFrame.Unsubscribe.read(from);
            case 0x16 -> ControlFrame.Rewind.read(from);
            case 0x20 -> TrafficFrame.OpenProducer.read(from);
            case 0x21 -> TrafficFrame.CloseProducer.read(from);
            case TrafficFrame.Send.TYPE -> TrafficFrame.Send.read(from);
            case 0x30 -> TrafficFrame.Attach.read(from);
            case 0x31 -> TrafficFrame.Detach.read(from);
            case 0x32 -> TrafficFrame.Credit.read(from);
            case 0x33 -> TrafficFrame.Settle.read(from);
            case 0x34 -> TrafficFrame.Browse.read(from);
            case 0x40 -> TransactionFrame.Commit.read(from);
            case 0x41 -> TransactionFrame.Rollback.read(from);
            case 0x42 -> BranchFrame.Join.read(from);
            case 0x43 -> BranchFrame.Leave.read(from);
            case 0x44 -> BranchFrame.Prepare.read(from);
            case 0x45 -> BranchFrame.Resolve.read(from);
            case 0x46 -> BranchFrame.Forget.read(from);
            case 0x47 -> BranchFrame.Recover.read(from);
            case 0x49 -> TransactionFrame.AskOutcome.read(from);
            case 0x48 -> TransactionFrame.PreparePart.read(from);
            default ->
                    throw new WireFormatException(
                            "Expected a client frame, but its type is 0x"
                                    + Integer.toHexString(type));
        };
    }

    /** Reads a broker's frame from type, flags and payload. */
    public static BrokerFrame brokerFrame(byte[] array, int offset, int length) {
        WireInput from = new WireInput(array, offset, length);
        int type = typeOf(from);
        return switch (type) {
            case 0x81 -> BrokerFrame.Welcome.read(from);
            case 0x82 -> BrokerFrame.Challenge.read(from);
            case 0x83 -> BrokerFrame.Pong.read(from);
            case 0x84 -> BrokerFrame.Closing.read(from);
            case 0x90 -> BrokerFrame.Done.read(from);
            case 0x91 -> BrokerFrame.Located.read(from);
            case 0x92 -> BrokerFrame.Attached.read(from);
            case 0x93 -> BrokerFrame.Refused.read(from);
            case 0x94 -> BrokerFrame.NotOwner.read(from);
            case 0x95 -> Browsed.read(from);
            case 0x96 -> Rewound.read(from);
            case 0xa0 -> BrokerFrame.SendConfirmed.read(from);
            case 0xa1 -> BrokerFrame.SendRefused.read(from);
            case 0xb0 -> BrokerFrame.Deliver.read(from);
            case 0xb1 -> BrokerFrame.SettleConfirmed.read(from);
            case 0xb2 -> BrokerFrame.Drained.read(from);
            case 0xb3 -> BrokerFrame.ConsumerClosed.read(from);
            case 0xc0 -> BranchPrepared.read(from);
            case 0xc1 -> BranchesRecovered.read(from);
            case 0xc2 -> OutcomeTold.read(from);
            default ->
                    throw new WireFormatException(
                            "Expected a broker frame, but its type is 0x"
                                    + Integer.toHexString(type));
        };
    }

    private static int typeOf(WireInput from) {
        int type = from.readUnsignedByte();
        int flags = from.readUnsignedByte();
        if (flags != 0) {
            throw new WireFormatException("Expected frame flags 0, but they are " + flags);
        }
        return type;
    }
}
