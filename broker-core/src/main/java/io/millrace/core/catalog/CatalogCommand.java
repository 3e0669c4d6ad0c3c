package io.millrace.core.catalog;

import io.millrace.core.Origin;
import io.millrace.core.partition.Filter;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.RewindStep;
import io.millrace.core.partition.Sharing;
import io.millrace.core.partition.Since;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.RewindFrom;
import org.jspecify.annotations.Nullable;

/** What the catalog can be asked to do. */
public sealed interface CatalogCommand {

    /** Who sent it; null if nobody outside did. */
    default @Nullable Origin origin() {
        return null;
    }

    void dispatch(Handler handler);

    /** One method for each command. */
    interface Handler {
        void linkOpened(LinkOpened command);

        void linkClosed(LinkClosed command);

        void connectionEnded(ConnectionEnded command);

        void claimClientId(ClaimClientId command);

        void resolveDestination(ResolveDestination command);

        void subscribe(Subscribe command);

        void unsubscribe(Unsubscribe command);

        void subscriptionDropped(SubscriptionDropped command);

        void rewind(Rewind command);

        void findDeadLetterQueue(FindDeadLetterQueue command);

        void tick(Tick command);
    }

    /** A connection can be reached over a link. */
    record LinkOpened(Origin origin) implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.linkOpened(this);
        }
    }

    /** A link broke; its connection may come back over another. */
    record LinkClosed(Origin origin) implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.linkClosed(this);
        }
    }

    /** A connection will not come back. */
    record ConnectionEnded(Id128 connectionId) implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.connectionEnded(this);
        }
    }

    /** Take a client id for a connection. */
    record ClaimClientId(Origin origin, long requestId, String clientId) implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.claimClientId(this);
        }
    }

    /** Find a queue or topic, or create it. */
    record ResolveDestination(Origin origin, long requestId, DestinationKind kind, String name)
            implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.resolveDestination(this);
        }
    }

    /**
     * Find or create a subscription on a topic, or a plain one on a queue that only reads it.
     *
     * @param name of a durable or shared one; empty for a plain one, which {@code token} names
     * @param filter what of the topic it gets; a durable one that gets something else is dropped
     *     and created anew (Jakarta Messaging 3.1, 8.3.3)
     * @param since where in the past a new one begins; null for now
     */
    record Subscribe(
            Origin origin,
            long requestId,
            DestinationKind kind,
            String topic,
            String name,
            long token,
            Filter filter,
            Sharing sharing,
            @Nullable Since since)
            implements CatalogCommand {

        /** On a topic, from now on. */
        public Subscribe(
                Origin origin,
                long requestId,
                String topic,
                String name,
                long token,
                Filter filter,
                Sharing sharing) {
            this(
                    origin,
                    requestId,
                    DestinationKind.TOPIC,
                    topic,
                    name,
                    token,
                    filter,
                    sharing,
                    null);
        }

        /** What the partition has to do. */
        PartitionCommand toPartition(PartitionCommand.OpenSubscription open) {
            return since == null
                    ? open
                    : new PartitionCommand.Rewind(
                            new RewindStep.Ask(
                                    origin,
                                    requestId,
                                    open.subscriptionId(),
                                    since.from(),
                                    since.value(),
                                    null,
                                    false,
                                    open));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.subscribe(this);
        }
    }

    /** Delete a durable subscription of the connection's client id, or one that has none. */
    record Unsubscribe(Origin origin, long requestId, String name) implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.unsubscribe(this);
        }
    }

    /**
     * A subscription is gone from its partition: it was asked to delete it, or the last consumer of
     * a shared non-durable one has left (8.3.2).
     *
     * @param requestId 0 if nobody waits for an answer
     * @param successor what to do now; null for nothing but to answer
     */
    record SubscriptionDropped(
            Origin origin, long requestId, long subscriptionId, @Nullable Subscribe successor)
            implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.subscriptionDropped(this);
        }
    }

    /**
     * Take a queue, or a topic's subscription with a name, back in time; its partition answers.
     *
     * @param subscription null for a queue
     * @param clientId of the subscription; null for that of the connection, or none
     * @param from what {@code value} is: a sequence, or milliseconds since 1970
     * @param selector found to be one; null for everything
     */
    record Rewind(
            Origin origin,
            long requestId,
            DestinationKind kind,
            String destination,
            @Nullable String subscription,
            @Nullable String clientId,
            RewindFrom from,
            long value,
            @Nullable String selector,
            boolean dryRun)
            implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.rewind(this);
        }
    }

    /** A partition wants to know where a queue of dead letters lives; it is made if missing. */
    record FindDeadLetterQueue(int partition, String queue) implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.findDeadLetterQueue(this);
        }
    }

    /** Time has passed. */
    record Tick() implements CatalogCommand {
        @Override
        public void dispatch(Handler handler) {
            handler.tick(this);
        }
    }
}
