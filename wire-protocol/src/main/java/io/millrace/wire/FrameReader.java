package io.millrace.wire;

import java.util.function.Function;

/** Turns received bytes into frames: the one place where a type number becomes a record. */
public final class FrameReader {

    private static final int TYPES = 256;
    private static final ClientReader[] CLIENT = new ClientReader[TYPES];
    private static final BrokerReader[] BROKER = new BrokerReader[TYPES];

    private interface ClientReader extends Function<WireInput, ClientFrame> {}

    private interface BrokerReader extends Function<WireInput, BrokerFrame> {}

    static {
        CLIENT[0x01] = ControlFrame.Hello::read;
        CLIENT[0x02] = ControlFrame.Authenticate::read;
        CLIENT[0x03] = ControlFrame.Ping::read;
        CLIENT[0x04] = ControlFrame.Goodbye::read;
        CLIENT[0x10] = ControlFrame.ClaimClientId::read;
        CLIENT[0x11] = ControlFrame.ResolveDestination::read;
        CLIENT[0x12] = ControlFrame.CreateTemporary::read;
        CLIENT[0x13] = ControlFrame.DeleteTemporary::read;
        CLIENT[0x14] = ControlFrame.Subscribe::read;
        CLIENT[0x15] = ControlFrame.Unsubscribe::read;
        CLIENT[0x20] = TrafficFrame.OpenProducer::read;
        CLIENT[0x21] = TrafficFrame.CloseProducer::read;
        CLIENT[TrafficFrame.Send.TYPE] = TrafficFrame.Send::read;
        CLIENT[0x30] = TrafficFrame.Attach::read;
        CLIENT[0x31] = TrafficFrame.Detach::read;
        CLIENT[0x32] = TrafficFrame.Credit::read;
        CLIENT[0x33] = TrafficFrame.Settle::read;
        BROKER[0x81] = BrokerFrame.Welcome::read;
        BROKER[0x82] = BrokerFrame.Challenge::read;
        BROKER[0x83] = BrokerFrame.Pong::read;
        BROKER[0x84] = BrokerFrame.Closing::read;
        BROKER[0x90] = BrokerFrame.Done::read;
        BROKER[0x91] = BrokerFrame.Located::read;
        BROKER[0x92] = BrokerFrame.Attached::read;
        BROKER[0x93] = BrokerFrame.Refused::read;
        BROKER[0x94] = BrokerFrame.NotOwner::read;
        BROKER[0xa0] = BrokerFrame.SendConfirmed::read;
        BROKER[0xa1] = BrokerFrame.SendRefused::read;
        BROKER[0xb0] = BrokerFrame.Deliver::read;
        BROKER[0xb1] = BrokerFrame.SettleConfirmed::read;
        BROKER[0xb2] = BrokerFrame.Drained::read;
        BROKER[0xb3] = BrokerFrame.ConsumerClosed::read;
    }

    private FrameReader() {}

    /** Reads a client's frame from type, flags and payload. */
    public static ClientFrame clientFrame(byte[] array, int offset, int length) {
        WireInput from = new WireInput(array, offset, length);
        int type = typeOf(from);
        ClientReader reader = CLIENT[type];
        if (reader == null) {
            throw new WireFormatException(
                    "Expected a client frame, but its type is 0x" + Integer.toHexString(type));
        }
        return reader.apply(from);
    }

    /** Reads a broker's frame from type, flags and payload. */
    public static BrokerFrame brokerFrame(byte[] array, int offset, int length) {
        WireInput from = new WireInput(array, offset, length);
        int type = typeOf(from);
        BrokerReader reader = BROKER[type];
        if (reader == null) {
            throw new WireFormatException(
                    "Expected a broker frame, but its type is 0x" + Integer.toHexString(type));
        }
        return reader.apply(from);
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
