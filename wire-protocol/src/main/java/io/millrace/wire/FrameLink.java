package io.millrace.wire;

import java.util.function.BooleanSupplier;

/**
 * One side of a connection over which encoded frames travel, in order, until it is closed. Sockets
 * and the in-JVM link look alike from here.
 */
public interface FrameLink {

    /**
     * Sends encoded frames, each with its header. May be called from any thread; frames of one
     * thread keep their order. After the link is closed it does nothing.
     *
     * @param array holds the frames; must not change afterwards
     */
    void send(byte[] array, int offset, int length);

    /**
     * As {@link #send}, but the frames may wait for {@link #flush}, which the caller promises: so
     * that several frames leave together.
     */
    default void queue(byte[] array, int offset, int length) {
        send(array, offset, length);
    }

    /**
     * Sends what is queued. The calling thread will then wait until something arrives: a link to a
     * broker in this JVM may have it do the broker's work, and one whose arrivals are handed from
     * one thread to another may do in it what has to be done with them, until {@code done}. It may
     * also return at any time before. The caller holds no lock that an arrival needs.
     */
    default void lendUntil(BooleanSupplier done) {
        // Most links have a thread that is at the arrivals anyway.
        flush();
    }

    /** Sends what is queued. */
    default void flush() {
        // Nothing is ever queued where frames leave at once.
    }

    /**
     * Closes both directions. Idempotent. What was sent before is still delivered where the medium
     * allows.
     */
    void close();

    /** Stops or resumes the arrival of frames, to bound what this side has to keep. */
    void pauseReading(boolean paused);

    /** Hears what arrives. One call at a time, but for {@link #readComplete}. */
    interface Listener {

        /**
         * One frame without its length field: type, flags, payload. The array is the listener's to
         * keep.
         */
        void received(byte[] array, int offset, int length);

        /**
         * No more frames are there for now. May be called while another frame arrives.
         *
         * @param lendsThread whether the calling thread may be kept for a flush of the log
         */
        default void readComplete(boolean lendsThread) {}

        /**
         * What came is no frame. The link closes when this returns; there is time for a last word.
         */
        default void malformed(String reason) {}

        /** The link is gone; no more frames. Called once. */
        void closed(String reason);
    }
}
