package io.millrace.jms;

import io.millrace.jms.client.ClientThreads;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that calls a session's message listeners, one at a time. Whoever stops the session
 * waits at its lock until the listener that is running has returned (Jakarta Messaging 3.1, 6.1.5).
 */
final class SessionThread {

    private static final Logger LOG = LoggerFactory.getLogger(SessionThread.class);

    /**
     * Fair: whoever waits for a listener to return is next, without the thread running in circles.
     */
    private final ReentrantLock listening = new ReentrantLock(true);

    private final Work work;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean signalled;
    private volatile boolean ended;

    /** What the thread does when it was signalled. */
    interface Work {

        /** Gives out what there is, while {@link SessionThread#isWanted} says that nobody waits. */
        void run();
    }

    SessionThread(ClientThreads threads, Work work) {
        this.work = work;
        this.thread = threads.newThread("millrace-session", this::run);
        this.thread.start();
    }

    /** Something may be there to give. */
    void signal() {
        signalled = true;
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    boolean isCurrent() {
        return Thread.currentThread().equals(thread);
    }

    /** Whether somebody waits for the running listener to return. */
    boolean isWanted() {
        return ended || listening.hasQueuedThreads();
    }

    /** Waits until no listener runs. */
    void awaitListener() {
        if (!isCurrent()) {
            listening.lock();
            listening.unlock();
        }
    }

    /** Ends the thread once the running listener has returned. */
    void end() {
        ended = true;
        signal();
        awaitListener();
    }

    private void run() {
        while (!ended) {
            if (!signalled) {
                parked = true;
                if (!signalled && !ended) {
                    LockSupport.park(this);
                }
                parked = false;
                continue;
            }
            signalled = false;
            listening.lock();
            try {
                if (!ended) {
                    work.run();
                }
            } catch (RuntimeException e) {
                LOG.error("a session's thread goes on after a bug", e);
            } finally {
                listening.unlock();
            }
        }
    }
}
