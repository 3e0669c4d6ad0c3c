package io.millrace.tck;

import static org.awaitility.Awaitility.await;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpener;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A broker on the network with a durable log, which can be stopped and started at its port. */
public final class NetworkBroker implements AutoCloseable {

    private static final String SEGMENT_BYTES = "" + (1 << 20);

    private final Supplier<LogOpener> logs;
    private int port;
    private @Nullable Broker broker;
    private @Nullable NettyAcceptor acceptor;

    NetworkBroker(Path data) {
        this(data, 1);
    }

    NetworkBroker(Path data, int partitions) {
        this(
                () ->
                        LogOpeners.inDirectory(
                                data,
                                BrokerConfiguration.parse(
                                        Map.of(
                                                "log.segment.bytes",
                                                SEGMENT_BYTES,
                                                "num.partitions",
                                                "" + partitions))));
    }

    /**
     * Starts a broker.
     *
     * @param logs asked at each start
     */
    public NetworkBroker(Supplier<LogOpener> logs) {
        this.logs = logs;
        start();
    }

    /** Starts at the port of the first time; somebody may have it for a moment. */
    public void start() {
        Broker started = Broker.start(logs.get(), PartitionLimits.NETWORK);
        broker = started;
        NettyAcceptor listening =
                await().atMost(Duration.ofSeconds(30))
                        .ignoreException(IllegalStateException.class)
                        .until(
                                () -> NettyAcceptor.listen("127.0.0.1", port, 1, started::accept),
                                made -> true);
        acceptor = listening;
        port = listening.port();
    }

    /** Stops as SIGTERM does. */
    public void stop() {
        NettyAcceptor listening = acceptor;
        if (listening != null) {
            listening.close();
            acceptor = null;
        }
        Broker running = broker;
        if (running != null) {
            running.close();
            broker = null;
        }
    }

    void restart() {
        stop();
        start();
    }

    public int port() {
        return port;
    }

    MillraceConnectionFactory factory(String options) {
        return new MillraceConnectionFactory("millrace://127.0.0.1:" + port + options);
    }

    @Override
    public void close() {
        stop();
    }
}
