package io.millrace.simulation;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the replicas of one partition's log hold, whoever owns it. Offsets number the entries. */
final class ReplicatedMemory {

    private final List<LogEntry> entries = new ArrayList<>();
    private PartitionLog.@Nullable Checkpoint checkpoint;
    private long epoch;

    /** Fences every owner so far, and returns the epoch of a new one. */
    long claim() {
        return ++epoch;
    }

    boolean isFenced(long ownerEpoch) {
        return ownerEpoch < epoch;
    }

    /** Stores an entry that arrived from the owner; false if a later one has fenced it. */
    boolean store(long ownerEpoch, long offset, long millis, byte[] body) {
        if (isFenced(ownerEpoch) || offset != entries.size()) {
            return false;
        }
        entries.add(new LogEntry(offset, offset + 1, ownerEpoch, millis, body));
        return true;
    }

    long end() {
        return entries.size();
    }

    List<LogEntry> read(long from, long to, int maxBytes) {
        List<LogEntry> read = new ArrayList<>();
        long bytes = 0;
        for (long at = from; at < to; at++) {
            LogEntry entry = entries.get((int) at);
            bytes += entry.body().length;
            if (!read.isEmpty() && bytes > maxBytes) {
                break;
            }
            read.add(entry);
        }
        return read;
    }

    void save(PartitionLog.Checkpoint taken) {
        checkpoint = taken;
    }

    PartitionLog.@Nullable Checkpoint checkpoint() {
        return checkpoint;
    }
}
