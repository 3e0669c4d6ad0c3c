package io.millrace.server;

import io.millrace.core.log.PartitionLog;
import io.millrace.server.logs.PartitionDirectories;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.storage.file.Disk;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.heap.HeapLog;
import io.millrace.storage.heap.HeapMemory;
import io.millrace.storage.index.MapDbIndex;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The places where a broker's logs can be. */
public final class LogOpeners {

    private static final int HEAP_SEGMENT_BYTES = 16 << 20;

    /** Part of the heap that a start may use to read logs. */
    private static final int RECOVERY_PART = 8;

    /** What a thread needs of it. */
    private static final int RECOVERY_THREAD_BYTES = 8 << 20;

    private LogOpeners() {}

    /** Logs that end with the process. */
    public static LogOpener inMemory() {
        return inMemory(BrokerConfiguration.defaults());
    }

    /** Logs that end with the process. */
    public static LogOpener inMemory(BrokerConfiguration configuration) {
        return new InMemory(configuration);
    }

    /** Logs in a directory, one folder for each partition, with one flusher for all. */
    public static LogOpener inDirectory(Path directory, BrokerConfiguration configuration) {
        return new InDirectory(directory, configuration);
    }

    private static final class InMemory implements LogOpener {

        private final Map<Integer, HeapMemory> memoryByPartition = new ConcurrentHashMap<>();
        private final AtomicLong lastEpoch = new AtomicLong();
        private final BrokerConfiguration configuration;

        InMemory(BrokerConfiguration configuration) {
            this.configuration = configuration;
        }

        @Override
        public int partitions() {
            return configuration.partitions();
        }

        @Override
        public RetentionPolicies retention() {
            return configuration.retention();
        }

        @Override
        public long catchUpBytesPerSecond() {
            return configuration.catchUpBytesPerSecond();
        }

        @Override
        public long preparedAlarmMillis() {
            return configuration.preparedAlarmMillis();
        }

        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            long epoch = lastEpoch.incrementAndGet();
            HeapMemory memory =
                    memoryByPartition.computeIfAbsent(partition, number -> new HeapMemory());
            return new Opened(HeapLog.open(memory, epoch, HEAP_SEGMENT_BYTES, listener), epoch);
        }

        @Override
        public Usage usage() {
            return new Usage(0, 0);
        }

        @Override
        public void close() {
            memoryByPartition.clear();
        }
    }

    private static final class InDirectory implements LogOpener {

        private final Path directory;
        private final SegmentLimits limits;
        private final Disk disk = new LocalDisk();
        private final Flusher flusher = Flusher.start(disk);
        private final SpaceReserve reserve;
        private final BrokerConfiguration configuration;
        private final List<SegmentedLog> opened = new CopyOnWriteArrayList<>();

        InDirectory(Path directory, BrokerConfiguration configuration) {
            this.directory = directory;
            this.reserve = new SpaceReserve(disk, directory, configuration.reserveBytes());
            this.configuration = configuration;
            SegmentLimits standard = SegmentLimits.defaults();
            this.limits =
                    new SegmentLimits(
                            configuration.segmentBytes(),
                            standard.recordBytes(),
                            standard.spareFiles(),
                            standard.idleMillis());
        }

        @Override
        public int partitions() {
            return configuration.partitions();
        }

        @Override
        public RetentionPolicies retention() {
            return configuration.retention();
        }

        @Override
        public long catchUpBytesPerSecond() {
            return configuration.catchUpBytesPerSecond();
        }

        /** All logs are opened at once, so what there is of threads and memory is divided. */
        @Override
        public long preparedAlarmMillis() {
            return configuration.preparedAlarmMillis();
        }

        @Override
        public int recoveryThreads() {
            long most = Runtime.getRuntime().maxMemory() / RECOVERY_PART / RECOVERY_THREAD_BYTES;
            long all = Math.min(configuration.recoveryThreads(), most);
            return (int) Math.max(1, all / partitions());
        }

        @Override
        public int storedPartitions() {
            return PartitionDirectories.highestIn(disk, directory);
        }

        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            Path place = directory.resolve("partition-" + partition);
            SegmentedLog log =
                    SegmentedLog.open(
                            new SegmentedLogConfig(
                                    place,
                                    partition,
                                    SegmentedLogConfig.NEXT_EPOCH,
                                    limits,
                                    flusher,
                                    listener,
                                    recoveryThreads()));
            opened.add(log);
            return new Opened(log, log.epoch(), MapDbIndex.in(place));
        }

        @Override
        public @Nullable String shortage() {
            return reserve.shortage();
        }

        @Override
        public Usage usage() {
            long flushes = 0;
            long bytes = 0;
            for (SegmentedLog log : opened) {
                flushes += log.flushCount();
                bytes += log.flushedBytes();
            }
            return new Usage(flushes, bytes);
        }

        @Override
        public void close() {
            flusher.close();
        }
    }
}
