package io.millrace.server.messages;

import io.millrace.core.Effect;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The entries that a read has to fetch.
 *
 * @param sizes by the entry's offset: how much of the entry is wanted at least, in bytes
 * @param lastSequence of what they hold
 */
public record ReadPlan(Effect.Read read, NavigableMap<Long, Integer> sizes, long lastSequence) {

    /** Most that is read from the log in one go, in bytes. */
    private static final int READ_AHEAD_BYTES = 256 * 1024;

    /**
     * Entries with less between them are read in one go, in bytes: to look at what lies between
     * costs as much as to begin anew.
     */
    private static final int READ_OVER_BYTES = 16 * 1024;

    /** Whether the log has nothing of what is asked for. */
    public boolean isEmpty() {
        return sizes.isEmpty();
    }

    /**
     * Where it begins.
     *
     * @throws NoSuchElementException if it is empty
     */
    public long firstOffset() {
        return sizes.firstKey();
    }

    boolean wants(long offset) {
        return sizes.containsKey(offset);
    }

    /** The next entry that is wanted, if there is one. */
    @Nullable Long offsetBehind(long offset) {
        return sizes.higherKey(offset);
    }

    /** Up to the last of the entries from one on that lie close to each other. */
    int bytesInOneGo(long first) {
        int bytes = 0;
        long lastOffset = first;
        int lastSize = 0;
        for (Map.Entry<Long, Integer> each : sizes.tailMap(first, true).entrySet()) {
            boolean far = each.getKey() - lastOffset - lastSize >= READ_OVER_BYTES;
            boolean enough = Math.max(bytes + lastSize, each.getKey() - first) >= READ_AHEAD_BYTES;
            if (far || enough) {
                break;
            }
            bytes += lastSize;
            lastOffset = each.getKey();
            lastSize = each.getValue();
        }
        return Math.max(bytes, (int) (lastOffset - first)) + 1;
    }
}
