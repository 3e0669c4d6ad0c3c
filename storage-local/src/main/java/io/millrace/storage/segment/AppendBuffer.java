package io.millrace.storage.segment;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The queue between a log's owner, who puts encoded bytes in, and the flusher, who writes them to
 * the file: a linked list of chunks, without a lock.
 *
 * <p>The owner makes an entry visible by one volatile write ({@link #publish}). The flusher reads
 * that offset first and walks the chunks then, so it finds every byte before the offset; of the
 * last chunk it takes only these, of the complete ones everything.
 */
final class AppendBuffer {

    private static final byte[] ZEROS = new byte[RecordLayout.HEADER_BYTES];

    private final ChunkPool pool;
    private final Flusher flusher;
    private final LogHealth health;
    private final AtomicInteger held = new AtomicInteger();
    private volatile long publishedTo;

    /** Owner's end. */
    private Chunk tail;

    /** Owner's: a chunk was completed since this was asked the last time. */
    private boolean completed;

    /** Flusher's end. */
    private Chunk head;

    /**
     * @param segment where the next record goes
     * @param endOffset its offset
     * @param health of the log: once it failed, waiting for a buffer is in vain
     */
    AppendBuffer(Flusher flusher, Segment segment, long endOffset, LogHealth health) {
        this.flusher = flusher;
        this.pool = flusher.pool();
        this.health = health;
        this.publishedTo = endOffset;
        this.tail = acquire(segment, segment.header().positionOf(endOffset));
        this.head = tail;
    }

    // --- owner ---

    void put(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            int room = tail.filling.remaining();
            if (room == 0) {
                link(acquire(tail.segment(), tail.fillPosition()));
                room = tail.filling.remaining();
            }
            int now = Math.min(room, left);
            tail.filling.put(bytes, at, now);
            at += now;
            left -= now;
        }
    }

    void putZeros(int count) {
        put(ZEROS, 0, count);
    }

    /** What is put from now on goes into another segment. */
    void beginSegment(Segment next) {
        link(acquire(next, SegmentHeader.PAGE_BYTES));
    }

    /** Everything before the offset may be written. */
    void publish(long endOffset) {
        publishedTo = endOffset;
    }

    /** Whether a chunk was completed since the last call. */
    boolean takeCompleted() {
        boolean was = completed;
        completed = false;
        return was;
    }

    private void link(Chunk next) {
        completed = true;
        tail.link(next);
        tail = next;
    }

    private Chunk acquire(Segment segment, long position) {
        @Nullable Chunk chunk = pool.poll(held.get());
        if (chunk == null) {
            chunk = waitForChunk();
        }
        held.incrementAndGet();
        return chunk.reset(segment, position);
    }

    private Chunk waitForChunk() {
        flusher.wake();
        Chunk[] found = new Chunk[1];
        flusher.await(
                pool,
                () -> {
                    if (health.failed()) {
                        return true;
                    }
                    @Nullable Chunk polled = pool.poll(held.get());
                    if (polled == null) {
                        return false;
                    }
                    found[0] = polled;
                    return true;
                });
        @Nullable Chunk chunk = found[0];
        if (chunk == null) {
            health.requireWorking();
            throw new IllegalStateException("Expected a buffer or a failure, but there is neither");
        }
        return chunk;
    }

    // --- any thread ---

    long publishedTo() {
        return publishedTo;
    }

    // --- flusher ---

    /** Whether a complete chunk waits. */
    boolean hasComplete() {
        return head.next() != null;
    }

    /**
     * Writes what lies before {@code target}, and some complete chunks behind it; false if there
     * was nothing.
     *
     * @param aheadBytes how much to write behind the target, about: an owner that is faster than
     *     the disk would keep this busy for ever
     */
    boolean drain(long target, long aheadBytes, SegmentWriter writer) throws IOException {
        boolean worked = false;
        long ahead = 0;
        while (true) {
            Chunk chunk = head;
            @Nullable Chunk next = chunk.next();
            int end = chunk.writable(target, next != null);
            if (end > chunk.written) {
                if (chunk.beginsAtOrAfter(target)) {
                    if (ahead >= aheadBytes) {
                        return worked;
                    }
                    ahead += end - chunk.written;
                }
                chunk.writing.limit(end).position(chunk.written);
                writer.write(chunk.position() + chunk.written, chunk.writing);
                chunk.written = end;
                worked = true;
            }
            if (next == null) {
                return worked;
            }
            if (next.segment() != chunk.segment()) {
                writer.finish();
                writer.begin(next.segment());
            }
            head = next;
            held.decrementAndGet();
            pool.release(chunk);
            worked = true;
        }
    }

    /** Gives all buffers up, after a failure or when the log closes. */
    void abandon() {
        pool.abandon(held.getAndSet(0));
    }
}
