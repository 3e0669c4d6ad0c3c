package io.millrace.tck;

import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests each with a broker of their own on the network, which may be restarted at its port. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class RestartedBroker {

    private final int partitions;
    private final List<Connection> opened = new CopyOnWriteArrayList<>();

    @TempDir Path directory = Path.of("");
    NetworkBroker broker;

    RestartedBroker(int partitions) {
        this.partitions = partitions;
    }

    @BeforeEach
    void startBroker() {
        broker = new NetworkBroker(directory.resolve("data"), partitions);
    }

    @AfterEach
    void stopBroker() throws JMSException {
        for (Connection each : opened) {
            each.close();
        }
        broker.close();
    }

    /** A started connection, which is closed after the test. */
    Connection connect(String options) throws JMSException {
        return started(broker.factory(options).createConnection());
    }

    /** Likewise, for branches of distributed transactions. */
    XAConnection connectManaged(String options) throws JMSException {
        return started(
                new MillraceXAConnectionFactory(broker.factory(options).getUri())
                        .createXAConnection());
    }

    private <C extends Connection> C started(C connection) throws JMSException {
        opened.add(connection);
        connection.start();
        return connection;
    }
}
