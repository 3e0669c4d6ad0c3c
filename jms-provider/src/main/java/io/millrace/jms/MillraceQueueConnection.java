package io.millrace.jms;

import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/** A connection that knows no subscriptions (Jakarta Messaging 3.1, Table 9-1). */
final class MillraceQueueConnection extends MillraceConnection {

    MillraceQueueConnection(
            ConnectionSettings settings, @Nullable String user, @Nullable String password) {
        super(settings, user, password);
    }

    private static IllegalStateException noSubscriptions() {
        return new IllegalStateException(
                "Expected a connection that can subscribe to a topic, but this is a QueueConnection");
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            Topic topic,
            String name,
            @Nullable String selector,
            ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw noSubscriptions();
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic,
            String name,
            @Nullable String selector,
            ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw noSubscriptions();
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic,
            String name,
            @Nullable String selector,
            ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw noSubscriptions();
    }
}
