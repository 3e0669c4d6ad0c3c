package io.millrace.storage.segment;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of all logs of a disk, and their limit: what was appended and not yet written never
 * takes more memory.
 *
 * <p>Guarded by itself; a thread that waits for a buffer waits on this object.
 */
final class ChunkPool {

    /**
     * A log that holds no more than this gets another one whatever the others hold: its own are
     * being written.
     */
    private static final int ALWAYS_ALLOWED = 2;

    private static final int KEPT_FREE = 16;

    /** Length of a buffer: large enough that one write costs little beside its bytes. */
    static final int CHUNK_BYTES = 256 << 10;

    private final Deque<Chunk> free = new ArrayDeque<>();
    private final int limit;
    private final int chunkBytes;
    private int inUse;

    ChunkPool(long limitBytes, int chunkBytes) {
        this.chunkBytes = chunkBytes;
        this.limit = (int) Math.max(ALWAYS_ALLOWED, limitBytes / chunkBytes);
    }

    /** A free buffer, or null if the limit is reached. */
    synchronized @Nullable Chunk poll(int heldByLog) {
        if (inUse >= limit && heldByLog >= ALWAYS_ALLOWED) {
            return null;
        }
        inUse++;
        Chunk chunk = free.poll();
        return chunk == null ? new Chunk(chunkBytes) : chunk;
    }

    synchronized void release(Chunk chunk) {
        inUse--;
        if (free.size() < KEPT_FREE) {
            free.push(chunk);
        }
        notifyAll();
    }

    /** Gives buffers up without reusing them, because their owner may still write into one. */
    synchronized void abandon(int count) {
        inUse -= count;
        notifyAll();
    }
}
