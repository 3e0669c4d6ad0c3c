package io.millrace.jms;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
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

    /** One that this provider made, and that is not only for reading what was sent before. */
    static MillraceDestination present(@Nullable Destination destination) throws JMSException {
        MillraceDestination own = own(destination);
        if (PastDestination.isPast(own)) {
            throw new InvalidDestinationException(
                    "Expected a destination to send to or to browse, but "
                            + own
                            + " is one to consume from: what was sent before");
        }
        return own;
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

    /** A name that a queue can have. */
    static MillraceQueue queue(@Nullable String name) throws JMSException {
        MillraceQueue queue = new MillraceQueue(name(name));
        PastDestination.of(queue);
        return queue;
    }

    /** A name that a topic can have. */
    static MillraceTopic topic(@Nullable String name) throws JMSException {
        MillraceTopic topic = new MillraceTopic(name(name));
        PastDestination.of(topic);
        return topic;
    }

    private static String name(@Nullable String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException(
                    "Expected the name of a destination, but it is empty");
        }
        return name;
    }
}
