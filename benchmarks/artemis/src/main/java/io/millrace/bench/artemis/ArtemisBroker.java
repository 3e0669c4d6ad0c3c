package io.millrace.bench.artemis;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * An Artemis broker as its users would run it where a confirmed message must survive a loss of
 * power.
 *
 * <p>What differs from its defaults, and why: no security and no management, which would only cost
 * it; a buffer timeout that suits the device (its default for NIO, 3.3 ms, is made for slow disks);
 * no limit per address, so that it pages only when half of the heap is taken, which the driver's
 * bounded backlog never does, except where a workload asks for one.
 */
public final class ArtemisBroker {

    private static final int BUFFER_TIMEOUT_NANOS = 100_000;
    private static final long MEMORY_BYTES = 512L << 20;

    private ArtemisBroker() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 6
                || !args[0].equals("--batch-delay")
                || !args[2].equals("--data")
                || !args[4].equals("--port")) {
            System.err.println("usage: ArtemisBroker --batch-delay MILLIS --data DIR --port PORT");
            System.exit(2);
        }
        String batchDelay = args[1];
        String port = args[5];
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration(Path.of(args[3]), port, batchDelay));
        server.start();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped)));
        System.out.println("Artemis broker ready on 127.0.0.1:" + port);
        stopped.await();
    }

    private static Configuration configuration(Path data, String port, String batchDelay)
            throws Exception {
        Configuration configuration =
                new ConfigurationImpl()
                        .setSecurityEnabled(false)
                        .setJMXManagementEnabled(false)
                        .setJournalDirectory(data.resolve("journal").toString())
                        .setBindingsDirectory(data.resolve("bindings").toString())
                        .setPagingDirectory(data.resolve("paging").toString())
                        .setLargeMessagesDirectory(data.resolve("large").toString())
                        .setJournalType(JournalType.NIO)
                        .setJournalDatasync(true)
                        .setJournalSyncTransactional(true)
                        .setJournalSyncNonTransactional(true)
                        .setJournalBufferTimeout_NIO(BUFFER_TIMEOUT_NANOS)
                        .setJournalPoolFiles(10)
                        .setGlobalMaxSize(MEMORY_BYTES);
        configuration.addAcceptorConfiguration(
                "netty", "tcp://127.0.0.1:" + port + "?batchDelay=" + batchDelay);
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                        .setMaxSizeBytes(-1));
        return configuration;
    }

    private static void stop(EmbeddedActiveMQ server, CountDownLatch stopped) {
        try {
            server.stop();
        } catch (Exception e) {
            // Its stop() declares any exception; the process ends either way, and the runner reads
            // this from the log.
            System.err.println("Expected Artemis to stop cleanly, but: " + e);
        }
        stopped.countDown();
    }
}
