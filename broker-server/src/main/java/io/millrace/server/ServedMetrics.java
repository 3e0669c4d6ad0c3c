package io.millrace.server;

import io.millrace.server.configuration.BrokerKey;
import io.millrace.server.configuration.BrokerSettings;
import io.millrace.server.configuration.Listener;
import io.millrace.server.metrics.MetricsPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The metrics of a broker process, if its configuration wants any. */
final class ServedMetrics {

    private final @Nullable MetricsPage page;

    private ServedMetrics(@Nullable MetricsPage page) {
        this.page = page;
    }

    /**
     * Begins to serve them.
     *
     * @throws IllegalArgumentException if the address is none
     * @throws IllegalStateException if it cannot be had, or Micrometer is not there
     */
    static ServedMetrics open(BrokerSettings read, Broker broker) {
        String named = read.common().text(BrokerKey.METRICS_LISTENER);
        if (named == null) {
            return new ServedMetrics(null);
        }
        List<Listener> at = Listener.parse(BrokerKey.METRICS_LISTENER, named);
        if (at.size() != 1) {
            throw new IllegalArgumentException(
                    "Expected "
                            + BrokerKey.METRICS_LISTENER.key()
                            + " to be one address, but it is "
                            + named);
        }
        try {
            return new ServedMetrics(MetricsPage.open(broker, at.get(0)));
        } catch (NoClassDefFoundError e) {
            // The one jar is without it: whoever wants metrics puts it beside.
            throw new IllegalStateException(
                    "Expected io.micrometer:micrometer-registry-prometheus on the class path for "
                            + BrokerKey.METRICS_LISTENER.key()
                            + ", but it is not there: "
                            + e.getMessage(),
                    e);
        }
    }

    /** What to tell whoever started the broker; empty if there are none. */
    String words() {
        return page == null ? "" : System.lineSeparator() + "Metrics on " + page.uri();
    }

    void close() {
        if (page != null) {
            page.close();
        }
    }
}
