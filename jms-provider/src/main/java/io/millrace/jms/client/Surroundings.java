package io.millrace.jms.client;

import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import java.io.IOException;

/**
 * What a connection needs of the world: links, time, chance, and somebody who does things later.
 *
 * <p>With {@link ProcessSurroundings} these are sockets, clocks and threads; a simulation has its
 * own, and runs the same connection in one thread.
 */
public interface Surroundings {

    /** How many hosts the broker may be found at. */
    int hosts();

    /**
     * Opens a link to a host; may block.
     *
     * @param host 0 to {@link #hosts} - 1
     * @param listener hears what arrives over the link
     * @throws IOException if there is no broker
     */
    FrameLink connect(int host, FrameLink.Listener listener) throws IOException;

    /** Whether a link can die without anybody noticing, so that it needs heartbeats. */
    boolean isRemote();

    /** Nanoseconds from an arbitrary point, as {@link System#nanoTime}. */
    long nanoTime();

    /** A random id, never the same twice. */
    Id128 newId();

    /** A random number from 0 to {@code bound} - 1. */
    long randomBelow(long bound);

    /**
     * Runs a task later, where it may block.
     *
     * @param delayMillis 0 for as soon as possible, but never inside of this call
     * @return ends the wait; does nothing once the task has begun
     */
    Runnable after(long delayMillis, Runnable task);

    /** The connection is closed: what was held for it can go. */
    void release();
}
