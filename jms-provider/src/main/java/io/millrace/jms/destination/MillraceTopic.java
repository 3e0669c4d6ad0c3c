package io.millrace.jms.destination;

import io.millrace.wire.DestinationKind;
import jakarta.jms.Topic;

/** A topic by name. */
public final class MillraceTopic extends MillraceDestination implements Topic {

    private static final long serialVersionUID = 1L;

    public MillraceTopic(String name) {
        super(DestinationKind.TOPIC, name);
    }

    @Override
    public String getTopicName() {
        return name();
    }
}
