package io.millrace.core.partition;

import io.millrace.wire.DestinationKind;

/** Numbers about a destination. */
public record DestinationReport(
        long destinationId,
        DestinationKind kind,
        String name,
        long nextSequence,
        long lowestNeededSequence,
        int subscriptions) {

    /** Receives what a {@code Query} asked for, during the turn that handles it. */
    public interface Receiver {
        void destination(DestinationReport report);
    }
}
