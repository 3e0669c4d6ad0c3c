package io.millrace.storage.segment;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.simulated.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An owner with nothing else to do flushes in its own thread. */
@Timeout(60)
final class FlushInPlaceTest {

    private static final SegmentLimits LIMITS = new SegmentLimits(1 << 20, 64 << 10, 64 << 10, 5);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final Flusher flusher = Flusher.start(disk);

    private SegmentedLog open(String directory, PartitionLog.Listener listener) {
        return SegmentedLog.open(
                new SegmentedLogConfig(Path.of(directory), 1, 1, LIMITS, flusher, listener));
    }

    @Test
    void reportsFromTheOwnersThreadWhileTheDiskIsIdle() {
        List<Thread> reporters = new ArrayList<>();
        try (SegmentedLog log = open("/log", new ThreadListener(reporters))) {
            for (int i = 0; i < 100; i++) {
                log.appendAndFlush(EntryBody.of(new byte[100]), LogFixture.NOW);
                awaitDurable(log);
            }
            long inPlace =
                    reporters.stream().filter(each -> each == Thread.currentThread()).count();
            // The flusher's thread may be at a marker just then.
            assertEquals(true, inPlace > 50, inPlace + " of 100");
        }
        flusher.close();
    }

    @Test
    void stillWritesTheMarkerOnceTheLogIsIdle() {
        try (SegmentedLog log = open("/log", new RecordingListener(16))) {
            // Not asked for after the append: the marker may be there by then.
            long before = log.flushedBytes();
            log.appendAndFlush(EntryBody.of(new byte[100]), LogFixture.NOW);
            long entry = RecordLayout.storedBytes(100);
            long marker = RecordLayout.storedBytes(0);
            await().until(() -> log.flushedBytes() == before + entry + marker);
        }
        flusher.close();
    }

    @Test
    void leavesALargeEntryToTheFlusher() {
        List<Thread> reporters = new ArrayList<>();
        try (SegmentedLog log = open("/log", new ThreadListener(reporters))) {
            log.appendAndFlush(EntryBody.of(new byte[60_000]), LogFixture.NOW);
            awaitDurable(log);
            assertEquals(false, reporters.contains(Thread.currentThread()));
        }
        flusher.close();
    }

    /** An application's thread may do this work; its interrupt closes the file of a segment. */
    @Test
    void outlivesInterruptsInEachSegment(@TempDir Path directory) {
        Flusher onDisk = Flusher.start(new LocalDisk());
        SegmentedLogConfig config =
                new SegmentedLogConfig(
                        directory.resolve("log"),
                        1,
                        1,
                        new SegmentLimits(64 << 10, 1 << 10, 2, 20),
                        onDisk,
                        new ThreadListener(new ArrayList<>()));
        try (SegmentedLog log = SegmentedLog.open(config)) {
            for (int i = 0; i < 500; i++) {
                Thread.currentThread().interrupt();
                log.appendAndFlush(EntryBody.of(new byte[1_000]), LogFixture.NOW);
                assertEquals(true, Thread.interrupted());
                awaitDurable(log);
            }
        }
        onDisk.close();
    }

    /** It often is at once, and there are many to wait for. */
    private static void awaitDurable(SegmentedLog log) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> log.durableOffset() == log.endOffset());
    }

    private record ThreadListener(List<Thread> reporters) implements PartitionLog.Listener {

        @Override
        public byte[] sealing(PartitionLog.SealedSegment segment) {
            return new byte[0];
        }

        @Override
        public synchronized void durableUpTo(long offset) {
            reporters.add(Thread.currentThread());
        }

        @Override
        public void failed(LogFailure failure) {
            throw failure;
        }
    }
}
