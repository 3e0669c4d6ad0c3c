package io.millrace.storage.ahead;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that are done by so many threads, the owner's among them, and whose results are taken in
 * order. A few tasks are done ahead of what is taken, and no more: their results need memory.
 *
 * <p>The owner does not wait while there is a task that nobody has begun. With one thread, it does
 * each when its result is asked for. Its interrupts are kept for later. Owned by one thread.
 *
 * @param <T> what a task brings; never null
 */
public final class OrderedTasks<T> implements AutoCloseable {

    private static final int AHEAD_OF_EACH_THREAD = 2;

    private final Iterator<Supplier<T>> tasks;
    private final int atOnce;
    private final @Nullable ExecutorService others;
    private final Collection<Thread> started = new ConcurrentLinkedQueue<>();
    private final Deque<FutureTask<T>> begun = new ArrayDeque<>();

    /**
     * Begins.
     *
     * @param name of the threads
     * @param threads at least 1, the caller's included
     * @param tasks what there is to do; asked by the owner's thread
     */
    public OrderedTasks(String name, int threads, Iterator<Supplier<T>> tasks) {
        this.tasks = tasks;
        this.atOnce = threads == 1 ? 1 : threads * AHEAD_OF_EACH_THREAD;
        this.others =
                threads == 1
                        ? null
                        : Executors.newFixedThreadPool(threads - 1, task -> thread(name, task));
    }

    private Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        started.add(thread);
        return thread;
    }

    /** Whether there is a result to take. */
    public boolean hasNext() {
        return !begun.isEmpty() || tasks.hasNext();
    }

    /** The next result. Throws what its task has thrown; the tasks behind it are not affected. */
    public T next() {
        while (begun.size() < atOnce && tasks.hasNext()) {
            FutureTask<T> task = new FutureTask<>(tasks.next()::get);
            begun.addLast(task);
            if (others != null) {
                others.execute(task);
            }
        }
        FutureTask<T> first = begun.getFirst();
        for (FutureTask<T> each : begun) {
            if (first.isDone()) {
                break;
            }
            each.run(); // does nothing if another thread has begun it
        }
        begun.removeFirst();
        return resultOf(first);
    }

    private static <T> T resultOf(FutureTask<T> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("Expected a task without checked exceptions", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Drops what was not taken. The threads have ended when this returns. */
    @Override
    public void close() {
        begun.forEach(task -> task.cancel(false));
        begun.clear();
        if (others == null) {
            return;
        }
        others.shutdown();
        boolean interrupted = false;
        for (Thread each : started) {
            while (each.isAlive()) {
                try {
                    each.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
