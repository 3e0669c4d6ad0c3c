package io.millrace.server.partition;

/** Threads that read stored messages, and may wait for the disk meanwhile. */
@FunctionalInterface
public interface Readers {

    /**
     * Runs a read in one of the threads.
     *
     * @param nanos how long to wait before, in nanoseconds; 0 for as soon as a thread is free
     */
    void readIn(long nanos, Runnable read);
}
