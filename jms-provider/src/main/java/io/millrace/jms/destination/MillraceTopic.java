package io.millrace.jms.destination;

import io.millrace.jms.jndi.MillraceObjects;
import io.millrace.wire.DestinationKind;
import jakarta.jms.Topic;
import javax.naming.Reference;
import javax.naming.Referenceable;

/** A topic by name. */
public final class MillraceTopic extends MillraceDestination implements Topic, Referenceable {

    private static final long serialVersionUID = 1L;

    public MillraceTopic(String name) {
        super(DestinationKind.TOPIC, name);
    }

    @Override
    public String getTopicName() {
        return name();
    }

    /** A reference for a naming service: {@link MillraceObjects} makes a topic of it again. */
    @Override
    public Reference getReference() {
        return MillraceObjects.reference(this);
    }
}
