package io.millrace.jms.client;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a session's completion listeners: in a thread of its own, one at a time, in the order of
 * the sends (Jakarta Messaging 3.1, 7.3). The thread starts with the first batch.
 */
public final class Completions {

    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final ClientThreads threads;
    private final Consumer<ProducerCore.Batch> callback;
    private @Nullable Thread thread;
    private boolean ended;

    private static final Object END = new Object();

    public Completions(ClientThreads threads, Consumer<ProducerCore.Batch> callback) {
        this.threads = threads;
        this.callback = callback;
    }

    /** A batch is done. */
    public void add(ProducerCore.Batch batch) {
        enqueue(batch);
    }

    public synchronized boolean isOwnThread() {
        return Thread.currentThread().equals(thread);
    }

    /** Something else is done. */
    public void add(Runnable call) {
        enqueue(call);
    }

    private synchronized void enqueue(Object completion) {
        if (thread == null) {
            Thread started = threads.newThread("millrace-completions", this::run);
            started.start();
            thread = started;
        }
        queue.add(completion);
    }

    /** Waits until the listeners of all batches so far have returned. */
    public void awaitReturned() {
        CountDownLatch reached = new CountDownLatch(1);
        synchronized (this) {
            if (thread == null || ended) {
                return;
            }
            queue.add(reached);
        }
        boolean interrupted = false;
        while (true) {
            try {
                reached.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until all listeners were called, and ends the thread. */
    public void close() {
        Thread running;
        synchronized (this) {
            running = thread;
            if (running == null) {
                return;
            }
            ended = true;
            queue.add(END);
        }
        boolean interrupted = false;
        while (true) {
            try {
                running.join();
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
        while (true) {
            try {
                Object next = queue.take();
                if (next == END) {
                    return;
                }
                if (next instanceof CountDownLatch reached) {
                    reached.countDown();
                } else if (next instanceof Runnable call) {
                    call.run();
                } else {
                    callback.accept((ProducerCore.Batch) next);
                }
            } catch (InterruptedException e) {
                // Only close ends this thread; a listener that interrupts it must not lose
                // callbacks.
            }
        }
    }
}
