package io.millrace.server.partition;

import io.millrace.core.PartitionLoop;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition's thread and mailbox: everything that was posted is handled in one turn and becomes
 * one entry of the log.
 *
 * <p>While a flush is under way the mailbox fills, so the next entry is larger: group commit needs
 * no timer. The thread parks when there is nothing to do and never spins. When the log or the
 * machine fails, both are thrown away and built anew from the log; a second failure at the same
 * place keeps the partition closed.
 *
 * <p>The thread begins with {@link #start}. Whoever calls {@link #open}, {@link #step} and {@link
 * #close} instead is the thread: so does the simulator.
 *
 * @param <C> the machine's commands
 */
public final class PartitionRunner<C> {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionRunner.class);

    private static final int MAILBOX_CHUNK = 1_024;

    /** Most commands in one turn: bounds how long the first of them waits for its entry. */
    private static final int TURN_COMMANDS = 4_096;

    /** The log grows by this much between checkpoints, in bytes of offset. */
    private static final long CHECKPOINT_DISTANCE = 64L << 20;

    /** How long settlements wait for a message to share an entry with. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long REBUILD_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Host<C> host;
    private final LongSupplier clock;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private final MpscUnboundedArrayQueue<Object> mailbox =
            new MpscUnboundedArrayQueue<>(MAILBOX_CHUNK);
    private final CountDownLatch started = new CountDownLatch(1);

    private volatile boolean parked;
    private volatile boolean stopping;
    private volatile long durableOffset;
    private volatile @Nullable RuntimeException startFailure;

    // Owned by the thread.
    private @Nullable Running<C> running;
    private long lastMillis;
    private long patientSinceNanos;
    private long wakeAtMillis = Long.MAX_VALUE;
    private long checkpointedOffset;
    private long failedAtOffset = -1;

    /** A loop that is up, with its log. */
    public record Running<C>(PartitionLoop<C> loop, PartitionLog log) {}

    /**
     * Builds what the runner runs, and hears of its fate. All calls come from the runner's thread.
     */
    public interface Host<C> {

        /** Opens the log and builds a machine from it. */
        Running<C> open(PartitionRunner<C> runner);

        /** The command that says that time has passed. */
        C tick();

        /** A command was handled: what it occupied is free again. */
        void handled(C command);

        /** The partition failed and is built anew: clients have to attach again. */
        void failed(RuntimeException failure);
    }

    public PartitionRunner(String name, Host<C> host, LongSupplier clock) {
        this(name, host, clock, System::nanoTime);
    }

    /**
     * A runner with a clock of its own for short waits.
     *
     * @param clock milliseconds since 1970
     * @param nanoTime as {@link System#nanoTime}
     */
    public PartitionRunner(String name, Host<C> host, LongSupplier clock, LongSupplier nanoTime) {
        this.name = name;
        this.host = host;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.thread = new Thread(this::run, "millrace-" + name);
        this.thread.setDaemon(true);
    }

    /** Starts the thread and waits until the log is replayed. Throws what went wrong. */
    public void start() {
        thread.start();
        await(started);
        RuntimeException failure = startFailure;
        if (failure != null) {
            throw failure;
        }
    }

    /** Puts a command into the mailbox. May be called from any thread. */
    public void post(C command) {
        enqueue(command);
    }

    /** Runs something on the partition's thread, between commands. */
    public void run(Runnable task) {
        enqueue((Task) task::run);
    }

    /** Something to run that is not a command. */
    private interface Task {
        void run();
    }

    private void enqueue(Object mail) {
        mailbox.offer(mail);
        wake();
    }

    private void wake() {
        VarHandle.fullFence();
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** The log has everything before the offset. Called by the log's thread. */
    public void durableUpTo(long offset) {
        durableOffset = offset;
        wake();
    }

    /** The log failed. Called by the log's thread. */
    public void logFailed(LogFailure failure) {
        run(
                () -> {
                    throw failure;
                });
    }

    /** Asks for a tick not later than this time. On the partition's thread only. */
    public void wakeAt(long millis) {
        wakeAtMillis = Math.min(wakeAtMillis, millis);
    }

    /** Handles what is in the mailbox, takes a checkpoint, closes the log and ends the thread. */
    public void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            open();
        } catch (RuntimeException e) {
            startFailure = e;
            return;
        } finally {
            started.countDown();
        }
        while (!stopping) {
            long durable = durableOffset;
            if (!step()) {
                park(durable);
            }
        }
        close();
    }

    /** Opens the log and replays it. Throws what went wrong. */
    public void open() {
        running = host.open(this);
        checkpointedOffset = running.log().endOffset();
    }

    /** Handles what is there to be handled; false if there was nothing. */
    public boolean step() {
        Running<C> up = running;
        if (up == null) {
            discardMail();
            return false;
        }
        try {
            return turn(up);
        } catch (RuntimeException e) {
            rebuild(e);
            return true;
        }
    }

    private boolean turn(Running<C> up) {
        boolean worked = handleMail(up.loop());
        long durable = durableOffset;
        if (durable > 0) {
            up.loop().durableUpTo(durable);
        }
        boolean checkpointDue = up.log().endOffset() - checkpointedOffset > CHECKPOINT_DISTANCE;
        if (checkpointDue && patientSinceNanos == 0 && up.loop().checkpoint()) {
            checkpointedOffset = up.log().endOffset();
        }
        return worked;
    }

    private boolean handleMail(PartitionLoop<C> loop) {
        long now = now();
        boolean worked = false;
        if (now >= wakeAtMillis) {
            wakeAtMillis = Long.MAX_VALUE;
            loop.handle(host.tick(), now);
            worked = true;
        }
        for (int handled = 0; handled < TURN_COMMANDS; handled++) {
            Object mail = mailbox.poll();
            if (mail == null) {
                break;
            }
            worked = true;
            if (mail instanceof Task) {
                ((Task) mail).run();
            } else {
                C command = command(mail);
                loop.handle(command, now);
                host.handled(command);
            }
        }
        if (!isWaitingForCompany(loop)) {
            loop.endTurn(now);
        }
        return worked;
    }

    /** A turn of settlements alone is kept open for a moment, so that they need no flush. */
    private boolean isWaitingForCompany(PartitionLoop<C> loop) {
        if (stopping || !loop.isPatient()) {
            patientSinceNanos = 0;
            return false;
        }
        long nanos = nanoTime.getAsLong();
        if (patientSinceNanos == 0) {
            patientSinceNanos = nanos;
        }
        boolean waiting = nanos - patientSinceNanos < PATIENCE_NANOS;
        if (!waiting) {
            patientSinceNanos = 0;
        }
        return waiting;
    }

    @SuppressWarnings("unchecked") // Only post puts anything but a Task into the mailbox.
    private C command(Object mail) {
        return (C) mail;
    }

    private void park(long durableSeen) {
        if (running == null) {
            LockSupport.parkNanos(this, REBUILD_PAUSE_NANOS);
            return;
        }
        parked = true;
        if (mailbox.isEmpty() && durableOffset == durableSeen && !stopping) {
            if (patientSinceNanos != 0) {
                LockSupport.parkNanos(this, PATIENCE_NANOS);
            } else if (wakeAtMillis == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(
                        this, TimeUnit.MILLISECONDS.toNanos(Math.max(1, wakeAtMillis - now())));
            }
        }
        parked = false;
    }

    private long now() {
        lastMillis = Math.max(lastMillis, clock.getAsLong());
        return lastMillis;
    }

    /** The machine and its log are thrown away; the log alone says what is true. */
    private void rebuild(RuntimeException failure) {
        Running<C> broken = running;
        running = null;
        long at = broken == null ? failedAtOffset : broken.log().endOffset();
        LOG.error("{}: failed at offset {}, building anew from the log", name, at, failure);
        if (broken != null) {
            closeQuietly(broken.log());
        }
        host.failed(failure);
        discardMail();
        if (at == failedAtOffset) {
            LOG.error(
                    "{}: failed twice at offset {}; it stays closed until the broker is restarted",
                    name,
                    at);
            return;
        }
        failedAtOffset = at;
        durableOffset = 0;
        patientSinceNanos = 0;
        wakeAtMillis = Long.MAX_VALUE;
        running = host.open(this);
    }

    private void discardMail() {
        for (Object mail = mailbox.poll(); mail != null; mail = mailbox.poll()) {
            if (!(mail instanceof Task)) {
                host.handled(command(mail));
            }
        }
    }

    /** Handles what is in the mailbox, takes a checkpoint and closes the log. */
    public void close() {
        Running<C> up = running;
        if (up == null) {
            return;
        }
        try {
            while (handleMail(up.loop())) {
                // What was posted before the stop is still handled.
            }
            // A checkpoint that still waits is stored first, and then one of the very end.
            waitUntilDurable(up);
            up.loop().checkpoint();
        } catch (RuntimeException e) {
            LOG.error("{}: could not be closed cleanly; the next start replays its log", name, e);
        }
        closeQuietly(up.log());
    }

    private void waitUntilDurable(Running<C> up) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Consumer<Long> release = offset -> up.loop().durableUpTo(offset);
        while (durableOffset < up.log().endOffset() && System.nanoTime() < deadline) {
            parked = true;
            if (up.log().durableOffset() < up.log().endOffset()) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
            }
            parked = false;
            durableOffset = Math.max(durableOffset, up.log().durableOffset());
        }
        release.accept(durableOffset);
    }

    private void closeQuietly(PartitionLog log) {
        try {
            log.close();
        } catch (RuntimeException e) {
            LOG.warn("{}: closing the log failed", name, e);
        }
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
