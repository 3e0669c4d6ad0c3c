package io.millrace.wire;

import org.jspecify.annotations.Nullable;

/** Client frames that set things up: connection, destinations, subscriptions. */
public sealed interface ControlFrame extends ClientFrame {

    /**
     * First frame of a connection.
     *
     * @param connectionId incarnation of the JMS connection; the same after a reconnect
     * @param resuming whether the client was connected under this id before
     * @param mechanism SASL mechanism: ANONYMOUS or PLAIN
     * @param initialResponse the mechanism's first message
     */
    record Hello(
            int minVersion,
            int maxVersion,
            Id128 connectionId,
            boolean resuming,
            String clientProduct,
            String mechanism,
            byte[] initialResponse)
            implements ControlFrame {

        @Override
        public int type() {
            return 0x01;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeShort(minVersion)
                    .writeShort(maxVersion)
                    .writeId(connectionId)
                    .writeBoolean(resuming);
            to.writeString(clientProduct).writeString(mechanism).writeBlob(initialResponse);
        }

        static Hello read(WireInput from) {
            return new Hello(
                    from.readUnsignedShort(),
                    from.readUnsignedShort(),
                    from.readId(),
                    from.readBoolean(),
                    from.readString(),
                    from.readString(),
                    from.readBlob());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.hello(this);
        }
    }

    /** Next message of a SASL exchange of several steps. */
    record Authenticate(byte[] response) implements ControlFrame {

        @Override
        public int type() {
            return 0x02;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeBlob(response);
        }

        static Authenticate read(WireInput from) {
            return new Authenticate(from.readBlob());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.authenticate(this);
        }
    }

    /** Asks for a {@link BrokerFrame.Pong} with the same token. */
    record Ping(long token) implements ControlFrame {

        @Override
        public int type() {
            return 0x03;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeLong(token);
        }

        static Ping read(WireInput from) {
            return new Ping(from.readLong());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.ping(this);
        }
    }

    /** Clean end: nothing of this connection is kept for a reconnect. */
    record Goodbye(long requestId) implements ControlFrame {

        @Override
        public int type() {
            return 0x04;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId);
        }

