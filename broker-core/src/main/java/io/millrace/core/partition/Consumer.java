package io.millrace.core.partition;

import io.millrace.core.Origin;
import org.jspecify.annotations.Nullable;

/** A consumer that is attached now. Soft state, owned by the partition's thread. */
final class Consumer {

    final Holder holder;
    final long consumerId;
    final long linkId;
    final Subscription subscription;

    /** How many more messages may leave for it. */
    long creditMessages;

    /** How many more bytes; one delivery may overshoot, so that a large message always fits. */
    long creditBytes;

    boolean paused;

    /** What it selects of a queue; null for everything. */
    @Nullable Selection selection;

    /** It wants to hear when nothing more can be delivered. */
    boolean draining;

    Consumer(Origin origin, long consumerId, Subscription subscription) {
        this.holder = new Holder(origin.connectionId(), consumerId);
        this.consumerId = consumerId;
        this.linkId = origin.linkId();
        this.subscription = subscription;
    }

    boolean canTake() {
        return creditMessages > 0 && creditBytes > 0 && !paused;
    }
}
