package io.millrace.jms;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.DestinationKind;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/** Which destinations can be used, and for what; anything else is refused (10.3). */
final class Destinations {

    private Destinations() {}

    /** One that this provider made. */
    static MillraceDestination own(@Nullable Destination destination) throws JMSException {
        if (destination instanceof MillraceDestination millrace) {
            return millrace;
        }
        throw new InvalidDestinationException(
                "Expected a destination made by this provider, but it is " + destination);
    }

    /** Jakarta Messaging 3.1, 4.2.7: no durable subscription on a temporary topic. */
    static MillraceDestination lastingTopic(@Nullable Topic topic) throws JMSException {
        MillraceDestination own = own(topic);
        if (own.kind() != DestinationKind.TOPIC) {
            throw new InvalidDestinationException(
                    "Expected a topic that is not temporary, but it is " + own);
        }
        return own;
    }

    /** A name that a destination can have. */
    static String name(@Nullable String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException(
                    "Expected the name of a destination, but it is empty");
        }
        return name;
    }
}
