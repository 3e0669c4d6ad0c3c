package io.millrace.storage.segment;

import io.millrace.storage.file.Disk;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A flusher without threads, for tests and simulations. Owned by one thread, which is also that of
 * its logs' owners.
 *
 * <p>What must wait for a flush (a full buffer, a checkpoint of something not yet durable, closing)
 * does the rounds itself.
 */
public final class SteppedFlusher extends Flusher {

    private final Deque<Runnable> background = new ArrayDeque<>();
    private boolean stepping;
    private long nanos;

    SteppedFlusher(Disk disk, ChunkPool pool) {
        super(disk, pool);
    }

    /**
     * Flushes once what was appended, writes markers that are due, and does one task of the
     * background.
     *
     * @return false if there was nothing to do
     */
    public boolean step() {
        if (stepping) {
            throw new IllegalStateException(
                    "Expected one step at a time, but a listener began another");
        }
        stepping = true;
        try {
            boolean worked = round();
            Runnable task = background.poll();
            if (task != null) {
                task.run();
            }
            return worked || task != null;
        } finally {
            stepping = false;
        }
    }

    /** Lets time pass: logs that were idle so long write a marker at the next step. */
    public void advance(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public void close() {
        requireNoLogs();
    }

    @Override
    void wake() {
        // Works only in step.
    }

    @Override
    void wakeForLater() {
        // Works only in step.
    }

    @Override
    long nanoTime() {
        return nanos;
    }

    @Override
    void await(Object monitor, BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (!step()) {
                throw new IllegalStateException("Expected progress, but nothing is left to do");
            }
        }
    }

    @Override
    void runInBackground(Runnable task) {
        background.add(task);
    }
}
