package io.millrace.core.catalog;

import io.millrace.core.Event;
import io.millrace.core.partition.Filter;
import io.millrace.core.partition.Sharing;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/** What happened in the catalog. Layouts in {@code docs/LOG-FORMAT.md}. */
public sealed interface CatalogEvent extends Event {

    void dispatch(Handler handler);

    /** One method for each event. */
    interface Handler {
        void destinationCreated(DestinationCreated event);

        void subscriptionCreated(SubscriptionCreated event);

        void subscriptionRemoved(SubscriptionRemoved event);

        void clientIdClaimed(ClientIdClaimed event);

        void clientIdReleased(ClientIdReleased event);
    }

    /** A queue or topic exists and has its place. */
    record DestinationCreated(
            long destinationId,
            DestinationKind kind,
            String name,
            int partition,
            int placementVersion)
            implements CatalogEvent {

        @Override
        public int type() {
            return 64;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(destinationId).writeByte(kind.number()).writeString(name);
            to.writeVarint(partition).writeVarint(placementVersion);
        }

        public static DestinationCreated read(WireInput from) {
            return new DestinationCreated(
                    from.readVarint(),
                    DestinationKind.of(from.readUnsignedByte()),
                    from.readString(),
                    from.readVarintInt("partition"),
                    from.readVarintInt("placementVersion"));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.destinationCreated(this);
        }
    }

    /**
     * A subscription with a name exists.
     *
     * @param clientId empty for a shared one that belongs to no client id
     * @param sharing written only if there is one, with the filter before it
     */
    record SubscriptionCreated(
            long subscriptionId,
            String clientId,
            String name,
            long destinationId,
            Filter filter,
            Sharing sharing)
            implements CatalogEvent {

        /** Without a filter, and not shared. */
        public SubscriptionCreated(
                long subscriptionId, String clientId, String name, long destinationId) {
            this(subscriptionId, clientId, name, destinationId, Filter.NONE, Sharing.NONE);
        }

        @Override
        public int type() {
            return 65;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId)
                    .writeString(clientId)
                    .writeString(name)
                    .writeVarint(destinationId);
            if (!filter.isNone() || sharing != Sharing.NONE) {
                filter.writeTo(to);
            }
            if (sharing != Sharing.NONE) {
                to.writeByte(sharing.number());
            }
        }

        public static SubscriptionCreated read(WireInput from) {
            SubscriptionCreated plain = readPlain(from);
            return plain.with(
                    from.hasRemaining() ? Filter.read(from) : Filter.NONE,
                    from.hasRemaining() ? Sharing.of(from.readUnsignedByte()) : Sharing.NONE);
        }

        /** Reads from a snapshot, where other things follow. */
        static SubscriptionCreated readPlain(WireInput from) {
            return new SubscriptionCreated(
                    from.readVarint(), from.readString(), from.readString(), from.readVarint());
        }

        SubscriptionCreated with(Filter newFilter, Sharing newSharing) {
            return new SubscriptionCreated(
                    subscriptionId, clientId, name, destinationId, newFilter, newSharing);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.subscriptionCreated(this);
        }
    }

    /** A durable subscription is gone. */
    record SubscriptionRemoved(long subscriptionId) implements CatalogEvent {

        @Override
        public int type() {
            return 66;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId);
        }

        public static SubscriptionRemoved read(WireInput from) {
            return new SubscriptionRemoved(from.readVarint());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.subscriptionRemoved(this);
        }
    }

    /** A connection has a client id. */
    record ClientIdClaimed(String clientId, Id128 connectionId) implements CatalogEvent {

        @Override
        public int type() {
            return 67;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeString(clientId).writeId(connectionId);
        }

        public static ClientIdClaimed read(WireInput from) {
            return new ClientIdClaimed(from.readString(), from.readId());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.clientIdClaimed(this);
        }
    }

    /** A client id is free again. */
    record ClientIdReleased(String clientId) implements CatalogEvent {

        @Override
        public int type() {
            return 68;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeString(clientId);
        }

        public static ClientIdReleased read(WireInput from) {
            return new ClientIdReleased(from.readString());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.clientIdReleased(this);
        }
    }
}
