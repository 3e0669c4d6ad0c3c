package io.millrace.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.server.Broker;
import io.millrace.server.partition.PreparedReport;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The meters of a broker, for whatever registry an application or an operator has:
 *
 * <pre>{@code
 * new BrokerMetrics(broker).bindTo(registry);
 * }</pre>
 *
 * <p>Each has a tag {@code partition}; a branch may be prepared in several.
 *
 * <ul>
 *   <li>{@code millrace.transactions.prepared}: branches of distributed transactions that are
 *       prepared and not decided
 *   <li>{@code millrace.transactions.prepared.oldest.age}, in seconds: how long the oldest of them
 *       has been; 0 if there is none
 *   <li>{@code millrace.transactions.decided.by.hand}: branches that an administrator decided and
 *       nobody has forgotten
 * </ul>
 */
public final class BrokerMetrics implements MeterBinder {

    private static final double MILLIS_OF_A_SECOND = 1_000;

    private final Broker broker;
    private final LongSupplier clock;

    public BrokerMetrics(Broker broker) {
        this(broker, System::currentTimeMillis);
    }

    /**
     * For a broker that was started with another clock than the system's.
     *
     * @param clock milliseconds since 1970
     */
    public BrokerMetrics(Broker broker, LongSupplier clock) {
        this.broker = broker;
        this.clock = clock;
    }

    /** A registry keeps no broker from being collected that is closed. */
    @Override
    public void bindTo(MeterRegistry registry) {
        LongSupplier now = clock;
        for (int partition : broker.prepared().keySet()) {
            gauge(partition, "millrace.transactions.prepared", PreparedReport::prepared)
                    .description("Branches that are prepared and not decided")
                    .register(registry);
            gauge(
                            partition,
                            "millrace.transactions.prepared.oldest.age",
                            report -> ageSeconds(report, now))
                    .description("How long the oldest prepared branch has been")
                    .baseUnit("seconds")
                    .register(registry);
            gauge(partition, "millrace.transactions.decided.by.hand", PreparedReport::decided)
                    .description("Branches that an administrator decided and nobody has forgotten")
                    .register(registry);
        }
    }

    private Gauge.Builder<Broker> gauge(
            int partition, String name, ToDoubleFunction<PreparedReport> value) {
        return Gauge.builder(
                        name,
                        broker,
                        asked ->
                                value.applyAsDouble(
                                        Objects.requireNonNull(asked.prepared().get(partition))))
                .tag("partition", String.valueOf(partition));
    }

    private static double ageSeconds(PreparedReport report, LongSupplier clock) {
        return report.prepared() == 0
                ? 0
                : Math.max(0, clock.getAsLong() - report.oldestMillis()) / MILLIS_OF_A_SECOND;
    }
}
