package io.millrace.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a broker says. Tables in {@code docs/PROTOCOL.md}. */
public sealed interface BrokerFrame extends Frame
        permits BrokerFrame.Welcome,
                BrokerFrame.Challenge,
                BrokerFrame.Pong,
                BrokerFrame.Closing,
                BrokerFrame.Done,
                BrokerFrame.Located,
                BrokerFrame.Attached,
                BrokerFrame.Refused,
                BrokerFrame.NotOwner,
                BrokerFrame.SendConfirmed,
                BrokerFrame.SendRefused,
                BrokerFrame.Deliver,
                BrokerFrame.SettleConfirmed,
                BrokerFrame.Drained,
                BrokerFrame.ConsumerClosed,
                Browsed,
                Rewound,
                TransactionAnswer {

    <R> R dispatch(Handler<R> handler);

    /** One method for each frame: a new frame does not compile until every handler knows it. */
    interface Handler<R> {
        R welcome(Welcome frame);

        R challenge(Challenge frame);

        R pong(Pong frame);

        R closing(Closing frame);

        R done(Done frame);

        R located(Located frame);

        R attached(Attached frame);

        R refused(Refused frame);

        R notOwner(NotOwner frame);

        R sendConfirmed(SendConfirmed frame);

        R sendRefused(SendRefused frame);

        R deliver(Deliver frame);

        R settleConfirmed(SettleConfirmed frame);

        R drained(Drained frame);

        R consumerClosed(ConsumerClosed frame);

        R browsed(Browsed frame);

        R rewound(Rewound frame);

        /** Answers about transactions go to whoever asked. */
        R transactionAnswer(TransactionAnswer frame);
    }

    /**
     * The connection is open.
     *
     * @param incarnation random number of the broker process: another one after a restart
     * @param partitions how many partitions the broker has, numbered from 1 on
     */
    record Welcome(
            int version,
            Id128 incarnation,
            String brokerProduct,
            int maxFrameBytes,
            int heartbeatMillis,
            long maxMessageBytes,
            int maxBatchBytes,
            int partitions)
            implements BrokerFrame {

        @Override
        public int type() {
            return 0x81;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeShort(version).writeId(incarnation).writeString(brokerProduct);
            to.writeVarint(maxFrameBytes).writeVarint(heartbeatMillis);
            to.writeVarint(maxMessageBytes).writeVarint(maxBatchBytes).writeVarint(partitions);
        }

        static Welcome read(WireInput from) {
            return new Welcome(
                    from.readUnsignedShort(),
                    from.readId(),
                    from.readString(),
                    from.readVarintInt("maxFrameBytes"),
                    from.readVarintInt("heartbeatMillis"),
                    from.readVarint(),
                    from.readVarintInt("maxBatchBytes"),
                    // Added later: brokers that do not know it have one.
                    from.hasRemaining() ? from.readVarintInt("partitions") : Frame.FIRST_PARTITION);
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.welcome(this);
        }
    }

    /** Next message of a SASL exchange of several steps. */
    record Challenge(byte[] challenge) implements BrokerFrame {

        @Override
        public int type() {
            return 0x82;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeBlob(challenge);
        }

        static Challenge read(WireInput from) {
            return new Challenge(from.readBlob());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.challenge(this);
        }
    }

    /** Answers a {@link ControlFrame.Ping}. */
    record Pong(long token) implements BrokerFrame {

        @Override
        public int type() {
            return 0x83;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeLong(token);
        }

        static Pong read(WireInput from) {
            return new Pong(from.readLong());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.pong(this);
        }
    }

    /** The connection ends; retryAfterMillis is negative where coming back makes no sense. */
    record Closing(ErrorCode code, String message, long retryAfterMillis) implements BrokerFrame {

        @Override
        public int type() {
            return 0x84;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeShort(code.number()).writeString(message).writeLong(retryAfterMillis);
        }

        static Closing read(WireInput from) {
            return new Closing(
                    ErrorCode.of(from.readUnsignedShort()), from.readString(), from.readLong());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.closing(this);
        }
    }

    /** A request is done and needs no other answer. */
    record Done(long requestId) implements BrokerFrame {

        @Override
        public int type() {
            return 0x90;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId);
        }

        static Done read(WireInput from) {
            return new Done(from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.done(this);
        }
    }

    /**
     * Where a destination or subscription lives.
     *
     * @param subscriptionId what to attach to; of a queue the destination's id; 0 for a topic
     * @param epoch epoch of the partition's owner
     */
    record Located(
            long requestId,
            int partition,
            int placementVersion,
            long destinationId,
            long subscriptionId,
            long epoch)
            implements BrokerFrame {

        @Override
        public int type() {
            return 0x91;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeVarint(placementVersion);
            to.writeVarint(destinationId).writeVarint(subscriptionId).writeVarint(epoch);
        }

        static Located read(WireInput from) {
            return new Located(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readVarintInt("placementVersion"),
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.located(this);
        }
    }

    /** A consumer is attached; deliveries of a lower epoch are to be dropped. */
    record Attached(long requestId, long consumerId, long epoch, long leaseMillis)
            implements BrokerFrame {

        @Override
        public int type() {
            return 0x92;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId)
                    .writeVarint(consumerId)
                    .writeVarint(epoch)
                    .writeVarint(leaseMillis);
        }

        static Attached read(WireInput from) {
            return new Attached(
                    from.readVarint(), from.readVarint(), from.readVarint(), from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.attached(this);
        }
    }

    /** A request was refused; retryAfterMillis is 0 where trying again makes no sense. */
    record Refused(long requestId, ErrorCode code, String message, long retryAfterMillis)
            implements BrokerFrame {

        @Override
        public int type() {
            return 0x93;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId)
                    .writeShort(code.number())
                    .writeString(message)
                    .writeVarint(retryAfterMillis);
        }

        static Refused read(WireInput from) {
            return new Refused(
                    from.readVarint(),
                    ErrorCode.of(from.readUnsignedShort()),
                    from.readString(),
                    from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.refused(this);
        }
    }

    /** The partition is not here; resolve again. Reserved: one broker owns all. */
    record NotOwner(long requestId, int partition, int placementVersion) implements BrokerFrame {

        @Override
        public int type() {
            return 0x94;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeVarint(placementVersion);
        }

        static NotOwner read(WireInput from) {
            return new NotOwner(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readVarintInt("placementVersion"));
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.notOwner(this);
        }
    }

    /** All messages of the producer up to the sequence are stored. */
    record SendConfirmed(int handle, long upToSequence) implements BrokerFrame {

        @Override
        public int type() {
            return 0xa0;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(handle).writeVarint(upToSequence);
        }

        static SendConfirmed read(WireInput from) {
            return new SendConfirmed(from.readVarintInt("handle"), from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.sendConfirmed(this);
        }
    }

    /** These messages of the producer were not stored. */
    record SendRefused(
            int handle,
            long firstSequence,
            long lastSequence,
            ErrorCode code,
            String message,
            long retryAfterMillis)
            implements BrokerFrame {

        @Override
        public int type() {
            return 0xa1;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(handle).writeVarint(firstSequence).writeVarint(lastSequence);
            to.writeShort(code.number()).writeString(message).writeVarint(retryAfterMillis);
        }

        static SendRefused read(WireInput from) {
            return new SendRefused(
                    from.readVarintInt("handle"),
                    from.readVarint(),
                    from.readVarint(),
                    ErrorCode.of(from.readUnsignedShort()),
                    from.readString(),
                    from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.sendRefused(this);
        }
    }

    /** Messages for a consumer, in order. */
    record Deliver(long consumerId, long epoch, List<DeliveredRun> runs) implements BrokerFrame {

        @Override
        public int type() {
            return 0xb0;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(consumerId).writeVarint(epoch);
            DeliveredRun.writeAll(runs, to);
            DeliveredRun.writeReplays(runs, to);
        }

        static Deliver read(WireInput from) {
            return new Deliver(
                    from.readVarint(),
                    from.readVarint(),
                    DeliveredRun.readReplays(DeliveredRun.readAll(from), from));
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.deliver(this);
        }
    }

    /** Settlements of the consumer up to the number are durable. */
    record SettleConfirmed(long consumerId, long upToSettleId) implements BrokerFrame {

        @Override
        public int type() {
            return 0xb1;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(consumerId).writeVarint(upToSettleId);
        }

        static SettleConfirmed read(WireInput from) {
            return new SettleConfirmed(from.readVarint(), from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.settleConfirmed(this);
        }
    }

    /** Nothing more can be delivered; the consumer's credit is 0 now. */
    record Drained(long consumerId) implements BrokerFrame {

        @Override
        public int type() {
            return 0xb2;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(consumerId);
        }

        static Drained read(WireInput from) {
            return new Drained(from.readVarint());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.drained(this);
        }
    }

    /** The broker ended a consumer, for example because its destination is gone. */
    record ConsumerClosed(long consumerId, ErrorCode code, @Nullable String message)
            implements BrokerFrame {

        @Override
        public int type() {
            return 0xb3;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(consumerId).writeShort(code.number()).writeNullableString(message);
        }

        static ConsumerClosed read(WireInput from) {
            return new ConsumerClosed(
                    from.readVarint(),
                    ErrorCode.of(from.readUnsignedShort()),
                    from.readNullableString());
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.consumerClosed(this);
        }
    }
}
