package io.millrace.storage.segment;

import io.millrace.storage.file.Disk;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * Writes and forces for all logs on one disk, so that a busy disk is asked for few large flushes
 * instead of many small ones: while one flush runs, appends gather for the next. A lone append is
 * flushed at once; nothing waits for a timer.
 *
 * <p>The choice of threads is the only difference between the two kinds. {@link #start} has one
 * thread for flushes and one for what may take longer (zeroing new files, giving old ones back).
 * {@link #stepped} has none: the caller does a round at a time, which makes tests repeatable.
 */
public abstract sealed class Flusher implements AutoCloseable
        permits FlusherThread, SteppedFlusher {

    /**
     * What may be appended and not yet written, all logs of the disk together, unless said
     * otherwise.
     */
    public static final long DEFAULT_QUEUED_BYTES = 64L << 20;

    private final Disk disk;
    private final ChunkPool pool;
    private final List<LogFlush> logs = new CopyOnWriteArrayList<>();

    Flusher(Disk disk, ChunkPool pool) {
        this.disk = disk;
        this.pool = pool;
    }

    /** A flusher with threads of its own. */
    public static Flusher start(Disk disk) {
        return start(disk, DEFAULT_QUEUED_BYTES);
    }

    /**
     * A flusher with threads of its own.
     *
     * @param queuedBytes how much may be appended and not yet written; beyond it, appends wait
     */
    public static Flusher start(Disk disk, long queuedBytes) {
        FlusherThread flusher =
                new FlusherThread(disk, new ChunkPool(queuedBytes, ChunkPool.CHUNK_BYTES));
        flusher.start();
        return flusher;
    }

    /** A flusher that works only when it is told to, in the caller's thread. */
    public static SteppedFlusher stepped(Disk disk) {
        return new SteppedFlusher(disk, new ChunkPool(DEFAULT_QUEUED_BYTES, ChunkPool.CHUNK_BYTES));
    }

    /** The disk that its logs are on. */
    public Disk disk() {
        return disk;
    }

    /** Ends its threads. All logs must be closed before. Idempotent. */
    @Override
    public abstract void close();

    ChunkPool pool() {
        return pool;
    }

    void add(LogFlush log) {
        logs.add(log);
    }

    /** Something was appended. Must be cheap: every append calls it. */
    abstract void wake();

    /**
     * Flushes a log in the caller's thread, its owner's, if no other flush is under way; false if
     * one is.
     */
    boolean flushHere(LogFlush log) {
        return false;
    }

    /** The clock by which a log is idle. */
    abstract long nanoTime();

    /**
     * Waits until {@code done}, which is asked while {@code monitor} is held and again after each
     * notify on it.
     */
    abstract void await(Object monitor, BooleanSupplier done);

    /** Runs a task that may take long, one after the other in the order given. */
    abstract void runInBackground(Runnable task);

    /** One flush for each log that has something; false if none had. */
    final boolean round() {
        boolean worked = false;
        for (LogFlush log : logs) {
            worked |= log.round();
            if (log.isClosed()) {
                logs.remove(log);
            }
        }
        return worked;
    }

    /** Whether a round would find something. */
    final boolean hasWork() {
        for (LogFlush log : logs) {
            if (log.hasWork()) {
                return true;
            }
        }
        return false;
    }

    /** Something was appended that can wait. Must be cheap: many appends call it. */
    abstract void wakeForLater();

    /** Nanoseconds until a log has something to do; {@link Long#MAX_VALUE} if none will. */
    final long nanosToWork() {
        long nanos = Long.MAX_VALUE;
        for (LogFlush log : logs) {
            nanos = Math.min(nanos, log.nanosToWork());
        }
        return nanos;
    }

    final void failAll(String cause) {
        for (LogFlush log : logs) {
            log.failBecause(cause);
        }
    }

    final void requireNoLogs() {
        List<LogFlush> open = logs.stream().filter(log -> !log.isClosed()).toList();
        if (!open.isEmpty()) {
            throw new IllegalStateException(
                    "Expected all logs closed before their flusher, but %d are open"
                            .formatted(open.size()));
        }
    }
}
