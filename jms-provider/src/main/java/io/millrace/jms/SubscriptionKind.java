package io.millrace.jms;

import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * What kind of subscription a consumer is to be on (Jakarta Messaging 3.1, 8.3). Nothing of it
 * matters for a queue.
 *
 * @param name null for an unshared non-durable one
 */
record SubscriptionKind(@Nullable String name, boolean durable, boolean shared, boolean noLocal) {

    /** An unshared non-durable one, or a queue. */
    static SubscriptionKind plain(boolean noLocal) {
        return new SubscriptionKind(null, false, false, noLocal);
    }

    /** One with a name. */
    static SubscriptionKind named(String name, boolean durable, boolean shared, boolean noLocal)
            throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new JMSException(
                    "Expected a name for the "
                            + (shared ? "shared " : "")
                            + (durable ? "durable " : "")
                            + "subscription, but it is empty");
        }
        return new SubscriptionKind(name, durable, shared, noLocal);
    }
}
