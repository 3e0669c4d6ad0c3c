package io.millrace.server.messages;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.PartitionLog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When entries of a log were appended. Owned by the partition's thread; reads wait for the disk.
 */
public final class AppendTimes {

    private static final int KEPT = 4_096;

    private final PartitionLog log;
    private final LongSupplier clock;
    private final Map<Long, Long> millisByOffset =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
                    return size() > KEPT;
                }
            };

    /**
     * Times of one log.
     *
     * @param clock milliseconds since 1970, as entries are appended by
     */
    public AppendTimes(PartitionLog log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    long nowMillis() {
        return clock.getAsLong();
    }

    /**
     * When the entry at an offset was appended, milliseconds since 1970; now, if it is still on its
     * way to the disk.
     *
     * @throws io.millrace.core.log.LogFailure if the log cannot read it
     */
    public long of(long offset) {
        Long known = millisByOffset.get(offset);
        if (known != null) {
            return known;
        }
        List<LogEntry> entries = log.read(offset, 1);
        if (entries.isEmpty()) {
            return nowMillis();
        }
        long millis = entries.get(0).appendMillis();
        millisByOffset.put(offset, millis);
        return millis;
    }
}
