package io.millrace.storage.heap;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory: entries end with the process.
 *
 * <p>An entry is "durable" as soon as it is appended, and the listener hears it <em>inside</em>
 * {@link #append}, on the owner's thread, before append returns. The body is copied once; readers
 * share the copy and must not write to it.
 */
public final class HeapLog implements PartitionLog {

    private static final int MAX_ENTRY_BYTES = 64 << 20;
    private static final long DEFAULT_SEGMENT_BYTES = 4L << 20;

    private final HeapMemory memory;
    private final Listener listener;
    private final long segmentBytes;
    private volatile boolean closed;

    private HeapLog(HeapMemory memory, long segmentBytes, Listener listener) {
        this.memory = memory;
        this.segmentBytes = segmentBytes;
        this.listener = listener;
    }

    /** Opens a new, empty log. */
    public static HeapLog open(long epoch, Listener listener) {
        return open(new HeapMemory(), epoch, DEFAULT_SEGMENT_BYTES, listener);
    }

    /**
     * Opens a log on memory that may hold entries of an earlier one.
     *
     * @param segmentBytes after how many bytes of bodies a segment is sealed
     * @throws LogFailure if the memory is in use, or an owner with a higher epoch used it
     */
    public static HeapLog open(
            HeapMemory memory, long epoch, long segmentBytes, Listener listener) {
        HeapLog log = new HeapLog(memory, segmentBytes, listener);
        memory.claim(log, epoch);
        return log;
    }

    @Override
    public long append(EntryBody body, long nowMillis) {
        requireOpen();
        if (body.sizeBytes() > MAX_ENTRY_BYTES) {
            throw new LogFailure(
                    LogFailure.Kind.MISUSE,
                    "Expected an entry of at most %d bytes, but it has %d"
                            .formatted(MAX_ENTRY_BYTES, body.sizeBytes()));
        }
        @Nullable SealedSegment full = memory.sealable(segmentBytes);
        if (full != null) {
            memory.seal(listener.sealing(full));
        }
        long offset = memory.append(body.toByteArray(), nowMillis);
        listener.durableUpTo(offset + 1);
        return offset;
    }

    @Override
    public long endOffset() {
        return memory.end();
    }

    @Override
    public long startOffset() {
        return memory.start();
    }

    @Override
    public long durableOffset() {
        return memory.end();
    }

    @Override
    public int maxEntryBytes() {
        return MAX_ENTRY_BYTES;
    }

    @Override
    public List<LogEntry> read(long from, int maxBytes) {
        requireOpen();
        return memory.read(from, maxBytes);
    }

    @Override
    public List<SealedSegment> sealedSegments() {
        return memory.sealedSegments();
    }

    @Override
    public byte @Nullable [] footer(SealedSegment segment) {
        requireOpen();
        return memory.footer(segment);
    }

    @Override
    public void forgetBefore(long offset) {
        requireOpen();
        memory.forgetBefore(offset);
    }

    @Override
    public void saveCheckpoint(long upTo, byte[] content) {
        requireOpen();
        if (upTo < memory.start() || upTo > memory.end()) {
            throw new LogFailure(
                    LogFailure.Kind.MISUSE,
                    "Expected a checkpoint up to an offset from %d to %d, but got %d"
                            .formatted(memory.start(), memory.end(), upTo));
        }
        memory.save(new Checkpoint(upTo, content.clone()));
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() {
        requireOpen();
        return memory.latestCheckpoint();
    }

    @Override
    public void close() {
        closed = true;
        memory.release(this);
    }

    private void requireOpen() {
        if (closed) {
            throw new LogFailure(LogFailure.Kind.MISUSE, "Expected an open log, but it is closed");
        }
    }
}
