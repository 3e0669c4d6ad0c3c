package io.millrace.jms.destination;

import io.millrace.wire.DestinationKind;
import io.millrace.wire.WireFormatException;
import jakarta.jms.Destination;
import java.io.Serializable;

/** A queue or topic by kind and name. Two are equal if both are. */
public abstract sealed class MillraceDestination implements Destination, Serializable
        permits MillraceQueue, MillraceTopic, MillraceTemporaryQueue, MillraceTemporaryTopic {

    private static final long serialVersionUID = 1L;

    private final DestinationKind kind;
    private final String name;

    MillraceDestination(DestinationKind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    /** The destination with this kind and name; a temporary one is not tied to a connection. */
    public static MillraceDestination of(DestinationKind kind, String name) {
        return switch (kind) {
            case QUEUE -> new MillraceQueue(name);
            case TOPIC -> new MillraceTopic(name);
            case TEMPORARY_QUEUE -> new MillraceTemporaryQueue(name, null);
            case TEMPORARY_TOPIC -> new MillraceTemporaryTopic(name, null);
            case BODY ->
                    throw new WireFormatException(
                            "Expected a queue or a topic, but it is the body of a message");
        };
    }

    public DestinationKind kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MillraceDestination
                && ((MillraceDestination) other).kind == kind
                && ((MillraceDestination) other).name.equals(name);
    }

    @Override
    public int hashCode() {
        return kind.hashCode() * 31 + name.hashCode();
    }

    /** {@code queue://name} or {@code topic://name}. */
    @Override
    public String toString() {
        return (kind.isQueue() ? "queue://" : "topic://") + name;
    }
}
