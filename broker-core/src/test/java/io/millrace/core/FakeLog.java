package io.millrace.core;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log in which an offset is the number of an entry, and a test says what is durable. */
final class FakeLog implements PartitionLog {

    final List<byte[]> entries = new ArrayList<>();
    final List<Checkpoint> checkpoints = new ArrayList<>();
    final List<Long> unhurried = new ArrayList<>();
    int hurries;
    long durable;
    boolean failing;
    boolean refusesCheckpoints;
    int maxEntryBytes = 1 << 20;

    @Override
    public long append(EntryBody body, long nowMillis) {
        if (failing) {
            throw new LogFailure(LogFailure.Kind.DEVICE, "Expected a disk, but it is on fire");
        }
        byte[] bytes = body.toByteArray();
        if (bytes.length > maxEntryBytes) {
            throw new LogFailure(
                    LogFailure.Kind.MISUSE,
                    "Expected at most " + maxEntryBytes + " bytes, but it has " + bytes.length);
        }
        entries.add(bytes);
        return entries.size() - 1;
    }

    @Override
    public long appendUnhurried(EntryBody body, long nowMillis) {
        long offset = append(body, nowMillis);
        unhurried.add(offset);
        return offset;
    }

    @Override
    public void hurry() {
        hurries++;
    }

    @Override
    public long endOffset() {
        return entries.size();
    }

    @Override
    public long startOffset() {
        return 0;
    }

    @Override
    public long durableOffset() {
        return durable;
    }

    @Override
    public int maxEntryBytes() {
        return maxEntryBytes;
    }

    /** Two entries at a time, so that a replay has to come back for more. */
    @Override
    public List<LogEntry> read(long from, int maxBytes) {
        List<LogEntry> read = new ArrayList<>();
        for (long at = from; at < Math.min(durable, from + 2); at++) {
            read.add(new LogEntry(at, at + 1, 1, 0, entries.get((int) at)));
        }
        return read;
    }

    @Override
    public List<SealedSegment> sealedSegments() {
        return List.of();
    }

    @Override
    public byte @Nullable [] footer(SealedSegment segment) {
        return null;
    }

    @Override
    public void forgetBefore(long offset) {}

    @Override
    public void saveCheckpoint(long upTo, byte[] content) {
        if (refusesCheckpoints) {
            throw new LogFailure(LogFailure.Kind.FULL, "planted");
        }
        if (upTo > durable) {
            throw new AssertionError("checkpoint " + upTo + " is ahead of " + durable);
        }
        checkpoints.add(new Checkpoint(upTo, content));
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() {
        return checkpoints.isEmpty() ? null : checkpoints.get(checkpoints.size() - 1);
    }

    @Override
    public void close() {}
}
