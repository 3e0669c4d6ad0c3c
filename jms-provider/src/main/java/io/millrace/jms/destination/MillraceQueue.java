package io.millrace.jms.destination;

import io.millrace.jms.jndi.MillraceObjects;
import io.millrace.wire.DestinationKind;
import jakarta.jms.Queue;
import javax.naming.Reference;
import javax.naming.Referenceable;

/** A queue by name. */
public final class MillraceQueue extends MillraceDestination implements Queue, Referenceable {

    private static final long serialVersionUID = 1L;

    public MillraceQueue(String name) {
        super(DestinationKind.QUEUE, name);
    }

    @Override
    public String getQueueName() {
        return name();
    }

    /** A reference for a naming service: {@link MillraceObjects} makes a queue of it again. */
    @Override
    public Reference getReference() {
        return MillraceObjects.reference(this);
    }
}