        static Goodbye read(WireInput from) {
            return new Goodbye(from.readVarint());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.goodbye(this);
        }
    }

    /**
     * Takes a client id for this connection (Jakarta Messaging 3.1, 6.1.2). Idempotent for the same
     * connection id.
     */
    record ClaimClientId(long requestId, String clientId) implements ControlFrame {

        @Override
        public int type() {
            return 0x10;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeString(clientId);
        }

        static ClaimClientId read(WireInput from) {
            return new ClaimClientId(from.readVarint(), from.readString());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.claimClientId(this);
        }
    }

    /** Asks where a queue or topic lives; creates it if the broker allows. */
    record ResolveDestination(long requestId, DestinationKind kind, String name)
            implements ControlFrame {

        @Override
        public int type() {
            return 0x11;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeByte(kind.number()).writeString(name);
        }

        static ResolveDestination read(WireInput from) {
            return new ResolveDestination(
                    from.readVarint(),
                    DestinationKind.of(from.readUnsignedByte()),
                    from.readString());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.resolveDestination(this);
        }
    }

    /**
     * Creates a temporary destination that lives as long as this connection. Idempotent for the
     * same name.
     */
    record CreateTemporary(long requestId, DestinationKind kind, String name)
            implements ControlFrame {

        @Override
        public int type() {
            return 0x12;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeByte(kind.number()).writeString(name);
        }

        static CreateTemporary read(WireInput from) {
            return new CreateTemporary(
                    from.readVarint(),
                    DestinationKind.of(from.readUnsignedByte()),
                    from.readString());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.createTemporary(this);
        }
    }

    /** Deletes a temporary destination of this connection; refused while it has consumers. */
    record DeleteTemporary(long requestId, int partition, long destinationId)
            implements ControlFrame {

        @Override
        public int type() {
            return 0x13;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeVarint(partition).writeVarint(destinationId);
        }

        static DeleteTemporary read(WireInput from) {
            return new DeleteTemporary(
                    from.readVarint(), from.readVarintInt("partition"), from.readVarint());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.deleteTemporary(this);
        }
    }

    /**
     * Finds or creates a subscription on a topic.
     *
     * @param topic the topic's name
     * @param kind TOPIC or TEMPORARY_TOPIC; QUEUE only with {@code from}, for a plain one that
     *     reads the queue and takes nothing from it
     * @param name the subscription's name; null for a plain one that lives as long as its
     *     connection
     * @param durable whether it outlives its consumers (8.3.3)
     * @param shared whether several consumers share it (8.3.2); reserved
     * @param selector null for none (Jakarta Messaging 3.1, 3.8.1)
     * @param noLocal whether messages of the same connection, and for a durable subscription of the
     *     same client id, are left out (8.3.1, 8.3.3)
     * @param token number that the client gives to a plain subscription, so that asking again after
     *     a reconnect finds it
     * @param from where in the past a new subscription begins; null for what is sent from now on
     * @param value what {@code from} says it is
     */
    record Subscribe(
            long requestId,
            DestinationKind kind,
            String topic,
            @Nullable String name,
            boolean durable,
            boolean shared,
            @Nullable String selector,
            boolean noLocal,
            long token,
            @Nullable RewindFrom from,
            long value)
            implements ControlFrame {

        /** One that begins now. */
        public Subscribe(
                long requestId,
                DestinationKind kind,
                String topic,
                @Nullable String name,
                boolean durable,
                boolean shared,
                @Nullable String selector,
                boolean noLocal,
                long token) {
            this(requestId, kind, topic, name, durable, shared, selector, noLocal, token, null, 0);
        }

        @Override
        public int type() {
            return 0x14;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId)
                    .writeByte(kind.number())
                    .writeString(topic)
                    .writeNullableString(name);
            to.writeBoolean(durable)
                    .writeBoolean(shared)
                    .writeNullableString(selector)
                    .writeBoolean(noLocal);
            to.writeVarint(token);
            if (from != null) {
                to.writeByte(from.number()).writeVarint(value);
            }
        }

        static Subscribe read(WireInput from) {
            return new Subscribe(
                    from.readVarint(),
                    DestinationKind.of(from.readUnsignedByte()),
                    from.readString(),
                    from.readNullableString(),
                    from.readBoolean(),
                    from.readBoolean(),
                    from.readNullableString(),
                    from.readBoolean(),
                    from.readVarint(),
                    // Added later: clients that do not know them end before them.
                    from.hasRemaining() ? RewindFrom.of(from.readUnsignedByte()) : null,
                    from.hasRemaining() ? from.readVarint() : 0);
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.subscribe(this);
        }
    }

    /**
     * Deletes a durable subscription of this connection's client id; refused while it has a
     * consumer.
     */
    record Unsubscribe(long requestId, String name) implements ControlFrame {

        @Override
        public int type() {
            return 0x15;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeString(name);
        }

        static Unsubscribe read(WireInput from) {
            return new Unsubscribe(from.readVarint(), from.readString());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.unsubscribe(this);
        }
    }

    /**
     * Takes a queue, or a topic's subscription with a name, back in time: what it has settled from
     * there on waits again, but what has expired. Answered with {@link Rewound}; asked again over a
     * later link of the connection it tells the outcome.
     *
     * @param kind QUEUE or TOPIC
     * @param subscription null for a queue
     * @param clientId of the subscription; null for that of the connection, or none
     * @param from what {@code value} is
     * @param value a sequence, or milliseconds since 1970; 0 with BEGINNING
     * @param selector of what comes again; null for all (Jakarta Messaging 3.1, 3.8.1)
     * @param dryRun whether to count only
     */
    record Rewind(
            long requestId,
            DestinationKind kind,
            String destination,
            @Nullable String subscription,
            @Nullable String clientId,
            RewindFrom from,
            long value,
            @Nullable String selector,
            boolean dryRun)
            implements ControlFrame {

        @Override
        public int type() {
            return 0x16;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(requestId).writeByte(kind.number()).writeString(destination);
            to.writeNullableString(subscription).writeNullableString(clientId);
            to.writeByte(from.number()).writeVarint(value);
            to.writeNullableString(selector).writeBoolean(dryRun);
        }

        static Rewind read(WireInput from) {
            return new Rewind(
                    from.readVarint(),
                    DestinationKind.of(from.readUnsignedByte()),
                    from.readString(),
                    from.readNullableString(),
                    from.readNullableString(),
                    RewindFrom.of(from.readUnsignedByte()),
                    from.readVarint(),
                    from.readNullableString(),
                    from.readBoolean());
        }

        @Override
        public <R> R dispatch(ClientFrame.Handler<R> handler) {
            return handler.rewind(this);
        }
    }
}
