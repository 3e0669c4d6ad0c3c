package io.millrace.core.log;

import java.util.List;

/** Reads a log for a replay step by step, each when it is asked for. */
final class SteppedReplay implements PartitionLog.Replay {

    /** How much is read at once, in bytes. */
    private static final int STEP_BYTES = 4 << 20;

    private final PartitionLog log;
    private final long end;
    private long at;

    SteppedReplay(PartitionLog log, long from) {
        this.log = log;
        this.at = from;
        this.end = log.endOffset();
    }

    @Override
    public List<LogEntry> next() {
        if (at >= end) {
            return List.of();
        }
        List<LogEntry> entries = log.read(at, STEP_BYTES);
        if (!entries.isEmpty()) {
            at = entries.get(entries.size() - 1).nextOffset();
        }
        return entries;
    }

    @Override
    public void close() {
        // Nothing is read ahead.
    }
}
