package io.millrace.jms.client;

import io.millrace.wire.ClientFrame;

/**
 * Where cores put frames. What is put while there is no link is lost, as on a broken socket: cores
 * repeat it on resuming.
 */
public interface FrameOutput {

    void send(ClientFrame frame);

    /** Sends one encoded frame; the array must not change afterwards. */
    void sendEncoded(byte[] array, int length);

    /**
     * As {@link #sendEncoded}, but the frame may wait until the caller says that it waits for the
     * answer, which it does at once: {@link io.millrace.wire.FrameLink#lendUntil}.
     */
    default void queueEncoded(byte[] array, int length) {
        sendEncoded(array, length);
    }
}
