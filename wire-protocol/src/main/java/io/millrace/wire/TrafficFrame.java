package io.millrace.wire;

import org.jspecify.annotations.Nullable;

/** Client frames on the road of messages: producers, consumers, sends, settlements. */
public sealed interface TrafficFrame extends ClientFrame {

    /** Added later, and most often the first: then it is left out. */
    private static void writePartition(WireOutput to, int partition) {
        if (partition != Frame.FIRST_PARTITION) {
            to.writeVarint(partition);
        }
    }

    private static int readPartition(WireInput from) {
        return from.hasRemaining() ? from.readVarintInt("partition") : Frame.FIRST_PARTITION;
    }

    /**
     * Opens a producer's window at a partition, before its first send there and again after each
     * reconnect.
     *
     * @param handle short name for the producer on this connection
     * @param resuming whether sends under this id may be stored already: an unknown id is then
     *     refused
     * @param requestId answered with {@link BrokerFrame.Done} once the window is durable; 0 for no
     *     answer
     */
    record OpenProducer(
            int handle, int partition, Id128 producerId, boolean resuming, long requestId)
            implements TrafficFrame {

        /** Without an answer. */
        public OpenProducer(int handle, int partition, Id128 producerId, boolean resuming) {
            this(handle, partition, producerId, resuming, 0);
        }

        @Override
        public int type() {
            return 0x20;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(handle)
                    .writeVarint(partition)
                    .writeId(producerId)
                    .writeBoolean(resuming)
                    .writeVarint(requestId);
        }

        static OpenProducer read(WireInput from) {
            return new OpenProducer(
                    from.readVarintInt("handle"),
                    from.readVarintInt("partition"),
                    from.readId(),
                    from.readBoolean(),
                    // Added later: clients that do not know it end before it.
                    from.hasRemaining() ? from.readVarint() : 0);
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.openProducer(this);
        }
    }

    /** Forgets a producer's window: its session closed and nothing of it is unconfirmed. */
    record CloseProducer(int handle) implements TrafficFrame {

        @Override
        public int type() {
            return 0x21;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(handle);
        }

        static CloseProducer read(WireInput from) {
            return new CloseProducer(from.readVarintInt("handle"));
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.closeProducer(this);
        }
    }

    /**
     * A batch of messages for one destination.
     *
     * @param epoch the partition's epoch that the client believes in; 0 for "whichever"
     */
    record Send(int handle, long epoch, long destinationId, MessageBatch batch)
            implements TrafficFrame {

        /** Type number, for the producer that writes this frame in place around a growing batch. */
        public static final int TYPE = 0x22;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeTo(WireOutput to) {
            writePrefix(to, handle, epoch, destinationId);
            to.writeBytes(batch.array(), batch.offset(), batch.length());
        }

        /** Writes what stands before the batch, which takes up the rest of the frame. */
        public static void writePrefix(WireOutput to, int handle, long epoch, long destinationId) {
            to.writeVarint(handle).writeVarint(epoch).writeVarint(destinationId);
        }

        static Send read(WireInput from) {
            return new Send(
                    from.readVarintInt("handle"),
                    from.readVarint(),
                    from.readVarint(),
                    new MessageBatch(from.array(), from.position(), from.remaining()));
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.send(this);
        }
    }

    /**
     * Starts a consumer on a subscription, or takes it up again after a reconnect.
     *
     * @param consumerId number that the client gives the consumer, unique in its connection
     * @param subscriptionId a subscription's id; a queue's is the id of the queue
     * @param creditMessages how many messages may be under way to the consumer
     * @param creditBytes how many bytes of them
     * @param epoch epoch under which the listed deliveries were made; 0 on the first attach
     * @param settled deliveries that the application is done with, whose settlement was not
     *     confirmed
     * @param held deliveries that the application has and will settle later
     * @param released deliveries that the application gave back, whose settlement was not
     *     confirmed. Whatever else was out with this consumer was never given to the application
     *     and comes back as if it had not left
     * @param selector of a consumer on a queue (Jakarta Messaging 3.1, 3.8.1); null for none. A
     *     topic's subscription has its own, see {@link ControlFrame.Subscribe}
     * @param replays which of {@code settled} and {@code held} the client got as replays; whatever
     *     else it says is of deliveries before a rewind
     */
    record Attach(
            long requestId,
            long consumerId,
            int partition,
            long subscriptionId,
            int creditMessages,
            int creditBytes,
            long epoch,
            SequenceRanges settled,
            SequenceRanges held,
            SequenceRanges released,
            @Nullable String selector,
            SequenceRanges replays)
            implements TrafficFrame {

        @Override
        public int type() {
            return 0x30;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId)
                    .writeVarint(consumerId)
                    .writeVarint(partition)
                    .writeVarint(subscriptionId);
            to.writeVarint(creditMessages).writeVarint(creditBytes).writeVarint(epoch);
            settled.writeTo(to);
            held.writeTo(to);
            released.writeTo(to);
            to.writeNullableString(selector);
            if (!replays.isEmpty()) {
                replays.writeTo(to);
            }
        }

