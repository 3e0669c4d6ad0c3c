package io.millrace.storage.segment;

import io.millrace.core.log.PartitionLog;
import io.millrace.storage.PartitionLogContract;
import io.millrace.storage.file.LocalDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the disk of this machine, with threads. */
final class SegmentedLogTest extends PartitionLogContract {

    private static final SegmentLimits SMALL = new SegmentLimits(64 << 10, 1 << 10, 2, 20);

    private static Flusher flusher = Flusher.stepped(new LocalDisk());

    @TempDir Path directory = Path.of("unset");

    @BeforeAll
    static void startFlusher() {
        flusher = Flusher.start(new LocalDisk());
    }

    @AfterAll
    static void endFlusher() {
        flusher.close();
    }

    @Override
    protected PartitionLog open(long epoch, PartitionLog.Listener listener) {
        return SegmentedLog.open(
                new SegmentedLogConfig(
                        directory.resolve("partition-3"), 3, epoch, SMALL, flusher, listener));
    }
}
