package io.millrace.jms.client;

import java.util.concurrent.ThreadFactory;

/**
 * Makes the threads of connections: those of the factory that an application server brings, or
 * plain ones, which are like the thread that asked for them. Nothing else in the client makes
 * threads that call an application, and nothing keeps one when its connection is closed, so that no
 * class loader is kept either.
 */
public final class ClientThreads {

    private final ThreadFactory factory;

    public ClientThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** A daemon thread that is not started yet. */
    public Thread newThread(String name, Runnable task) {
        Thread thread = factory.newThread(task);
        thread.setName(name);
        thread.setDaemon(true);
        return thread;
    }
}
