package io.millrace.bench.jmh;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.heap.HeapLog;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Appends to a log, in memory and on a real file in the directory for temporary files ({@code
 * -Djava.io.tmpdir} chooses another disk). A file's time includes the flush.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LogBenchmark {

    private static final int IN_FLIGHT = 8;
    private static final int FORGET_EVERY = 1_024;

    @Param({"1024", "65536"})
    public int entryBytes;

    @Param({"heap", "file"})
    public String kind = "";

    private final Durable durable = new Durable();
    private final long[] offsets = new long[IN_FLIGHT];
    private byte[] bytes = new byte[0];
    private List<AutoCloseable> opened = List.of();
    private PartitionLog log = HeapLog.open(1, durable);
    private int appended;

    /** What the flusher has reported. */
    private static final class Durable implements PartitionLog.Listener {

        private final Thread owner = Thread.currentThread();
        private volatile long upTo;
        private volatile String failure = "";

        @Override
        public byte[] sealing(PartitionLog.SealedSegment segment) {
            return new byte[0];
        }

        @Override
        public void durableUpTo(long offset) {
            upTo = offset;
            LockSupport.unpark(owner);
        }

        @Override
        public void failed(LogFailure cause) {
            failure = String.valueOf(cause.getMessage());
            LockSupport.unpark(owner);
        }

        void await(long offset) {
            while (upTo <= offset) {
                if (!failure.isEmpty()) {
                    throw new IllegalStateException(failure);
                }
                LockSupport.park(this);
            }
        }
    }

    @Setup
    public void open() throws IOException {
        bytes = new byte[entryBytes];
        if (kind.equals("heap")) {
            opened = List.of(log);
            return;
        }
        log.close();
        Path directory = Files.createTempDirectory("log-benchmark");
        Flusher flusher = Flusher.start(new LocalDisk());
        log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                directory,
                                1,
                                SegmentedLogConfig.NEXT_EPOCH,
                                SegmentLimits.defaults(),
                                flusher,
                                durable));
        opened = List.of(log, flusher, () -> delete(directory));
    }

    @TearDown
    public void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Each waits until it is durable: the device's flush and the way there and back. */
    @Benchmark
    public long appendAndAwait() {
        long offset = append();
        durable.await(offset);
        return offset;
    }

    /** Up to eight are under way, so that a flush serves several. */
    @Benchmark
    public long appendEightInFlight() {
        long offset = append();
        int slot = appended % IN_FLIGHT;
        durable.await(offsets[slot] - 1);
        offsets[slot] = offset + 1;
        return offset;
    }

    private long append() {
        long offset = log.append(EntryBody.of(bytes), System.currentTimeMillis());
        if (++appended % FORGET_EVERY == 0) {
            log.forgetBefore(log.durableOffset());
        }
        return offset;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
