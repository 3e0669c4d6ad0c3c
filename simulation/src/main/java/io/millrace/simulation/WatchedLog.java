package io.millrace.simulation;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.LifeEvent;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A log that counts the events in what is appended, and otherwise is the log behind it. */
class WatchedLog implements PartitionLog {

    final PartitionLog log;
    private final Coverage coverage;
    private LongConsumer whenWhole = offset -> {};

    WatchedLog(PartitionLog log, Coverage coverage) {
        this.log = log;
        this.coverage = coverage;
    }

    @Override
    public long append(EntryBody body, long nowMillis) {
        return watched(body, log.append(body, nowMillis));
    }

    @Override
    public long appendUnhurried(EntryBody body, long nowMillis) {
        return watched(body, log.appendUnhurried(body, nowMillis));
    }

    /** Tells where an entry ends that says that nothing is missing before it. */
    void whenWhole(LongConsumer listener) {
        whenWhole = listener;
    }

    private long watched(EntryBody body, long offset) {
        EventCodec.decode(body.toByteArray(), this::happened);
        return offset;
    }

    private void happened(Event event) {
        coverage.happened(event.getClass());
        if (event instanceof LifeEvent.StoppedCleanly) {
            whenWhole.accept(log.endOffset());
        }
    }

    @Override
    public void hurry() {
        log.hurry();
    }

    @Override
    public long endOffset() {
        return log.endOffset();
    }

    @Override
    public long startOffset() {
        return log.startOffset();
    }

    @Override
    public long durableOffset() {
        return log.durableOffset();
    }

    @Override
    public int maxEntryBytes() {
        return log.maxEntryBytes();
    }

    @Override
    public List<LogEntry> read(long from, int maxBytes) {
        return log.read(from, maxBytes);
    }

    @Override
    public List<SealedSegment> sealedSegments() {
        return log.sealedSegments();
    }

    @Override
    public byte @Nullable [] footer(SealedSegment segment) {
        return log.footer(segment);
    }

    @Override
    public void forgetBefore(long offset) {
        log.forgetBefore(offset);
    }

    @Override
    public void saveCheckpoint(long upTo, byte[] content) {
        log.saveCheckpoint(upTo, content);
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() {
        return log.latestCheckpoint();
    }

    @Override
    public void close() {
        log.close();
    }
}
