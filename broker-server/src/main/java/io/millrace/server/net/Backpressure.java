package io.millrace.server.net;

import io.millrace.wire.FrameLink;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what a client sent waits in mailboxes: its link is not read from while that is too
 * much. Thread-safe: sends come from the link, and leave the mailbox in the partition's thread.
 */
final class Backpressure {

    /** A client whose sends wait in mailboxes for more than this is not read from, in bytes. */
    static final long PAUSE_BYTES = 16L << 20;

    private static final long RESUME_BYTES = 8L << 20;

    private final FrameLink link;
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile boolean paused;

    Backpressure(FrameLink link) {
        this.link = link;
    }

    /** A send goes into the mailbox. */
    void added(int bytes) {
        if (waitingBytes.addAndGet(bytes) > PAUSE_BYTES && !paused) {
            pause();
        }
    }

    /**
     * Whoever handles the last send must either see the pause, or be seen here: else nobody is left
     * to end it.
     */
    private synchronized void pause() {
        paused = true;
        if (waitingBytes.get() < RESUME_BYTES) {
            paused = false;
        } else {
            link.pauseReading(true);
        }
    }

    /** A send left the mailbox. */
    void handled(int bytes) {
        if (waitingBytes.addAndGet(-bytes) < RESUME_BYTES && paused) {
            resume();
        }
    }

    /** Not before the link knows of the pause. */
    private synchronized void resume() {
        if (paused) {
            paused = false;
            link.pauseReading(false);
        }
    }
}
