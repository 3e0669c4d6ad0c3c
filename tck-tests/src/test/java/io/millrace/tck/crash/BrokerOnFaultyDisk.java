package io.millrace.tck.crash;

import io.millrace.core.log.PartitionLog;
import io.millrace.server.LogOpener;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.SimulatedDisk;
import io.millrace.tck.NetworkBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A whole broker on the network, with its logs on a disk that a test breaks. */
final class BrokerOnFaultyDisk implements AutoCloseable {

    /** Small, so that much of what a broker has is behind the tail. */
    private static final SegmentLimits LIMITS = new SegmentLimits(1 << 20, 64 << 10, 2, 50);

    private static final Path DATA = Path.of("/data");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final NetworkBroker broker = new NetworkBroker(() -> new Logs(Flusher.start(disk)));

    private record Logs(Flusher flusher) implements LogOpener {
        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            SegmentedLog log =
                    SegmentedLog.open(
                            new SegmentedLogConfig(
                                    directory(partition),
                                    partition,
                                    SegmentedLogConfig.NEXT_EPOCH,
                                    LIMITS,
                                    flusher,
                                    listener));
            return new Opened(log, log.epoch());
        }

        @Override
        public @Nullable String shortage() {
            return null;
        }

        @Override
        public Usage usage() {
            return new Usage(0, 0);
        }

        @Override
        public void close() {
            flusher.close();
        }
    }

    private static Path directory(int partition) {
        return DATA.resolve("partition-" + partition);
    }

    /** As whoever looks after a broker does when it stays closed. */
    void restart() {
        broker.stop();
        disk.killProcess();
        broker.start();
    }

    String uri() {
        return "millrace://127.0.0.1:" + broker.port() + "?connect.timeout.ms=60000";
    }

    /** From now on what a test says fails, in the log of the messages. */
    void breaks(Fault fault) {
        disk.faults(
                (operation, file) -> {
                    if (file.toString().contains("partition-1")) {
                        fault.before(operation, file);
                    }
                });
    }

    /** From now on nothing fails by itself. */
    void heal() {
        disk.faults(Fault.NONE);
    }

    /** Flips a bit of the last segment behind the tail; what flips it back, null if none. */
    @Nullable Runnable flip(Random random) throws IOException {
        List<String> segments =
                disk.list(directory(1).toAbsolutePath()).stream()
                        .filter(name -> name.endsWith(".segment"))
                        .sorted()
                        .toList();
        if (segments.size() < 2) {
            return null;
        }
        Path file = directory(1).resolve(segments.get(segments.size() - 2));
        int position = 8_192 + random.nextInt(1 << 19);
        int bit = random.nextInt(8);
        disk.flipBit(file, position, bit);
        return () -> flipBack(file, position, bit);
    }

    private void flipBack(Path file, int position, int bit) {
        try {
            // It may have been given back meanwhile.
            if (disk.list(directory(1).toAbsolutePath())
                    .contains(String.valueOf(file.getFileName()))) {
                disk.flipBit(file, position, bit);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        heal();
        broker.close();
    }
}