        static Attach read(WireInput from) {
            return new Attach(
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readVarint(),
                    from.readCount(Integer.MAX_VALUE),
                    from.readCount(Integer.MAX_VALUE),
                    from.readVarint(),
                    SequenceRanges.read(from),
                    SequenceRanges.read(from),
                    SequenceRanges.read(from),
                    // Added later: clients that do not know them end before them.
                    from.hasRemaining() ? from.readNullableString() : null,
                    from.hasRemaining() ? SequenceRanges.read(from) : SequenceRanges.EMPTY);
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.attach(this);
        }
    }

    /**
     * Ends a consumer. What it lists as held stays settleable under its id (8.8); whatever else is
     * out with it was never given to the application and comes back as if it had not left.
     * Deliveries that arrive later are to be dropped.
     *
     * @param partition where it is attached, here and below
     */
    record Detach(long requestId, long consumerId, SequenceRanges held, int partition)
            implements TrafficFrame {

        @Override
        public int type() {
            return 0x31;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(consumerId);
            held.writeTo(to);
            writePartition(to, partition);
        }

        static Detach read(WireInput from) {
            return new Detach(
                    from.readVarint(),
                    from.readVarint(),
                    SequenceRanges.read(from),
                    readPartition(from));
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.detach(this);
        }
    }

    /**
     * Adds to a consumer's credit.
     *
     * @param drain answer with {@link BrokerFrame.Drained} once nothing can be delivered, and take
     *     back the rest of the credit
     * @param paused deliver nothing until a Credit without this flag
     */
    record Credit(
            long consumerId, int messages, int bytes, boolean drain, boolean paused, int partition)
            implements TrafficFrame {

        @Override
        public int type() {
            return 0x32;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(consumerId).writeVarint(messages).writeVarint(bytes);
            to.writeBoolean(drain).writeBoolean(paused);
            writePartition(to, partition);
        }

        static Credit read(WireInput from) {
            return new Credit(
                    from.readVarint(),
                    from.readCount(Integer.MAX_VALUE),
                    from.readCount(Integer.MAX_VALUE),
                    from.readBoolean(),
                    from.readBoolean(),
                    readPartition(from));
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.credit(this);
        }
    }

    /**
     * Says what becomes of deliveries.
     *
     * @param settleId number of this settlement at this consumer, growing; confirmed by {@link
     *     BrokerFrame.SettleConfirmed}
     * @param epoch epoch of the deliveries
     * @param transactionId empty for none; reserved
     * @param awaited somebody waits for the confirmation, so it should not wait for company
     * @param why they are given back, in words that a dead letter may repeat, at most {@link
     *     #MAX_WHY} characters; null if nobody said
     */
    record Settle(
            long consumerId,
            long settleId,
            long epoch,
            Outcome outcome,
            byte[] transactionId,
            SequenceRanges sequences,
            boolean awaited,
            @Nullable String why,
            int partition)
            implements TrafficFrame {

        /** Most characters (UTF-16 units) of {@link #why}; more are malformed. */
        public static final int MAX_WHY = 500;

        @Override
        public int type() {
            return 0x33;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(consumerId).writeVarint(settleId).writeVarint(epoch);
            to.writeByte(outcome.number()).writeBlob(transactionId);
            sequences.writeTo(to);
            to.writeBoolean(awaited).writeNullableString(why);
            writePartition(to, partition);
        }

        static Settle read(WireInput from) {
            return new Settle(
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarint(),
                    Outcome.of(from.readUnsignedByte()),
                    from.readBlob(),
                    SequenceRanges.read(from),
                    from.readBoolean(),
                    from.hasRemaining() ? readWhy(from) : null,
                    readPartition(from));
        }

        private static @Nullable String readWhy(WireInput from) {
            String why = from.readNullableString();
            if (why != null && why.length() > MAX_WHY) {
                throw new WireFormatException(
                        "Expected why of at most "
                                + MAX_WHY
                                + " characters, but it has "
                                + why.length());
            }
            return why;
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.settle(this);
        }
    }

    /**
     * Asks to see messages of a queue (Jakarta Messaging 3.1, 4.1.6), without consequence for them.
     * Answered with {@link Browsed}; can be asked again.
     *
     * @param subscriptionId the id of the queue
     * @param position where to begin: 0 for the first message, else what the answer before said
     * @param messages how many messages at most; 0 only checks queue and selector
     * @param bytes how many bytes of them; one message may overshoot
     * @param selector null for none (3.8.1)
     */
    record Browse(
            long requestId,
            int partition,
            long subscriptionId,
            long position,
            int messages,
            int bytes,
            @Nullable String selector)
            implements TrafficFrame {

        @Override
        public int type() {
            return 0x34;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeVarint(subscriptionId);
            to.writeVarint(position).writeVarint(messages).writeVarint(bytes);
            to.writeNullableString(selector);
        }

        static Browse read(WireInput from) {
            return new Browse(
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readVarint(),
                    from.readVarint(),
                    from.readCount(Integer.MAX_VALUE),
                    from.readCount(Integer.MAX_VALUE),
                    from.readNullableString());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.browse(this);
        }
    }
}
