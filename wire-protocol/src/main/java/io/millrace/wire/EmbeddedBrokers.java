package io.millrace.wire;

import java.util.Map;

/**
 * Finds or starts brokers in this JVM. The client looks it up through {@link
 * java.util.ServiceLoader}, so that it can serve {@code millrace:file:} and {@code millrace:mem:}
 * without seeing the broker.
 */
public interface EmbeddedBrokers {

    /**
     * A running broker with this URI, started if there is none yet. Each reference keeps it running
     * until it is closed; the last one stops it.
     *
     * @param uri {@code millrace:file:PATH} or {@code millrace:mem:NAME}, without options
     * @param configuration keys of the broker's configuration without the prefix {@code broker.}
     * @throws IllegalArgumentException if a key is unknown; the message lists the known ones
     * @throws IllegalStateException if the broker cannot start; the message says why and what to do
     */
    Reference acquire(String uri, Map<String, String> configuration);

    /** One user's hold on a broker in this JVM. */
    interface Reference extends AutoCloseable {

        /**
         * Connects to the broker. Frames that it sends are handed to the listener on a thread of
         * the broker.
         */
        FrameLink connect(FrameLink.Listener listener);

        @Override
        void close();
    }
}
