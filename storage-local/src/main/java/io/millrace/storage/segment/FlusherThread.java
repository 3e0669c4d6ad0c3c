package io.millrace.storage.segment;

import io.millrace.storage.file.Disk;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A flusher with a thread for flushes and one for background work. Neither is ever interrupted: an
 * interrupt would close the files that they write.
 */
final class FlusherThread extends Flusher {

    private static final Logger LOG = LoggerFactory.getLogger(FlusherThread.class);

    private final Thread thread;
    private final ExecutorService background;

    /** Held while something is flushed: by the thread, or by an owner in its place. */
    private final ReentrantLock rounds = new ReentrantLock();

    /**
     * With the logs' published offsets a Dekker pair: the flusher sets this and then looks for
     * work, an owner publishes work and then looks at this. Both are volatile, so one of them sees
     * the other.
     */
    private volatile boolean parked;

    /** Whether the thread, if parked, wakes in time for the next marker. Guarded by the lock. */
    private boolean wakesForMarker;

    /**
     * Whether the thread, if parked, wakes soon enough for what nobody waits for. Not set while it
     * makes up its mind, so that an owner who sees it set may leave its work to that.
     */
    private volatile boolean wakesSoon;

    private volatile boolean ending;

    /** The thread died of an error; whoever waits for it does its work. */
    private volatile boolean dead;

    FlusherThread(Disk disk, ChunkPool pool) {
        super(disk, pool);
        thread = new Thread(this::run, "millrace-flusher");
        thread.setDaemon(true);
        background =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread worker = new Thread(task, "millrace-segments");
                            worker.setDaemon(true);
                            return worker;
                        });
    }

    void start() {
        thread.start();
    }

    @Override
    void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    void wakeForLater() {
        if (parked && !wakesSoon) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    boolean flushHere(LogFlush log) {
        if (dead || !rounds.tryLock()) {
            return false;
        }
        try {
            log.round();
            if (parked && !wakesForMarker) {
                LockSupport.unpark(thread);
            }
        } finally {
            rounds.unlock();
        }
        return true;
    }

    private boolean lockedRound() {
        rounds.lock();
        try {
            return round();
        } finally {
            rounds.unlock();
        }
    }

    /** Nanoseconds that the thread may park; 0 if there is something to do. */
    private long nanosToPark() {
        rounds.lock();
        try {
            long nanos = hasWork() ? 0 : nanosToWork();
            wakesForMarker = nanos != Long.MAX_VALUE;
            wakesSoon = nanos <= LogFlush.UNHURRIED_NANOS;
            return nanos;
        } finally {
            rounds.unlock();
        }
    }

    @Override
    long nanoTime() {
        return System.nanoTime();
    }

    @Override
    void await(Object monitor, BooleanSupplier done) {
        boolean interrupted = false;
        synchronized (monitor) {
            while (!done.getAsBoolean()) {
                if (dead || Thread.currentThread() == thread) {
                    lockedRound();
                    continue;
                }
                try {
                    monitor.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void runInBackground(Runnable task) {
        background.execute(task);
    }

    @Override
    public void close() {
        requireNoLogs();
        ending = true;
        background.shutdown();
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            flushUntilEnding();
        } catch (Throwable e) {
            LOG.error("The flusher died; its logs fail", e);
            dead = true;
            failAll("the flusher's thread died of " + e);
        }
    }

    private void flushUntilEnding() {
        while (!ending) {
            if (lockedRound()) {
                continue;
            }
            wakesSoon = false;
            parked = true;
            long nanos = nanosToPark();
            if (nanos > 0 && !ending) {
                park(nanos);
            }
            parked = false;
        }
    }

    private void park(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
    }
}
