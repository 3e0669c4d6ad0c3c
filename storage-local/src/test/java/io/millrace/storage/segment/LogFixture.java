package io.millrace.storage.segment;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.simulated.SimulatedDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A log on a simulated disk, one step at a time. */
final class LogFixture {

    static final Path DIRECTORY = Path.of("/log");
    static final Path FIRST_SEGMENT = DIRECTORY.resolve("00000000000000000000.segment");
    static final SegmentLimits SMALL = new SegmentLimits(64 << 10, 1 << 10, 2, 50);
    static final long NOW = 1_800_000_000_000L;

    /** What a record occupies beside its body. */
    static final int OVERHEAD = RecordLayout.HEADER_BYTES;

    final SimulatedDisk disk = new SimulatedDisk(1);
    final SteppedFlusher flusher = Flusher.stepped(disk);
    RecordingListener listener = new RecordingListener();

    SegmentedLog open() {
        return open(SMALL);
    }

    SegmentedLog open(SegmentLimits limits) {
        listener = new RecordingListener();
        return SegmentedLog.open(
                new SegmentedLogConfig(DIRECTORY, 1, 1, limits, flusher, listener));
    }

    /** Opens it as a broker does, under an epoch of its own. */
    SegmentedLog openNext() {
        listener = new RecordingListener();
        return SegmentedLog.open(
                new SegmentedLogConfig(
                        DIRECTORY, 1, SegmentedLogConfig.NEXT_EPOCH, SMALL, flusher, listener));
    }

    /** Appends an entry and flushes it. */
    long append(SegmentedLog log, int sizeBytes) {
        long offset = log.append(EntryBody.of(body(sizeBytes, log.endOffset())), NOW);
        settle();
        return offset;
    }

    /** Appends entries of 1,000 bytes until so many segments were sealed. */
    void fill(SegmentedLog log, int segments) {
        while (listener.sealed().size() < segments) {
            append(log, 1000);
        }
    }

    /** Flushes, and does what there is to do in the background; no time passes. */
    void settle() {
        while (flusher.step()) {
            // until nothing is left
        }
    }

    /** Lets the log be idle for long enough to write its marker. */
    void idle() {
        flusher.advance(SMALL.idleMillis());
        settle();
    }

    static byte[] body(int sizeBytes, long offset) {
        byte[] body = new byte[sizeBytes];
        new Random(offset).nextBytes(body);
        return body;
    }

    static List<LogEntry> readAll(PartitionLog log) {
        List<LogEntry> entries = new ArrayList<>();
        long at = log.startOffset();
        while (at < log.durableOffset()) {
            entries.addAll(log.read(at, 4 << 10));
            at = entries.get(entries.size() - 1).nextOffset();
        }
        return entries;
    }

    static List<Long> offsets(PartitionLog log) {
        return readAll(log).stream().map(LogEntry::offset).toList();
    }

    /** Whether two checkpoints stand for the same. */
    static boolean same(PartitionLog.@Nullable Checkpoint a, PartitionLog.@Nullable Checkpoint b) {
        return a == null || b == null
                ? a == b
                : a.upTo() == b.upTo() && Arrays.equals(a.content(), b.content());
    }
}
