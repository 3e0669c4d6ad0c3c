package io.millrace.wire;

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
     * Closes both directions. Idempotent. What was sent before is still delivered where the medium
     * allows.
     */
    void close();

    /** Stops or resumes the arrival of frames, to bound what this side has to keep. */
    void pauseReading(boolean paused);

    /** Hears what arrives. One call at a time. */
    interface Listener {

        /**
         * One frame without its length field: type, flags, payload. The array is the listener's to
         * keep.
         */
        void received(byte[] array, int offset, int length);

        /** The link is gone; no more frames. Called once. */
        void closed(String reason);
    }
}
