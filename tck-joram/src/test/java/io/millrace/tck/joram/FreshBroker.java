package io.millrace.tck.joram;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** An empty broker for one test, and how to reach it. */
interface FreshBroker extends AutoCloseable {

    /** Where the broker is. */
    enum Kind {
        MEMORY,
        DISK,
        NETWORK
    }

    static FreshBroker start(Kind kind) throws JMSException, IOException {
        return switch (kind) {
            case MEMORY -> new Embedded("millrace:mem:" + UUID.randomUUID());
            case DISK -> new OnDisk(Files.createTempDirectory("millrace-joram"));
            case NETWORK -> new OnNetwork();
        };
    }

    /** What a connection factory is made with. */
    String uri();

    @Override
    void close() throws JMSException, IOException;

    /** Runs as long as its first connection is open. */
    final class Embedded implements FreshBroker {

        private final String uri;
        private final Connection held;

        Embedded(String uri) throws JMSException {
            this.uri = uri;
            held = new MillraceConnectionFactory(uri).createConnection();
        }

        @Override
        public String uri() {
            return uri;
        }

        @Override
        public void close() throws JMSException {
            held.close();
        }
    }

    /** Embedded, with a log in a directory that goes with it. */
    final class OnDisk implements FreshBroker {

        private final Path directory;
        private final Embedded broker;

        OnDisk(Path directory) throws JMSException {
            this.directory = directory;
            broker =
                    new Embedded(
                            "millrace:file:" + directory + "?broker.log.segment.bytes=1048576");
        }

        @Override
        public String uri() {
            return broker.uri();
        }

        @Override
        public void close() throws JMSException, IOException {
            broker.close();
            List<Path> deepestFirst;
            try (Stream<Path> files = Files.walk(directory)) {
                deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        }
    }

    /** In memory, behind a free port of the loopback. */
    final class OnNetwork implements FreshBroker {

        private final Broker broker = Broker.start(LogOpeners.inMemory(), PartitionLimits.NETWORK);
        private final NettyAcceptor acceptor =
                NettyAcceptor.listen("127.0.0.1", 0, 1, broker::accept);

        @Override
        public String uri() {
            return "millrace://127.0.0.1:" + acceptor.port();
        }

        @Override
        public void close() {
            acceptor.close();
            broker.close();
        }
    }
}
