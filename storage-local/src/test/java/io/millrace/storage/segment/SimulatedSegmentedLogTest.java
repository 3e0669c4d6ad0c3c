package io.millrace.storage.segment;

import io.millrace.core.log.PartitionLog;
import io.millrace.storage.PartitionLogContract;
import io.millrace.storage.simulated.SimulatedDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract on a simulated disk, with threads. */
final class SimulatedSegmentedLogTest extends PartitionLogContract {

    private static final SegmentLimits SMALL = new SegmentLimits(64 << 10, 1 << 10, 2, 20);

    private final Flusher flusher = Flusher.start(new SimulatedDisk(1));

    @Override
    protected PartitionLog open(long epoch, PartitionLog.Listener listener) {
        return SegmentedLog.open(
                new SegmentedLogConfig(Path.of("/log"), 3, epoch, SMALL, flusher, listener));
    }

    @AfterEach
    void endFlusher() {
        closeLog();
        flusher.close();
    }
}
