package io.millrace.jms.destination;

import io.millrace.wire.DestinationKind;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import org.jspecify.annotations.Nullable;

/**
 * A temporary queue: anyone sends to it, only the connection that created it consumes from it and
 * deletes it.
 */
public final class MillraceTemporaryQueue extends MillraceDestination implements TemporaryQueue {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable TemporaryOwner owner;

    /**
     * @param owner null for one that came as JMSReplyTo from another connection
     */
    public MillraceTemporaryQueue(String name, @Nullable TemporaryOwner owner) {
        super(DestinationKind.TEMPORARY_QUEUE, name);
        this.owner = owner;
    }

    @Override
    public String getQueueName() {
        return name();
    }

    @Override
    public void delete() throws JMSException {
        if (owner == null) {
            throw new JMSException(
                    "Expected the connection that created "
                            + name()
                            + " to delete it, but this is another");
        }
        owner.deleteTemporary(this);
    }
}
