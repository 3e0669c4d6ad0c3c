package io.millrace.server.partition;

import io.millrace.core.PartitionLoop;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
 * no timer. The thread parks when there is nothing to do and never spins. A thread that brings mail
 * while the partition is idle may do the turn itself ({@link #help}): it holds the turn's lock
 * then, which spares the mail two changes of threads. When the log or the machine fails, both are
 * thrown away and built anew from the log; a second failure at the same place keeps the partition
 * closed.
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

    /** How long settlements wait for a message to share an entry with. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int REBUILD_PAUSE_MILLIS = 1_000;
    private static final long REBUILD_PAUSE_NANOS = REBUILD_PAUSE_MILLIS * 1_000_000L;

    private final String name;
    private final RunnerHost<C> host;
    private final PartitionClock clock;
    private final Thread thread;
    private final MpscUnboundedArrayQueue<Object> mailbox =
            new MpscUnboundedArrayQueue<>(MAILBOX_CHUNK);
    private final CountDownLatch started = new CountDownLatch(1);

    /** Held by whoever does a turn: the thread, or a helper. */
    private final ReentrantLock turns = new ReentrantLock();

    private volatile boolean parked;

    /** The thread looks at the mailbox within the time that settlements wait for company. */
    private volatile boolean looksSoon;

    /** Something came that can wait, so more of it may: the thread looks again soon. */
    private volatile boolean unhurriedCame;

    private volatile boolean stopping;
    private volatile long durableOffset;
    private volatile @Nullable RuntimeException startFailure;

    // Owned by the thread.
    private long parkNanos;

    // Guarded by the turn's lock.
    private RunnerHost.@Nullable Running<C> running;
    private long patientSinceNanos;
    private long wakeAtMillis = Long.MAX_VALUE;
    private final CheckpointTimes checkpoints = new CheckpointTimes();
    private final Strikes strikes = new Strikes();
    private long reopenAtNanos;
    private boolean closedForGood;

    /** What a helper did by half must not go on. */
    private @Nullable RuntimeException brokenBy;

    private String closedBecause = "";
    private long durableReleased;

    /**
     * A runner for a host.
     *
     * @param clock milliseconds since 1970
     * @param nanoTime as {@link System#nanoTime}
     */
    public PartitionRunner(
            String name, RunnerHost<C> host, LongSupplier clock, LongSupplier nanoTime) {
        this.name = name;
        this.host = host;
        this.clock = new PartitionClock(clock, nanoTime);
        this.thread = new Thread(this::run, "millrace-" + name);
        this.thread.setDaemon(true);
    }

    /** Starts the thread, which opens the log and replays it. */
    public void start() {
        thread.start();
    }

    /** Waits until the log is replayed. Throws what went wrong. */
    public void awaitStarted() {
        Uninterrupted.await(started);
        RuntimeException failure = startFailure;
        if (failure != null) {
            throw failure;
        }
    }

    /** Puts a command into the mailbox. May be called from any thread. */
    public void post(C command) {
        enqueue(command);
    }

    /** Puts a command into the mailbox that can wait a moment for company. Any thread. */
    public void postUnhurried(C command) {
        mailbox.offer(command);
        if (!unhurriedCame) {
            unhurriedCame = true;
        }
        VarHandle.fullFence();
        if (!looksSoon) {
            wake();
        }
    }

    /** Puts a command into the mailbox; the caller calls {@link #help} in a moment. Any thread. */
    public void leave(C command) {
        mailbox.offer(command);
    }

    /**
     * Sees to it that what was left is handled: in the calling thread, if the partition is idle.
     *
     * @param mayBeKept whether the calling thread may wait for the disk
     */
    public void help(boolean mayBeKept) {
        VarHandle.fullFence();
        if (mailbox.isEmpty()) {
            return;
        }
        if (!mayBeKept || !parked || !turns.tryLock()) {
            wake();
            return;
        }
        boolean threadIsNeeded;
        try {
            threadIsNeeded = helpNow();
        } finally {
            turns.unlock();
        }
        if (threadIsNeeded) {
            wake();
        }
    }

    /** A turn in a helper's thread; whether there is more to do. */
    private boolean helpNow() {
        long wakeBefore = wakeAtMillis;
        if (running == null || stopping || clock.steadyMillis() >= wakeBefore) {
            return true;
        }
        try {
            turn(running);
        } catch (RuntimeException | Error e) {
            // An error too: an application's stack may be at its end, and half a turn must not
            // stay.
            brokenBy = TurnFailure.of(e);
            return true;
        }
        return !mailbox.isEmpty()
                || wakeAtMillis < wakeBefore
                || patientSinceNanos != 0 && !looksSoon
                || isCheckpointDue(running);
    }

    /** Runs something on the partition's thread, between commands. */
    public void run(Runnable task) {
        enqueue(new Task(task));
    }

    private record Task(Runnable body) {}

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

    /** The log has everything before the offset. Called by the log's thread, or in a turn. */
    public void durableUpTo(long offset) {
        durableOffset = offset;
        if (!turns.isHeldByCurrentThread()) {
            wake();
        }
    }

    /** The log failed, or work for this partition in another thread: it is built anew. */
    public void fail(RuntimeException failure) {
        run(
                () -> {
                    throw failure;
                });
    }

    /** The wall clock as the machine is told: it never goes back. */
    public long nowMillis() {
        return clock.wallMillis();
    }

    /** The clock that measures how long something lasts; as {@link System#nanoTime}. */
    long nanos() {
        return clock.nanos();
    }

    /** Asks for a tick not later than this time of the steady clock. Within a turn only. */
    public void wakeAt(long millis) {
        wakeAtMillis = Math.min(wakeAtMillis, millis);
    }

    /** Asks for a tick not later than in so many milliseconds. Within a turn only. */
    void wakeIn(long millis) {
        wakeAt(clock.steadyMillis() + millis);
    }

    /** Handles what is in the mailbox, takes a checkpoint, closes the log and ends the thread. */
    public void stop() {
        beginStop();
        Uninterrupted.join(thread);
    }

    /** The same without waiting for it; {@link #stop} is still to be called. */
    public void beginStop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            open();
        } catch (RuntimeException | Error e) {
            startFailure = TurnFailure.of(e);
            return;
        } finally {
            started.countDown();
        }
        while (!stopping) {
            boolean worked;
            long durableSeen;
            turns.lock();
            try {
                worked = step();
                durableSeen = durableReleased;
                if (!worked) {
                    looksSoon = patientSinceNanos != 0 || unhurriedCame;
                    unhurriedCame = false;
                    parkNanos = nanosToPark();
                    parked = true;
                }
            } finally {
                turns.unlock();
            }
            if (!worked) {
                park(durableSeen);
            }
        }
        turns.lock();
        try {
            close();
        } finally {
            turns.unlock();
        }
    }

    /** Opens the log and replays it. Throws what went wrong. */
    public void open() {
        running = host.open(this);
        checkpoints.opened(running.loop().replayedFrom(), running.log().endOffset());
    }

    /** Handles what is there to be handled; false if there was nothing. */
    public boolean step() {
        RunnerHost.Running<C> up = running;
        if (up == null) {
            refuseMail();
            return reopenIfDue();
        }
        try {
            return turn(up);
        } catch (RuntimeException | Error e) {
            rebuild(TurnFailure.of(e));
            return true;
        }
    }

    private boolean turn(RunnerHost.Running<C> up) {
        boolean worked = handleMail(up.loop());
        long durable = durableOffset;
        if (durable > durableReleased) {
            durableReleased = durable;
            up.loop().durableUpTo(durable);
        }
        if (isCheckpointDue(up) && patientSinceNanos == 0 && up.loop().checkpoint()) {
            checkpoints.taken(up.log().endOffset(), clock.nanos());
        }
        return worked;
    }

    private boolean isCheckpointDue(RunnerHost.Running<C> up) {
        return checkpoints.isDue(up.log().endOffset(), host.isShortOfSpace(), clock.nanos());
    }

    /** How long the thread may park; {@link Long#MAX_VALUE} until it is woken. */
    private long nanosToPark() {
        if (running == null) {
            return REBUILD_PAUSE_NANOS;
        }
        if (looksSoon) {
            return PATIENCE_NANOS;
        }
        if (wakeAtMillis == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        return TimeUnit.MILLISECONDS.toNanos(Math.max(1, wakeAtMillis - clock.steadyMillis()));
    }

    private boolean handleMail(PartitionLoop<C> loop) {
        if (brokenBy != null) {
            throw brokenBy;
        }
        long now = clock.wallMillis();
        long steady = clock.steadyMillis();
        boolean worked = false;
        if (steady >= wakeAtMillis) {
            wakeAtMillis = Long.MAX_VALUE;
            C tick = host.tick();
            loop.handle(tick, now, steady);
            host.handled(tick);
            worked = true;
        }
        for (int handled = 0; handled < TURN_COMMANDS; handled++) {
            Object mail = mailbox.poll();
            if (mail == null) {
                break;
            }
            worked = true;
            if (mail instanceof Task) {
                ((Task) mail).body().run();
            } else {
                C command = command(mail);
                loop.handle(command, now, steady);
                host.handled(command);
            }
        }
        if (!isWaitingForCompany(loop)) {
            loop.endTurn(now, mailbox.isEmpty());
        }
        return worked;
    }

    /** A turn of settlements alone is kept open for a moment, so that they need no flush. */
    private boolean isWaitingForCompany(PartitionLoop<C> loop) {
        if (stopping || !loop.isPatient()) {
            patientSinceNanos = 0;
            return false;
        }
        long nanos = clock.nanos();
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
        VarHandle.fullFence();
        if (mailbox.isEmpty() && durableOffset <= durableSeen && !stopping) {
            // The longest park is of 292 years.
            LockSupport.parkNanos(this, parkNanos);
        }
        parked = false;
        looksSoon = false;
    }

    /** The machine and its log are thrown away; the log alone says what is true. */
    private void rebuild(RuntimeException failure) {
        RunnerHost.Running<C> broken = running;
        running = null;
        brokenBy = null;
        long at = broken == null ? strikes.offset() : broken.log().endOffset();
        LOG.error("{}: failed at offset {}, building anew from the log", name, at, failure);
        if (broken != null) {
            CleanStop.closeAfter(failure, broken, clock, name);
        }
        host.failed(failure);
        closedBecause =
                "Expected %s to work, but it failed: %s".formatted(name, failure.getMessage());
        closedForGood = strikes.isSecond(failure, at);
        if (closedForGood) {
            LOG.error("{}: failed twice at offset {}; it stays closed until a restart", name, at);
        }
        refuseMail();
        durableOffset = 0;
        durableReleased = 0;
        patientSinceNanos = 0;
        wakeAtMillis = Long.MAX_VALUE;
        reopenAtNanos = clock.nanos();
        reopenIfDue();
    }

    /** Opens the log again; what hinders that may be mended meanwhile, so it is tried for ever. */
    private boolean reopenIfDue() {
        if (closedForGood || clock.nanos() - reopenAtNanos < 0) {
            return false;
        }
        try {
            running = host.open(this);
            return true;
        } catch (RuntimeException | Error e) {
            String reason = TurnFailure.of(e).getMessage();
            closedBecause = "Expected %s to open again, but %s".formatted(name, reason);
            LOG.error("{}: could not be opened again, trying once a second", name, e);
            reopenAtNanos = clock.nanos() + REBUILD_PAUSE_NANOS;
            return false;
        }
    }

    private void refuseMail() {
        String advice = closedForGood ? "; restart the broker" : "; it is tried again";
        for (Object mail = mailbox.poll(); mail != null; mail = mailbox.poll()) {
            if (!(mail instanceof Task)) {
                host.refused(
                        command(mail),
                        closedBecause + advice,
                        closedForGood ? -1 : REBUILD_PAUSE_MILLIS);
            }
        }
    }

    /** Handles what is in the mailbox, takes a checkpoint and closes the log. */
    public void close() {
        RunnerHost.Running<C> up = running;
        if (up == null) {
            return;
        }
        @Nullable RuntimeException failure = null;
        try {
            while (handleMail(up.loop())) {
                // What was posted before the stop is still handled.
            }
            // A checkpoint that still waits is stored first, and then one of the very end.
            CleanStop.awaitDurable(up, host.stopping(), clock);
            up.loop().checkpoint();
        } catch (RuntimeException e) {
            LOG.error("{}: could not be closed cleanly; the next start replays its log", name, e);
            failure = e;
        }
        CleanStop.closeAfter(failure, up, clock, name);
    }
}
