package io.millrace.storage.heap;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.Checkpoint;
import io.millrace.core.log.PartitionLog.SealedSegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HeapLog} keeps, so that a log can be closed and opened again in the same process.
 *
 * <p>Offsets are numbers of entries. All methods are guarded by this object.
 */
public final class HeapMemory {

    private static final int KEPT_CHECKPOINTS = 2;

    /** One stretch of entries; the last one of the log is open. */
    private static final class Stretch {
        final long from;
        final List<LogEntry> entries = new ArrayList<>();
        byte @Nullable [] footer;
        long sizeBytes;

        Stretch(long from) {
            this.from = from;
        }
    }

    private final TreeMap<Long, Stretch> stretchesByStart = new TreeMap<>();
    private final Deque<Checkpoint> checkpoints = new ArrayDeque<>();
    private Stretch open = new Stretch(0);
    private long end;
    private long lastMillis;
    private long epoch;
    private @Nullable HeapLog holder;

    /** Memory without entries. */
    public HeapMemory() {
        stretchesByStart.put(0L, open);
    }

    synchronized void claim(HeapLog log, long claimedEpoch) {
        if (holder != null) {
            throw new LogFailure(
                    LogFailure.Kind.LOCKED,
                    "Expected a memory that no log uses, but one is open on it; close it first");
        }
        if (claimedEpoch < epoch) {
            throw new LogFailure(
                    LogFailure.Kind.FENCED,
                    "Expected an epoch of at least "
                            + epoch
                            + ", but the owner has "
                            + claimedEpoch);
        }
        epoch = claimedEpoch;
        holder = log;
    }

    synchronized void release(HeapLog log) {
        if (holder == log) {
            holder = null;
        }
    }

    synchronized long append(byte[] body, long nowMillis) {
        lastMillis = Math.max(lastMillis, nowMillis);
        open.entries.add(new LogEntry(end, end + 1, epoch, lastMillis, body));
        open.sizeBytes += body.length;
        return end++;
    }

    /** The open stretch, if it holds at least this many bytes. */
    synchronized @Nullable SealedSegment sealable(long minBytes) {
        return open.sizeBytes >= minBytes ? new SealedSegment(open.from, end) : null;
    }

    synchronized void seal(byte[] footer) {
        open.footer = footer;
        open = new Stretch(end);
        stretchesByStart.put(end, open);
    }

    synchronized long end() {
        return end;
    }

    synchronized long start() {
        return stretchesByStart.firstKey();
    }

    synchronized List<LogEntry> read(long from, int maxBytes) {
        if (from < start() || from > end) {
            throw new LogFailure(
                    LogFailure.Kind.MISUSE,
                    "Expected an offset from " + start() + " to " + end + ", but got " + from);
        }
        List<LogEntry> found = new ArrayList<>();
        long bytes = 0;
        long at = from;
        while (at < end) {
            Stretch stretch = stretchesByStart.floorEntry(at).getValue();
            LogEntry entry = stretch.entries.get((int) (at - stretch.from));
            bytes += entry.body().length;
            if (!found.isEmpty() && bytes > maxBytes) {
                break;
            }
            found.add(entry);
            at = entry.nextOffset();
        }
        return found;
    }

    synchronized List<SealedSegment> sealedSegments() {
        List<SealedSegment> sealed = new ArrayList<>();
        for (Stretch stretch : stretchesByStart.headMap(open.from).values()) {
            sealed.add(new SealedSegment(stretch.from, stretch.from + stretch.entries.size()));
        }
        return sealed;
    }

    synchronized byte @Nullable [] footer(SealedSegment segment) {
        Stretch stretch = stretchesByStart.get(segment.from());
        return stretch == null ? null : stretch.footer;
    }

    synchronized void forgetBefore(long offset) {
        long keep = offset;
        for (Checkpoint checkpoint : checkpoints) {
            keep = Math.min(keep, checkpoint.upTo());
        }
        while (stretchesByStart.size() > 1) {
            Map.Entry<Long, Stretch> oldest = stretchesByStart.firstEntry();
            if (oldest.getKey() + oldest.getValue().entries.size() > keep) {
                break;
            }
            stretchesByStart.remove(oldest.getKey());
        }
    }

    synchronized void save(Checkpoint checkpoint) {
        checkpoints.addLast(checkpoint);
        if (checkpoints.size() > KEPT_CHECKPOINTS) {
            checkpoints.removeFirst();
        }
    }

    synchronized @Nullable Checkpoint latestCheckpoint() {
        return checkpoints.peekLast();
    }
}
