package io.millrace.server;

import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.heap.HeapLog;
import io.millrace.storage.heap.HeapMemory;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The places where a broker's logs can be. */
public final class LogOpeners {

    private static final int HEAP_SEGMENT_BYTES = 16 << 20;

    private LogOpeners() {}

    /** Logs that end with the process. */
    public static LogOpener inMemory() {
        return new InMemory();
    }

    /** Logs in a directory, one folder for each partition, with one flusher for all. */
    public static LogOpener inDirectory(Path directory, BrokerConfiguration configuration) {
        return new InDirectory(directory, configuration);
    }

    private static final class InMemory implements LogOpener {

        private final Map<Integer, HeapMemory> memoryByPartition = new ConcurrentHashMap<>();
        private final AtomicLong lastEpoch = new AtomicLong();

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
        private final Flusher flusher = Flusher.start(new LocalDisk());
        private final List<SegmentedLog> opened = new CopyOnWriteArrayList<>();

        InDirectory(Path directory, BrokerConfiguration configuration) {
            this.directory = directory;
            SegmentLimits standard = SegmentLimits.defaults();
            this.limits =
                    new SegmentLimits(
                            configuration.segmentBytes(),
                            standard.recordBytes(),
                            standard.spareFiles(),
                            standard.idleMillis());
        }

        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            Path folder = directory.resolve("partition-" + partition);
            long epoch;
            try {
                Files.createDirectories(folder);
                epoch = nextEpoch(folder.resolve("epoch"));
            } catch (IOException | NumberFormatException e) {
                throw new LogFailure(
                        LogFailure.Kind.DEVICE,
                        "Expected a directory that can be written at "
                                + folder
                                + ", but "
                                + e
                                + "; choose another with --data or mend its rights",
                        e);
            }
            SegmentedLog log =
                    SegmentedLog.open(
                            new SegmentedLogConfig(
                                    folder, partition, epoch, limits, flusher, listener));
            opened.add(log);
            return new Opened(log, epoch);
        }

        /**
         * Each opening has a higher epoch, also after a crash: the number is on disk before it is
         * used.
         */
        private static long nextEpoch(Path file) throws IOException {
            long last = Files.exists(file) ? Long.parseLong(Files.readString(file).trim()) : 0;
            Path fresh = file.resolveSibling("epoch.new");
            byte[] text = Long.toString(last + 1).getBytes(StandardCharsets.US_ASCII);
            try (FileChannel channel =
                    FileChannel.open(
                            fresh,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text));
                channel.force(true);
            }
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return last + 1;
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
