package io.millrace.jms.destination;

import io.millrace.wire.DestinationKind;
import jakarta.jms.Queue;

/** A queue by name. */
public final class MillraceQueue extends MillraceDestination implements Queue {

    private static final long serialVersionUID = 1L;

    public MillraceQueue(String name) {
        super(DestinationKind.QUEUE, name);
    }

    @Override
    public String getQueueName() {
        return name();
    }
}
