package io.millrace.core.catalog;

import io.millrace.core.partition.Filter;
import io.millrace.core.partition.Sharing;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that the catalog remembers across a crash, and the only place where it changes. */
final class CatalogState implements CatalogEvent.Handler {

    /** Without filters a snapshot is as it always was. */
    private static final int PLAIN_SNAPSHOT_VERSION = 1;

    private static final int FILTERED_SNAPSHOT_VERSION = 2;

    private static final int SHARED_SNAPSHOT_VERSION = 3;

    private record DestinationKey(DestinationKind kind, String name) {

        // Written out like those of Id128.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof DestinationKey key && kind == key.kind && name.equals(key.name);
        }

        @Override
        public int hashCode() {
            return 31 * kind.hashCode() + name.hashCode();
        }
    }

    /** Durable and non-durable ones may have the same name (Jakarta Messaging 3.1, 8.3.2). */
    private record SubscriptionKey(String clientId, String name, boolean durable) {

        static SubscriptionKey of(String clientId, String name, Sharing sharing) {
            return new SubscriptionKey(clientId, name, sharing != Sharing.NON_DURABLE);
        }

        static SubscriptionKey of(CatalogEvent.SubscriptionCreated created) {
            return of(created.clientId(), created.name(), created.sharing());
        }
    }

    private final Map<DestinationKey, CatalogEvent.DestinationCreated> destinationsByName =
            new LinkedHashMap<>();
    private final Map<Long, CatalogEvent.DestinationCreated> destinationsById =
            new LinkedHashMap<>();

    /** Where the first of those lives that belong together. */
    private final Map<String, Integer> partitionsByKey = new HashMap<>();

    private final Map<SubscriptionKey, CatalogEvent.SubscriptionCreated> subscriptionsByName =
            new LinkedHashMap<>();
    final Map<String, Id128> connectionsByClientId = new LinkedHashMap<>();
    private long nextId = 1;

    /**
     * An id for a new destination or subscription. It is taken once an event with it is applied.
     */
    long nextId() {
        return nextId;
    }

    CatalogEvent.@Nullable DestinationCreated destination(DestinationKind kind, String name) {
        return destinationsByName.get(new DestinationKey(kind, name));
    }

    CatalogEvent.@Nullable DestinationCreated destination(long id) {
        return destinationsById.get(id);
    }

    /** The partition that a subscription lives in: that of its topic. */
    int partitionOf(CatalogEvent.SubscriptionCreated subscription) {
        CatalogEvent.DestinationCreated topic = destination(subscription.destinationId());
        return topic == null ? Frame.FIRST_PARTITION : topic.partition();
    }

    /** Where a new destination goes: to those that belong together with it, if there are some. */
    int placementOf(String name, int partitions) {
        String key = Placement.keyOf(name);
        Integer known = partitionsByKey.get(key);
        return known == null ? Placement.of(key, partitions) : known;
    }

    int highestPartition() {
        return destinationsById.values().stream()
                .mapToInt(CatalogEvent.DestinationCreated::partition)
                .max()
                .orElse(0);
    }

    /** The one that a subscription would be, or that has its name and is of another kind. */
    CatalogEvent.@Nullable SubscriptionCreated subscription(
            String clientId, String name, Sharing sharing) {
        return subscriptionsByName.get(SubscriptionKey.of(clientId, name, sharing));
    }

    boolean hasSubscription(long id) {
        return subscriptionsByName.values().stream().anyMatch(each -> each.subscriptionId() == id);
    }

    @Nullable String clientIdOf(Id128 connectionId) {
        for (Map.Entry<String, Id128> entry : connectionsByClientId.entrySet()) {
            if (entry.getValue().equals(connectionId)) {
                return entry.getKey();
            }
        }
        return null;
    }

    @Override
    public void destinationCreated(CatalogEvent.DestinationCreated event) {
        destinationsByName.put(new DestinationKey(event.kind(), event.name()), event);
        destinationsById.put(event.destinationId(), event);
        partitionsByKey.putIfAbsent(Placement.keyOf(event.name()), event.partition());
        nextId = Math.max(nextId, event.destinationId() + 1);
    }

    @Override
    public void subscriptionCreated(CatalogEvent.SubscriptionCreated event) {
        subscriptionsByName.put(SubscriptionKey.of(event), event);
        nextId = Math.max(nextId, event.subscriptionId() + 1);
    }

    @Override
    public void subscriptionRemoved(CatalogEvent.SubscriptionRemoved event) {
        subscriptionsByName
                .values()
                .removeIf(each -> each.subscriptionId() == event.subscriptionId());
    }

    @Override
    public void clientIdClaimed(CatalogEvent.ClientIdClaimed event) {
        connectionsByClientId.put(event.clientId(), event.connectionId());
    }

    @Override
    public void clientIdReleased(CatalogEvent.ClientIdReleased event) {
        connectionsByClientId.remove(event.clientId());
    }

    void writeTo(WireOutput to) {
        List<CatalogEvent.SubscriptionCreated> filtered =
                subscriptionsByName.values().stream()
                        .filter(each -> !each.filter().isNone())
                        .toList();
        List<CatalogEvent.SubscriptionCreated> shared =
                subscriptionsByName.values().stream()
                        .filter(each -> each.sharing() != Sharing.NONE)
                        .toList();
        int version = filtered.isEmpty() ? PLAIN_SNAPSHOT_VERSION : FILTERED_SNAPSHOT_VERSION;
        version = shared.isEmpty() ? version : SHARED_SNAPSHOT_VERSION;
        to.writeVarint(version).writeVarint(nextId);
        to.writeVarint(destinationsById.size());
        destinationsById.values().forEach(each -> each.writeTo(to));
        to.writeVarint(subscriptionsByName.size());
        subscriptionsByName
                .values()
                .forEach(each -> each.with(Filter.NONE, Sharing.NONE).writeTo(to));
        to.writeVarint(connectionsByClientId.size());
        connectionsByClientId.forEach(
                (clientId, connectionId) -> to.writeString(clientId).writeId(connectionId));
        if (version >= FILTERED_SNAPSHOT_VERSION) {
            to.writeVarint(filtered.size());
            for (CatalogEvent.SubscriptionCreated each : filtered) {
                to.writeVarint(each.subscriptionId());
                each.filter().writeTo(to);
            }
        }
        if (version >= SHARED_SNAPSHOT_VERSION) {
            to.writeVarint(shared.size());
            for (CatalogEvent.SubscriptionCreated each : shared) {
                to.writeVarint(each.subscriptionId()).writeByte(each.sharing().number());
            }
        }
    }

    void readFrom(WireInput from) {
        long version = from.readVarint();
        if (version < PLAIN_SNAPSHOT_VERSION || version > SHARED_SNAPSHOT_VERSION) {
            throw new WireFormatException(
                    "Expected catalog snapshot version "
                            + PLAIN_SNAPSHOT_VERSION
                            + " to "
                            + SHARED_SNAPSHOT_VERSION
                            + ", but it is "
                            + version);
        }
        long storedNextId = from.readVarint();
        for (long left = from.readVarint(); left > 0; left--) {
            destinationCreated(CatalogEvent.DestinationCreated.read(from));
        }
        // Sharing is part of what they are found by, and comes last.
        Map<Long, CatalogEvent.SubscriptionCreated> subscriptions = new LinkedHashMap<>();
        for (long left = from.readVarint(); left > 0; left--) {
            CatalogEvent.SubscriptionCreated plain =
                    CatalogEvent.SubscriptionCreated.readPlain(from);
            subscriptions.put(plain.subscriptionId(), plain);
        }
        for (long left = from.readVarint(); left > 0; left--) {
            clientIdClaimed(CatalogEvent.ClientIdClaimed.read(from));
        }
        if (version >= FILTERED_SNAPSHOT_VERSION) {
            for (long left = from.readVarint(); left > 0; left--) {
                long id = from.readVarint();
                Filter filter = Filter.read(from);
                subscriptions.computeIfPresent(
                        id, (key, each) -> each.with(filter, each.sharing()));
            }
        }
        if (version >= SHARED_SNAPSHOT_VERSION) {
            for (long left = from.readVarint(); left > 0; left--) {
                long id = from.readVarint();
                Sharing sharing = Sharing.of(from.readUnsignedByte());
                subscriptions.computeIfPresent(
                        id, (key, each) -> each.with(each.filter(), sharing));
            }
        }
        subscriptions.values().forEach(this::subscriptionCreated);
        nextId = storedNextId;
    }
}
