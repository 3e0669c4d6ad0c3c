package io.millrace.server.net;

import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.partition.Filter;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.Sharing;
import io.millrace.core.partition.Since;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import org.jspecify.annotations.Nullable;

/** A part of {@link ClientLink}: what becomes of Subscribe (Jakarta Messaging 3.1, 8.3). */
final class Subscribing {

    private Subscribing() {}

    /** Jakarta Messaging 3.1, 3.8.1.1: the empty text is no selector. */
    static @Nullable String orNone(@Nullable String selector) {
        return selector == null || selector.isEmpty() ? null : selector;
    }

    /** What no client may send; null if all is well. */
    static @Nullable String outOfPlace(ControlFrame.Subscribe frame) {
        if (frame.kind() == DestinationKind.TEMPORARY_QUEUE
                || frame.kind() == DestinationKind.BODY
                || frame.kind() == DestinationKind.QUEUE && frame.from() == null) {
            return "Expected a subscription on a topic, but it is on a " + frame.kind();
        }
        if (frame.from() != null && frame.kind().isTemporary()) {
            return "Expected a subscription from now on, but it is to begin before that on a "
                    + frame.kind();
        }
        boolean hasName = frame.name() != null && !frame.name().isEmpty();
        if (hasName != (frame.durable() || frame.shared())) {
            return "Expected a name for a durable or a shared subscription and for no other, but "
                    + (hasName ? "it is neither" : "there is none");
        }
        if (hasName && frame.kind().isQueue()) {
            return "Expected no name where a queue is read, but it is " + frame.name();
        }
        return frame.shared() && frame.noLocal()
                ? "Expected noLocal for an unshared subscription, but it is shared"
                : null;
    }

    static CatalogCommand toCatalog(ControlFrame.Subscribe frame, Origin from, Filter filter) {
        return new CatalogCommand.Subscribe(
                from,
                frame.requestId(),
                frame.kind(),
                frame.topic(),
                nameOf(frame),
                frame.token(),
                filter,
                Sharing.of(frame.shared(), frame.durable()),
                frame.from() == null ? null : new Since(frame.from(), frame.value()));
    }

    /** A temporary topic is in no catalog, and so are its subscriptions. */
    static PartitionCommand toTemporary(ControlFrame.Subscribe frame, Origin from, Filter filter) {
        return new PartitionCommand.OpenSubscription(
                from,
                frame.requestId(),
                0,
                frame.topic(),
                0,
                nameOf(frame),
                frame.token(),
                0,
                filter,
                Sharing.of(frame.shared(), frame.durable()),
                null);
    }

    private static String nameOf(ControlFrame.Subscribe frame) {
        return frame.name() == null ? "" : frame.name();
    }
}
